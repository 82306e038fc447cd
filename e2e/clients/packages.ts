/**
 * Other people's libraries that the tests run unmodified, each set in a folder of its own so that generations do not mix. Versions are
 * pinned: what a library sends is what is being tested.
 */
export const JS_CLIENTS = {
  'langfuse-js-3': {
    langfuse: '3.39.2',
    'langfuse-langchain': '3.39.2',
    'langfuse-vercel': '3.39.2',
    langchain: '0.3.37',
    '@langchain/core': '0.3.80',
    '@langchain/openai': '0.6.17',
    '@langchain/langgraph': '0.4.10',
    openai: '6.49.0',
    ai: '5.0.277',
    '@ai-sdk/openai': '2.0.131',
    zod: '4.6.7',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/api': '1.9.1',
  },
  'langfuse-js-4': {
    '@langfuse/tracing': '4.6.1',
    '@langfuse/otel': '4.6.1',
    '@langfuse/client': '4.6.1',
    '@langfuse/openai': '4.6.1',
    '@langfuse/langchain': '4.6.1',
    '@langchain/core': '1.4.0',
    '@langchain/openai': '1.5.8',
    '@langchain/langgraph': '1.7.3',
    openai: '6.49.0',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/api': '1.9.1',
  },
  'langfuse-js-5': {
    '@langfuse/tracing': '5.11.1',
    '@langfuse/otel': '5.11.1',
    '@langfuse/client': '5.11.1',
    '@langfuse/openai': '5.11.1',
    '@langfuse/langchain': '5.11.1',
    '@langchain/core': '1.4.0',
    '@langchain/openai': '1.5.8',
    '@langchain/langgraph': '1.7.3',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/api': '1.9.1',
    openai: '6.49.0',
  },
  'otel-js': {
    '@opentelemetry/api': '1.9.1',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/instrumentation': '0.223.0',
    '@opentelemetry/exporter-trace-otlp-http': '0.223.1',
    '@opentelemetry/exporter-trace-otlp-proto': '0.223.1',
    '@opentelemetry/exporter-trace-otlp-grpc': '0.223.1',
    '@arizeai/openinference-instrumentation-openai': '4.2.7',
    '@traceloop/instrumentation-openai': '0.27.0',
    openai: '6.49.0',
  },
  /** No client, but a server of Azure's blob protocol. */
  azurite: { azurite: '3.34.0' },
  'vercel-ai': {
    ai: '5.0.277',
    '@ai-sdk/openai': '2.0.131',
    zod: '4.6.7',
    '@opentelemetry/api': '1.9.1',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/exporter-trace-otlp-proto': '0.223.1',
  },
  /** Newest frameworks beside the newest SDK. */
  'frameworks-js': {
    '@langfuse/tracing': '5.11.1',
    '@langfuse/otel': '5.11.1',
    '@langfuse/client': '5.11.1',
    '@langfuse/vercel-ai-sdk': '5.11.1',
    ai: '7.0.173',
    '@ai-sdk/openai': '4.0.118',
    '@openai/agents': '0.20.0',
    '@arizeai/openinference-instrumentation-openai-agents': '0.2.15',
    zod: '4.6.7',
    '@opentelemetry/api': '1.9.1',
    '@opentelemetry/sdk-trace-node': '2.12.0',
    '@opentelemetry/exporter-trace-otlp-http': '0.223.1',
  },
} as const satisfies Record<string, Record<string, string>>;

export const PYTHON_CLIENTS = {
  'langfuse-python-2': [
    'langfuse==2.60.10',
    'openai==2.7.1',
    'langchain==0.3.30',
    'langchain-core==0.3.86',
    'langchain-openai==0.3.35',
    // Of the versions that write through this generation of the SDK.
    'litellm==1.80.0',
  ],
  'langfuse-python-3': [
    'langfuse==3.15.0',
    'openai==3.54.0',
    'langchain==1.4.7',
    'langchain-core==1.7.2',
    'langchain-openai==1.7.3',
    'langgraph==1.2.22',
  ],
  'langfuse-python-4': [
    'langfuse==4.18.0',
    'openai==3.54.0',
    'langchain==1.4.7',
    'langchain-core==1.7.2',
    'langchain-openai==1.7.3',
    'langgraph==1.2.22',
  ],
  /** The last kind of it that knows evaluators as unstable. */
  'langfuse-python-4-unstable': ['langfuse==4.14.3'],
  'langfuse-python-5': [
    'langfuse==5.0.4',
    'openai==3.54.0',
    'langchain==1.4.7',
    'langchain-core==1.7.2',
    'langchain-openai==1.7.3',
    'langgraph==1.2.22',
    'openai-agents==0.24.0',
    'openinference-instrumentation-openai-agents==2.6.0',
    'pydantic-ai-slim[openai]==2.68.0',
  ],
  /** The newest whose requirements are all published. It needs `mcp` without saying so. */
  'litellm-python': ['litellm==1.106.2', 'langfuse==4.18.0', 'opentelemetry-exporter-otlp-proto-http==1.45.2', 'mcp==2.3.0'],
  'otel-python': [
    'opentelemetry-sdk==1.45.2',
    'opentelemetry-exporter-otlp-proto-http==1.45.2',
    'openinference-instrumentation-openai==0.1.66',
    'opentelemetry-instrumentation-openai==0.62.4',
    'openai-agents==0.24.0',
    'openinference-instrumentation-openai-agents==2.6.0',
    'pydantic-ai-slim[openai]==2.68.0',
  ],
  'mcp-python': ['mcp==2.3.0'],
} as const satisfies Record<string, readonly string[]>;

export type JsClient = keyof typeof JS_CLIENTS;
export type PythonClient = keyof typeof PYTHON_CLIENTS;
