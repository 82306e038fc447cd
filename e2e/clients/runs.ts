import type { ClientName } from '../support/clients.ts';

/** Where a client sends to. */
export interface Receiver {
  url: string;
  /** 0 = no gRPC there. */
  grpcPort: number;
  publicKey: string;
  secretKey: string;
  /** Of the stand-in model server. */
  modelUrl: string;
}

/** One script with one set of libraries. */
export interface ClientRun {
  client: ClientName;
  script: string;
  args?: readonly string[];
  /** Speaks Langfuse's API; else an exporter of OpenTelemetry, which is set up by the standard variables. */
  langfuse: boolean;
}

/** Every run, by the name that its test and its fixture have. */
export const RUNS = {
  'langfuse-js-3': { client: 'langfuse-js-3', script: 'langfuse-js-3.mjs', langfuse: true },
  'langfuse-js-4': { client: 'langfuse-js-4', script: 'langfuse-js-5.mjs', langfuse: true },
  'langfuse-js-5': { client: 'langfuse-js-5', script: 'langfuse-js-5.mjs', langfuse: true },
  'langfuse-js-3-openai': { client: 'langfuse-js-3', script: 'langfuse-js-3-openai.mjs', langfuse: true },
  'langfuse-js-3-langchain': { client: 'langfuse-js-3', script: 'langfuse-js-3-langchain.mjs', langfuse: true },
  'langfuse-js-3-vercel': { client: 'langfuse-js-3', script: 'langfuse-js-3-vercel.mjs', langfuse: true },
  'langfuse-js-4-openai': { client: 'langfuse-js-4', script: 'langfuse-js-5-openai.mjs', langfuse: true },
  'langfuse-js-4-langchain': { client: 'langfuse-js-4', script: 'langfuse-js-5-langchain.mjs', langfuse: true },
  'langfuse-js-4-linked': { client: 'langfuse-js-4', script: 'langfuse-js-linked.mjs', langfuse: true },
  'langfuse-js-5-openai': { client: 'langfuse-js-5', script: 'langfuse-js-5-openai.mjs', langfuse: true },
  'langfuse-js-5-langchain': { client: 'langfuse-js-5', script: 'langfuse-js-5-langchain.mjs', langfuse: true },
  'langfuse-js-5-linked': { client: 'langfuse-js-5', script: 'langfuse-js-linked.mjs', langfuse: true },
  'langfuse-python-2': { client: 'langfuse-python-2', script: 'langfuse-python-2.py', langfuse: true },
  'langfuse-python-3': { client: 'langfuse-python-3', script: 'langfuse-python.py', langfuse: true },
  'langfuse-python-4': { client: 'langfuse-python-4', script: 'langfuse-python.py', langfuse: true },
  'langfuse-python-5': { client: 'langfuse-python-5', script: 'langfuse-python.py', langfuse: true },
  'langfuse-python-2-openai': { client: 'langfuse-python-2', script: 'langfuse-2-openai.py', langfuse: true },
  'langfuse-python-3-openai': { client: 'langfuse-python-3', script: 'langfuse-openai.py', langfuse: true },
  'langfuse-python-4-openai': { client: 'langfuse-python-4', script: 'langfuse-openai.py', langfuse: true },
  'langfuse-python-5-openai': { client: 'langfuse-python-5', script: 'langfuse-openai.py', langfuse: true },
  'langfuse-python-2-langchain': { client: 'langfuse-python-2', script: 'langfuse-2-langchain.py', langfuse: true },
  'langfuse-python-3-langchain': { client: 'langfuse-python-3', script: 'langchain-agent.py', langfuse: true },
  'langfuse-python-4-langchain': { client: 'langfuse-python-4', script: 'langchain-agent.py', langfuse: true },
  'langfuse-python-5-langchain': { client: 'langfuse-python-5', script: 'langchain-agent.py', langfuse: true },
  'litellm-langfuse-2': { client: 'langfuse-python-2', script: 'litellm-langfuse.py', args: ['langfuse'], langfuse: true },
  'litellm-langfuse': { client: 'litellm-python', script: 'litellm-langfuse.py', args: ['langfuse'], langfuse: true },
  'litellm-otel': { client: 'litellm-python', script: 'litellm-langfuse.py', args: ['langfuse_otel'], langfuse: true },
  'langfuse-openai-agents': { client: 'langfuse-python-5', script: 'langfuse-openai-agents.py', langfuse: true },
  'langfuse-pydantic-ai': { client: 'langfuse-python-5', script: 'langfuse-pydantic-ai.py', langfuse: true },
  'openai-agents-js': { client: 'frameworks-js', script: 'openai-agents.mjs', langfuse: true },
  'vercel-ai-7': { client: 'frameworks-js', script: 'vercel-ai-7.mjs', langfuse: true },
  'langgraph-python-4': { client: 'langfuse-python-4', script: 'langgraph-agent.py', langfuse: true },
  'langgraph-python': { client: 'langfuse-python-3', script: 'langgraph-agent.py', langfuse: true },
  'otel-js-http': { client: 'otel-js', script: 'otel-plain.mjs', args: ['http'], langfuse: false },
  'otel-js-proto': { client: 'otel-js', script: 'otel-plain.mjs', args: ['proto'], langfuse: false },
  'otel-js-grpc': { client: 'otel-js', script: 'otel-plain.mjs', args: ['grpc'], langfuse: false },
  'openinference-js': { client: 'otel-js', script: 'otel-openai.mjs', args: ['openinference'], langfuse: false },
  'openllmetry-js': { client: 'otel-js', script: 'otel-openai.mjs', args: ['openllmetry'], langfuse: false },
  'vercel-ai': { client: 'vercel-ai', script: 'vercel-ai.mjs', langfuse: false },
  'openinference-python': { client: 'otel-python', script: 'otel-openai.py', args: ['openinference'], langfuse: false },
  'openllmetry-python': { client: 'otel-python', script: 'otel-openai.py', args: ['openllmetry'], langfuse: false },
  'openai-agents': { client: 'otel-python', script: 'openai-agents.py', langfuse: false },
  'pydantic-ai': { client: 'otel-python', script: 'pydantic-ai.py', langfuse: false },
} as const satisfies Record<string, ClientRun>;

export type RunName = keyof typeof RUNS;

/** The environment that points a client at the receiver, as its documentation says. */
export function environmentOf(run: ClientRun, to: Receiver): Record<string, string> {
  const { url, publicKey, secretKey } = to;
  const models = { OPENAI_BASE_URL: `${to.modelUrl}/v1`, OPENAI_API_KEY: 'none' };
  if (run.langfuse) {
    return {
      ...models,
      LANGFUSE_PUBLIC_KEY: publicKey,
      LANGFUSE_SECRET_KEY: secretKey,
      LANGFUSE_BASE_URL: url,
      LANGFUSE_BASEURL: url,
      LANGFUSE_HOST: url,
      // Its list of prices is in a repository that no test may ask.
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    };
  }
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
  const grpc = run.args?.[0] === 'grpc';
  return {
    ...models,
    OTEL_SERVICE_NAME: 'order-desk',
    OTEL_EXPORTER_OTLP_ENDPOINT: grpc ? `http://127.0.0.1:${to.grpcPort}` : `${url}/api/public/otel`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(authorization)}`,
  };
}
