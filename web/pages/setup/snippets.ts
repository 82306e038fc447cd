import { basicAuthorization, langfuseEnvironment, type SdkKeys, SECRET_PLACEHOLDER } from '../../lib/sdk-environment.ts';

export interface Step {
  /** What to do, above the code. */
  text: string;
  /** Shown as the name of the file that the code goes in. */
  file?: string;
  code: string;
}

export interface Snippet {
  id: string;
  label: string;
  steps: Step[];
}

export interface Target extends SdkKeys {
  /** 0: gRPC is off. */
  grpcPort: number;
}

const environmentStep = (target: Target): Step => ({
  text: 'Point it here',
  file: '.env',
  code: langfuseEnvironment(target),
});

const instrumentation: Step = {
  text: 'Start the exporter before anything else of your app',
  file: 'instrumentation.ts',
  code: `import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export const tracing = new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor()] });
tracing.register();`,
};

/** With the generation of OpenTelemetry that the exporter is made for: npm does not find it alone once a newer one is out. */
const EXPORTER = '@langfuse/otel @opentelemetry/sdk-trace-node@2 @opentelemetry/exporter-trace-otlp-http@0.223';

/** The exporter's headers: a blank is written as %20, as the OpenTelemetry specification asks. */
function otelHeaders(target: Target): string {
  if (target.secretKey === SECRET_PLACEHOLDER) return 'Authorization=Basic%20base64-of-public-key:secret-key';
  return `Authorization=${basicAuthorization(target).replace(' ', '%20')}`;
}

function python(target: Target): Snippet {
  return {
    id: 'python',
    label: 'Python',
    steps: [
      { text: 'Install the SDK', code: 'pip install langfuse python-dotenv' },
      environmentStep(target),
      {
        text: 'Trace a function',
        file: 'app.py',
        code: `from dotenv import load_dotenv

load_dotenv()

from langfuse import get_client, observe


@observe(as_type="tool")
def look_up(order: int) -> str:
    return "shipped"


@observe()
def answer(question: str) -> str:
    return f"Your order has {look_up(4711)}."


print(answer("Where is my order?"))
get_client().flush()`,
      },
    ],
  };
}

function javascript(target: Target): Snippet {
  return {
    id: 'javascript',
    label: 'JavaScript',
    steps: [
      { text: 'Install the SDK', code: `npm install @langfuse/tracing ${EXPORTER}` },
      environmentStep(target),
      instrumentation,
      {
        text: 'Trace a function, and run it with node --env-file=.env app.ts',
        file: 'app.ts',
        code: `import { tracing } from './instrumentation.ts';
import { startActiveObservation, startObservation } from '@langfuse/tracing';

await startActiveObservation('answer', async (root) => {
  root.update({ input: { question: 'Where is my order?' } });
  const tool = startObservation('look-up', { input: { order: 4711 } }, { asType: 'tool' });
  tool.update({ output: { status: 'shipped' } }).end();
  root.update({ output: { answer: 'Your order has shipped.' } });
});
await tracing.shutdown();`,
      },
    ],
  };
}

function openTelemetry(target: Target): Snippet {
  const headers = otelHeaders(target);
  const steps: Step[] = [
    {
      text: 'Any OpenTelemetry exporter over HTTP',
      file: '.env',
      code: `OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"
OTEL_EXPORTER_OTLP_ENDPOINT="${target.host}/api/public/otel"
OTEL_EXPORTER_OTLP_HEADERS="${headers}"`,
    },
  ];
  if (target.grpcPort > 0) {
    const { protocol, hostname } = new URL(target.host);
    steps.push({
      text: 'Or over gRPC',
      file: '.env',
      code: `OTEL_EXPORTER_OTLP_PROTOCOL="grpc"
OTEL_EXPORTER_OTLP_ENDPOINT="${protocol}//${hostname}:${target.grpcPort}"
OTEL_EXPORTER_OTLP_HEADERS="${headers}"`,
    });
  }
  steps.push({
    text: 'GenAI conventions, OpenInference and OpenLLMetry are understood; so are these plain names',
    file: 'app.py',
    code: `from opentelemetry import trace

tracer = trace.get_tracer("app")
with tracer.start_as_current_span("agent.request"):
    with tracer.start_as_current_span("llm.call") as span:
        span.set_attribute("llm.model", "gpt-4o-mini")
        span.set_attribute("tokens.input", 120)
        span.set_attribute("tokens.output", 24)`,
  });
  return { id: 'otel', label: 'OpenTelemetry', steps };
}

function vercel(target: Target): Snippet {
  return {
    id: 'vercel-ai',
    label: 'Vercel AI SDK',
    steps: [
      { text: 'Install the exporter', code: `npm install ai @ai-sdk/openai @ai-sdk/otel ${EXPORTER}` },
      environmentStep(target),
      {
        ...instrumentation,
        code: `${instrumentation.code}

// AI SDK 7 and newer; versions 5 and 6 have it built in.
import { OpenTelemetry } from '@ai-sdk/otel';
import { registerTelemetry } from 'ai';

registerTelemetry(new OpenTelemetry());`,
      },
      {
        text: 'Switch the telemetry of each call on, and run it with node --env-file=.env app.ts',
        file: 'app.ts',
        code: `import { tracing } from './instrumentation.ts';
import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';

const { text } = await generateText({
  model: openai('gpt-4o-mini'),
  prompt: 'Where is my order?',
  // Named experimental_telemetry in versions 5 and 6.
  telemetry: { isEnabled: true, functionId: 'order-status' },
});
console.log(text);
await tracing.shutdown();`,
      },
    ],
  };
}

function langchain(target: Target): Snippet {
  return {
    id: 'langchain',
    label: 'LangChain',
    steps: [
      { text: 'Install the SDK', code: 'pip install langfuse langchain langchain-openai python-dotenv' },
      environmentStep(target),
      {
        text: 'Hand the callback to your chain or graph',
        file: 'app.py',
        code: `from dotenv import load_dotenv

load_dotenv()

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler

chain = ChatPromptTemplate.from_template("Answer briefly: {question}") | ChatOpenAI(model="gpt-4o-mini")
result = chain.invoke({"question": "Where is my order?"}, config={"callbacks": [CallbackHandler()]})
print(result.content)
get_client().flush()`,
      },
    ],
  };
}

function openai(target: Target): Snippet {
  return {
    id: 'openai',
    label: 'OpenAI',
    steps: [
      { text: 'Install the SDK', code: 'pip install langfuse openai python-dotenv' },
      environmentStep(target),
      {
        text: 'Change one import; the client stays what it is',
        file: 'app.py',
        code: `from dotenv import load_dotenv

load_dotenv()

from langfuse import get_client
from langfuse.openai import OpenAI  # instead of: from openai import OpenAI

answer = OpenAI().chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "Where is my order?"}],
)
print(answer.choices[0].message.content)
get_client().flush()`,
      },
    ],
  };
}

function curl(target: Target): Snippet {
  return {
    id: 'curl',
    label: 'curl',
    steps: [
      {
        text: 'One trace with one model call, straight from a shell',
        code: `NOW=$(date +%s)
curl -sS "${target.host}/api/public/otel/v1/traces" \\
  -u "${target.publicKey}:${target.secretKey}" \\
  -H "Content-Type: application/json" \\
  -d @- <<EOF
{"resourceSpans": [{"scopeSpans": [{"spans": [{
  "traceId": "$(openssl rand -hex 16)",
  "spanId": "$(openssl rand -hex 8)",
  "name": "llm.call",
  "kind": 3,
  "startTimeUnixNano": "\${NOW}000000000",
  "endTimeUnixNano": "\${NOW}850000000",
  "attributes": [
    {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
    {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o-mini"}},
    {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "120"}},
    {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "24"}}
  ]
}]}]}]}
EOF`,
      },
    ],
  };
}

/** How to send the first trace, for each of the common ways, with the reader's own address and key. */
export const snippetsFor = (target: Target): Snippet[] =>
  [python, javascript, openTelemetry, vercel, langchain, openai, curl].map((make) => make(target));
