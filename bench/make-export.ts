import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const proto = readFileSync(new URL('../server/ingest/otlp/trace-service.proto', import.meta.url), 'utf8');
const Request = protobuf.parse(proto).root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');

/** Four bytes that stand in every id of a made export, for `restamp` to find. */
const MARK = Buffer.from([0xfe, 0xed, 0xfa, 0xce]);

const words = 'the order was shipped on monday and will arrive within two days unless the carrier reports a delay ';
const prose = (length: number, seed: number) => `${seed} ${words.repeat(Math.ceil(length / words.length))}`.slice(0, length);
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const count = (key: string, value: number) => ({ key, value: { intValue: value } });
const id = (bytes: number, seed: number) => {
  const buffer = Buffer.alloc(bytes, 0xab);
  MARK.copy(buffer);
  buffer.writeUInt16BE(seed + 1, bytes - 2);
  return buffer;
};

const messages = (length: number, seed: number) =>
  JSON.stringify([
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: prose(length, seed) },
  ]);

/** Attributes of the three kinds of span: a Langfuse SDK's, OpenInference's, the GenAI conventions'. */
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

/** Large generations: 5 kB of input, with the usage that the provider counted or without. */
const generation = (withUsage: boolean) => (i: number) => [
  text('gen_ai.operation.name', 'chat'),
  text('gen_ai.request.model', 'gpt-4o'),
  text('gen_ai.input.messages', messages(5_000, i)),
  text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', content: prose(400, i) }])),
  ...(withUsage ? [count('gen_ai.usage.input_tokens', 1_250), count('gen_ai.usage.output_tokens', 96)] : []),
];

/** `mixed`: small spans of three kinds, as SDKs send them. */
export type Shape = 'mixed' | 'large with usage' | 'large without usage';

const ATTRIBUTES: Record<Shape, readonly ((i: number) => object[])[]> = {
  mixed: attributesOf,
  'large with usage': [generation(true)],
  'large without usage': [generation(false)],
};

const resource = {
  attributes: [
    text('service.name', 'support-agent'),
    text('service.version', '2.14.0'),
    text('telemetry.sdk.language', 'python'),
    text('telemetry.sdk.name', 'opentelemetry'),
    text('telemetry.sdk.version', '1.38.0'),
  ],
};

/** A protobuf export of `spans` spans (at most 65,000), of about 1.6 KB each where they are mixed, six to a trace, beginning at `startMs`. */
export function makeExport(spans: number, startMs: number, shape: Shape = 'mixed'): Buffer {
  const kinds = ATTRIBUTES[shape];
  const start = startMs * 1e6;
  const made = Array.from({ length: spans }, (_, i) => ({
    traceId: id(16, Math.floor(i / 6)),
    spanId: id(8, i),
    ...(i % 6 !== 0 && { parentSpanId: id(8, i - (i % 6)) }),
    name: ['chat-completion', 'ChatOpenAI', 'chat claude-sonnet-4-5'][i % 3]!,
    kind: 3,
    startTimeUnixNano: start + i * 1e6,
    endTimeUnixNano: start + i * 1e6 + 900e6,
    attributes: kinds[i % kinds.length]!(i),
    status: { code: 1 },
  }));
  const message = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'agent', version: '1' }, spans: made }] }] };
  return Buffer.from(Request.encode(Request.fromObject(message)).finish());
}

/** Gives a function that writes a number into every id of the export in place, so that one encoded export is many. */
export function restamp(body: Buffer): (stamp: number) => Buffer {
  const places: number[] = [];
  for (let at = body.indexOf(MARK); at !== -1; at = body.indexOf(MARK, at + 4)) places.push(at);
  return (stamp) => {
    for (const place of places) body.writeUInt32BE(stamp, place);
    return body;
  };
}
