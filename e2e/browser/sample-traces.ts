import { randomBytes } from 'node:crypto';
import { sendOtlp } from '../support/api.ts';
import type { TestServer } from '../support/server.ts';

type Value = string | number | boolean;
type OtlpValue = { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };

export interface SampleSpan {
  name: string;
  id?: string;
  parent?: string;
  /** ms after the start of the trace. */
  from: number;
  to: number;
  attributes?: Record<string, Value>;
  events?: { name: string; at: number; attributes: Record<string, Value> }[];
  error?: string;
}

export interface SampleTrace {
  id: string;
  name: string;
  /** Start, ms since 1970. */
  at: number;
  attributes?: Record<string, Value>;
  environment?: string;
  spans: SampleSpan[];
}

/** Begins with a letter, so that an address shows it without quotes. */
export const spanId = (): string => `a${randomBytes(8).toString('hex').slice(1)}`;
export const traceId = (): string => `a${randomBytes(16).toString('hex').slice(1)}`;
const MINUTE = 60_000;

const otlpValue = (value: Value): OtlpValue => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};
const attributesOf = (attributes: Record<string, Value> = {}) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
const nanoseconds = (ms: number) => `${Math.round(ms * 1000)}000`;

/** As one OTLP resource. */
export function toOtlp(trace: SampleTrace) {
  return {
    resource: {
      attributes: attributesOf({ 'service.name': 'sample', 'deployment.environment.name': trace.environment ?? 'production' }),
    },
    scopeSpans: [
      {
        scope: { name: 'sample', version: '1.0.0' },
        spans: trace.spans.map((span) => ({
          traceId: trace.id,
          spanId: span.id ?? spanId(),
          parentSpanId: span.parent,
          name: span.name,
          kind: 1,
          startTimeUnixNano: nanoseconds(trace.at + span.from),
          endTimeUnixNano: nanoseconds(trace.at + span.to),
          attributes: attributesOf({ 'langfuse.trace.name': trace.name, ...trace.attributes, ...span.attributes }),
          events: (span.events ?? []).map((event) => ({
            name: event.name,
            timeUnixNano: nanoseconds(trace.at + event.at),
            attributes: attributesOf(event.attributes),
          })),
          status: span.error === undefined ? {} : { code: 2, message: span.error },
        })),
      },
    ],
  };
}

export const send = (server: TestServer, traces: readonly SampleTrace[]): Promise<void> => sendOtlp(server, traces.map(toOtlp));

/** One model call that answers a question. */
export function question(given: {
  name?: string;
  input: string;
  output: string;
  minutesAgo?: number;
  environment?: string;
  attributes?: Record<string, Value>;
  error?: string;
}): SampleTrace {
  const { name = 'ask', input, output, minutesAgo = 0, environment, attributes, error } = given;
  return {
    id: traceId(),
    name,
    at: Date.now() - minutesAgo * MINUTE,
    environment,
    attributes,
    spans: [
      {
        name: 'llm.call',
        from: 0,
        to: 850,
        error,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.usage.input_tokens': 120,
          'gen_ai.usage.output_tokens': 24,
          'langfuse.observation.input': input,
          'langfuse.observation.output': output,
        },
      },
    ],
  };
}

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'look_up_order',
      description: 'Finds an order by its number',
      parameters: { type: 'object', properties: { order: { type: 'integer' } }, required: ['order'] },
    },
  },
];
const CALL = { id: 'call_1', type: 'function', function: { name: 'look_up_order', arguments: '{"order":4711}' } };

/**
 * An agent that plans, calls a tool twice (the first time it fails) and answers: 6 steps,
 * `handle-request` > `plan`, `tools` > (`look-up-order`, `look-up-order`), `answer`.
 */
export function agentRun(minutesAgo = 3): SampleTrace {
  const [root, tools] = [spanId(), spanId()];
  const asked = [
    { role: 'system', content: 'You answer questions about **orders**.' },
    { role: 'user', content: 'Where is my parcel number 4711?' },
  ];
  return {
    id: traceId(),
    name: 'support-agent',
    at: Date.now() - minutesAgo * MINUTE,
    attributes: { 'user.id': 'ada', 'session.id': 'conversation-7' },
    spans: [
      {
        id: root,
        name: 'handle-request',
        from: 0,
        to: 4_000,
        attributes: {
          'langfuse.observation.type': 'agent',
          'langfuse.observation.input': 'Where is my parcel number 4711?',
          'langfuse.observation.output': 'It was delivered yesterday.',
        },
      },
      {
        id: spanId(),
        name: 'plan',
        parent: root,
        from: 100,
        to: 900,
        attributes: {
          'langfuse.observation.type': 'generation',
          'langfuse.observation.model.name': 'gpt-4o-mini',
          'langfuse.observation.input': JSON.stringify({ messages: asked, tools: TOOLS }),
          'langfuse.observation.output': JSON.stringify({ role: 'assistant', content: null, tool_calls: [CALL] }),
          'langfuse.observation.usage_details': JSON.stringify({ input: 1_000, output: 100 }),
        },
      },
      {
        id: tools,
        name: 'tools',
        parent: root,
        from: 950,
        to: 2_500,
        attributes: { 'langfuse.observation.type': 'chain' },
      },
      {
        id: spanId(),
        name: 'look-up-order',
        parent: tools,
        from: 1_000,
        to: 1_500,
        error: 'The warehouse did not answer',
        attributes: { 'langfuse.observation.type': 'tool', 'langfuse.observation.input': '{"order":4711}' },
        events: [
          {
            name: 'exception',
            at: 1_490,
            attributes: {
              'exception.type': 'TimeoutError',
              'exception.message': 'no answer within 500 ms',
              'exception.stacktrace': 'TimeoutError: no answer within 500 ms\n    at lookUp (warehouse.ts:12:3)',
            },
          },
        ],
      },
      {
        id: spanId(),
        name: 'look-up-order',
        parent: tools,
        from: 1_600,
        to: 2_400,
        attributes: {
          'langfuse.observation.type': 'tool',
          'langfuse.observation.input': '{"order":4711}',
          'langfuse.observation.output': '{"status":"delivered"}',
        },
      },
      {
        id: spanId(),
        name: 'answer',
        parent: root,
        from: 2_600,
        to: 3_900,
        attributes: {
          'langfuse.observation.type': 'generation',
          'langfuse.observation.model.name': 'gpt-4o-mini',
          'langfuse.observation.completion_start_time': new Date(Date.now() - minutesAgo * MINUTE + 3_000).toISOString(),
          'langfuse.observation.input': JSON.stringify([
            ...asked,
            { role: 'assistant', content: null, tool_calls: [CALL] },
            { role: 'tool', tool_call_id: 'call_1', content: '{"status":"delivered"}' },
          ]),
          'langfuse.observation.output': JSON.stringify({ role: 'assistant', content: 'It was delivered *yesterday*.' }),
          'langfuse.observation.usage_details': JSON.stringify({ input: 2_000, output: 50 }),
        },
      },
    ],
  };
}
