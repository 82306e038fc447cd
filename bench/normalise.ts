/**
 * How many spans a second are decoded from protobuf and normalised into rows, on one thread: `node bench/normalise.ts`.
 * The export has three kinds of span of about 1.6 KB each on the wire, as a Langfuse SDK, OpenInference and the GenAI conventions send.
 */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { readExport } from '../server/ingest/read-export.ts';
import type { Sender } from '../server/ingest/types.ts';

const SPANS = 600;
const SECONDS = 3;

const proto = readFileSync(new URL('../server/ingest/otlp/trace-service.proto', import.meta.url), 'utf8');
const Request = protobuf.parse(proto).root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');

const words = 'the order was shipped on monday and will arrive within two days unless the carrier reports a delay ';
const prose = (length: number, seed: number) => `${seed} ${words.repeat(Math.ceil(length / words.length))}`.slice(0, length);
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const count = (key: string, value: number) => ({ key, value: { intValue: value } });
const id = (bytes: number, seed: number) => {
  const buffer = Buffer.alloc(bytes, 0xab);
  buffer.writeUInt32BE(seed + 1, bytes - 4);
  return buffer;
};

const messages = (length: number, seed: number) =>
  JSON.stringify([
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: prose(length, seed) },
  ]);

const attributesOf = [
  (i: number) => [
    text('langfuse.observation.type', 'generation'),
    text('langfuse.observation.input', messages(560, i)),
    text('langfuse.observation.output', JSON.stringify({ role: 'assistant', content: prose(360, i) })),
    text('langfuse.observation.model.name', 'gpt-4o-mini-2024-07-18'),
    text('langfuse.observation.model.parameters', '{"temperature":0.7,"max_tokens":512}'),
    text('langfuse.observation.usage_details', '{"input":212,"output":96,"total":308}'),
    text('langfuse.observation.metadata.step', `${i % 7}`),
    text('langfuse.observation.metadata.region', 'eu-central-1'),
    text('user.id', `user-${i % 200}`),
    text('session.id', `session-${i % 50}`),
    text('langfuse.environment', 'production'),
    text('langfuse.release', 'v2.14.0'),
  ],
  (i: number) => [
    text('openinference.span.kind', 'LLM'),
    text('llm.model_name', 'gpt-4o'),
    text('llm.provider', 'openai'),
    text('llm.invocation_parameters', '{"temperature":0.2,"top_p":1}'),
    text('input.value', messages(500, i)),
    text('input.mime_type', 'application/json'),
    text('output.value', prose(300, i)),
    text('llm.input_messages.0.message.role', 'user'),
    text('llm.input_messages.0.message.content', prose(180, i)),
    text('llm.output_messages.0.message.role', 'assistant'),
    text('llm.output_messages.0.message.content', prose(120, i)),
    count('llm.token_count.prompt', 212),
    count('llm.token_count.completion', 96),
    count('llm.token_count.total', 308),
    count('llm.token_count.prompt_details.cache_read', 64),
  ],
  (i: number) => [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', 'anthropic'),
    text('gen_ai.request.model', 'claude-sonnet-4-5'),
    text('gen_ai.response.model', 'claude-sonnet-4-5-20250929'),
    text('gen_ai.response.id', `msg_${i}`),
    { key: 'gen_ai.request.temperature', value: { doubleValue: 0.7 } },
    count('gen_ai.request.max_tokens', 1024),
    { key: 'gen_ai.response.finish_reasons', value: { arrayValue: { values: [{ stringValue: 'end_turn' }] } } },
    count('gen_ai.usage.input_tokens', 512),
    count('gen_ai.usage.output_tokens', 128),
    count('gen_ai.usage.cache_read.input_tokens', 128),
    text('gen_ai.input.messages', messages(540, i)),
    text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: prose(330, i) }] }])),
    text('server.address', 'api.anthropic.com'),
    count('server.port', 443),
    text('session.id', `session-${i % 50}`),
  ],
];

const start = 1_760_000_000e9;
const spans = Array.from({ length: SPANS }, (_, i) => ({
  traceId: id(16, Math.floor(i / 6)),
  spanId: id(8, i),
  ...(i % 6 !== 0 && { parentSpanId: id(8, i - (i % 6)) }),
  name: ['chat-completion', 'ChatOpenAI', 'chat claude-sonnet-4-5'][i % 3]!,
  kind: 3,
  startTimeUnixNano: start + i * 1e6,
  endTimeUnixNano: start + i * 1e6 + 900e6,
  attributes: attributesOf[i % 3]!(i),
  status: { code: 1 },
}));
const resource = {
  attributes: [
    text('service.name', 'support-agent'),
    text('service.version', '2.14.0'),
    text('telemetry.sdk.language', 'python'),
    text('telemetry.sdk.name', 'opentelemetry'),
    text('telemetry.sdk.version', '1.38.0'),
  ],
};
const body = Buffer.from(
  Request.encode(
    Request.fromObject({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'agent', version: '1' }, spans }] }] }),
  ).finish(),
);

const sender: Sender = { projectId: 'p', publicKey: 'pk', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };
const run = (seconds: number) => {
  const begin = process.hrtime.bigint();
  let made = 0;
  while (process.hrtime.bigint() - begin < BigInt(seconds * 1e9)) {
    const { rows, refused } = readExport(body, 'protobuf', sender, 1);
    if (rows.length !== SPANS || refused.length > 0) throw new Error('the export was not taken whole');
    made += rows.length;
  }
  return made / (Number(process.hrtime.bigint() - begin) / 1e9);
};

run(1);
const rate = run(SECONDS);
console.log(
  `decode + normalise: ${Math.round(rate).toLocaleString('en')} spans/s of ${(body.length / SPANS / 1000).toFixed(2)} KB, one thread`,
);
