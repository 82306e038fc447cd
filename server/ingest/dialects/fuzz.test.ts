import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { decodeJsonObject } from '../otlp/decode-json.ts';
import { readExport } from '../read-export.ts';
import { SENDER } from './example-span.ts';
import { normaliseExport } from './normalise.ts';
import { IO_RULES } from './rules.ts';

/** A small generator of numbers with a seed (mulberry32), so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const KEYS = [
  'langfuse.observation.type langfuse.observation.level langfuse.observation.input langfuse.observation.output langfuse.observation.metadata',
  'langfuse.observation.metadata.a langfuse.observation.metadata.__proto__ langfuse.metadata langfuse.trace.metadata langfuse.trace.metadata.constructor',
  'langfuse.observation.usage_details langfuse.observation.cost_details langfuse.observation.model.parameters langfuse.observation.completion_start_time',
  'langfuse.observation.prompt.name langfuse.observation.prompt.version langfuse.trace.name langfuse.trace.tags langfuse.trace.public langfuse.environment',
  'langfuse.experiment.id langfuse.experiment.metadata langfuse.experiment.item.version user.id session.id tag.tags',
  'gen_ai.operation.name gen_ai.request.model gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.definitions gen_ai.prompt',
  'gen_ai.prompt.0.content gen_ai.prompt.1000000.x gen_ai.prompt.__proto__.x gen_ai.completion.0.0.0 gen_ai.usage.input_tokens gen_ai.usage.__proto__ gen_ai.usage.cost',
  'llm.token_count.prompt llm.token_count.constructor llm.tools.0.tool.json_schema llm.invocation_parameters llm.input_messages.0.message.content input.value',
  'openinference.span.kind ai.operationId ai.response.providerMetadata ai.prompt.tools ai.response.text ai.response.toolCalls ai.telemetry.metadata.langfusePrompt',
  'genkit:input genkit:output genkit:metadata:subtype events prompt model_request_parameters model_config gcp.vertex.agent.llm_response flue.turn.input',
  'llm.model tokens.input cost.usd tool.args __proto__ constructor prototype toString hasOwnProperty',
].flatMap((line) => line.split(' '));

const TEXTS = [
  '',
  '{',
  '[]',
  '{}',
  'null',
  '"x"',
  '5',
  '-1',
  'NaN',
  'true',
  '[1,"a",null]',
  '{"a":{"b":[1]}}',
  '\u0000',
  '\ud800',
  '🜚',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"messages":null}',
  '{"tools":"x"}',
  '[{"role":5}]',
  '{"tool_calls":[null,5,{"function":{"name":"f"}}]}',
  '[{"tools":[{"name":7}]}]',
  '{"usage":{"inputTokens":"x"}}',
  '{"openai":null,"anthropic":5}',
  '{"input":1e400,"output":-5}',
  '2026-13-45T99:99:99Z',
  'generation',
  'chat',
  'LLM',
  'agent.request',
  'x'.repeat(5000),
  '['.repeat(20_000) + ']'.repeat(20_000),
  `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
];
const SCOPES = [
  '',
  'ai',
  'genkit-tracer',
  'pydantic-ai',
  'livekit-agents',
  '@flue/opentelemetry',
  'gcp.vertex.agent',
  'langfuse-sdk',
  '__proto__',
];
const NAMES = ['step', 'llm.call', 'agent.request', 'agent_turn', '', '__proto__'];
const EVENTS = [
  'exception',
  'gen_ai.choice',
  'gen_ai.user.message',
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
  'gen_ai.client.inference.operation.details',
];

function generator(seed: number) {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const value = (depth = 0): unknown => {
    switch (Math.floor(next() * (depth > 3 ? 5 : 9))) {
      case 0:
        return { intValue: pick(['5', '-1', '99999999999999999999', 'x', 7]) };
      case 1:
        return { doubleValue: pick([0.5, -1, 'NaN', 1e308]) };
      case 2:
        return { boolValue: next() > 0.5 };
      case 3:
      case 4:
        return { stringValue: pick(TEXTS) };
      case 5:
        return { arrayValue: { values: Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1)) } };
      case 6:
        return { kvlistValue: { values: [{ key: pick(KEYS), value: value(depth + 1) }] } };
      case 7:
        return pick([null, undefined, {}, 5, 'bare', [], { arrayValue: 5 }, { stringValue: { a: 1 } }]);
      default:
        return { stringValue: pick(TEXTS) };
    }
  };
  const attributes = () => Array.from({ length: Math.floor(next() * 12) }, () => ({ key: pick(KEYS), value: value() }));
  const hex = (length: number) => Array.from({ length }, () => Math.floor(1 + next() * 15).toString(16)).join('');
  const span = () => ({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: next() > 0.5 ? hex(16) : '',
    name: pick(NAMES),
    startTimeUnixNano: pick(['1746026930686364000', '0', 'x', -5, null, {}, '99999999999999999999999']),
    endTimeUnixNano: pick(['1746026930686364000', '0', undefined, 5]),
    attributes: attributes(),
    events: Array.from({ length: Math.floor(next() * 3) }, () => ({ name: pick(EVENTS), attributes: attributes() })),
    status: pick([{}, { code: 2 }, null, 'x', { code: 'STATUS_CODE_ERROR', message: 5 }]),
  });
  const broken = () =>
    pick<unknown>([
      null,
      5,
      'x',
      [],
      {},
      { traceId: 5, spanId: hex(16) },
      { ...span(), spanId: '' },
      { ...span(), attributes: 'x' },
      { ...span(), events: {} },
    ]);
  return { next, pick, attributes, span, broken };
}

it('keeps every valid span whatever its attributes are and whatever is beside it, and reads each through all rules', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { next, pick, attributes, span, broken } = generator(seed);
    const valid: string[] = [];
    let bad = 0;
    const spans = Array.from({ length: 1 + Math.floor(next() * 6) }, () => {
      if (next() < 0.25) {
        bad++;
        return broken();
      }
      const made = span();
      valid.push(made.spanId);
      return made;
    });
    const decoded = decodeJsonObject({
      resourceSpans: [{ resource: { attributes: attributes() }, scopeSpans: [{ scope: { name: pick(SCOPES) }, spans }] }],
    });
    const { rows, refused } = normaliseExport(decoded, { ...SENDER, ingestionVersion: pick([undefined, 4]) }, 1);
    expect(
      rows.map((row) => row.id),
      `seed ${seed}`,
    ).toEqual(valid);
    // Odd counts are left out of spans that are kept.
    expect(
      refused.filter(({ kept }) => !kept),
      `seed ${seed}`,
    ).toHaveLength(bad);
    for (const one of decoded.spans) {
      for (const rule of IO_RULES) rule({ attributes: one.attributes, events: one.events, scopeName: one.scope.name });
    }
    for (const row of rows) {
      const stored = JSON.parse(JSON.stringify(row)) as typeof row;
      for (const number of [
        stored.input_tokens,
        stored.output_tokens,
        stored.total_tokens,
        ...Object.values(stored.usage_details),
      ]) {
        expect(Number.isFinite(number), `seed ${seed}`).toBe(true);
      }
      for (const text of Object.values(stored.metadata)) expect(typeof text, `seed ${seed}`).toBe('string');
    }
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

const { root } = protobuf.parse(readFileSync(fileURLToPath(new URL('../otlp/trace-service.proto', import.meta.url)), 'utf8'));
const Request = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');

it('answers mutated protobuf with rows or with 400', () => {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const whole = Request.encode(
    Request.fromObject({
      resourceSpans: [
        {
          resource: { attributes: [text('service.name', 'shop')] },
          scopeSpans: [
            {
              scope: { name: 'agent' },
              spans: Array.from({ length: 5 }, (_, i) => ({
                traceId: Buffer.alloc(16, 7),
                spanId: Buffer.alloc(8, i + 1),
                name: 'llm.call',
                attributes: [text('input.value', '{"a":1}'), { key: 'n', value: { arrayValue: { values: [{ intValue: 5 }] } } }],
                events: [{ name: 'exception', attributes: [text('exception.message', 'no')] }],
              })),
            },
          ],
        },
      ],
    }),
  ).finish();
  let read = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const next = random(seed);
    const body = Buffer.from(whole);
    for (let i = 0; i <= next() * 4; i++) body[Math.floor(next() * body.length)] = Math.floor(next() * 256);
    try {
      const { rows, refused } = readExport(body, 'protobuf', SENDER, 1);
      expect(rows.length + refused.length, `seed ${seed}`).toBeLessThan(200);
      read++;
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(AppError);
      expect((error as AppError).status).toBe(400);
    }
  }
  expect(read).toBeGreaterThan(500);
});
