import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExport } from '../../ingest/read-export.ts';
import { foldObservation, foldScore, foldTrace } from '../../ingest/write/fold.ts';
import type { EventRow } from '../../store/analytics/rows.ts';
import { FULL, startDoor, type TestDoor } from './testing/start-door.ts';

/**
 * Whatever is sent: never a 500, never a crash, and what is valid in it is stored. Random choices come from a seed, which a failing
 * test names.
 */
let test: TestDoor;
beforeAll(async () => {
  test = await startDoor({ door: { readExport }, maxBodyBytes: 8 * 1024 * 1024 });
});
afterAll(() => test.app.close());

/** Mulberry32: numbers in [0, 1) that a seed decides. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const post = (url: string, payload: Buffer | string, contentType: string, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'POST', url, payload, headers: { authorization: FULL, 'content-type': contentType, ...headers } });

const TRACES = '/api/public/otel/v1/traces';
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const SEEDS = Array.from({ length: 40 }, (_, n) => n + 1);

const traceId = '0af7651916cd43dd8448eb211c80319c';
const goodSpan = {
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'good',
  startTimeUnixNano: '1763728496000000000',
  endTimeUnixNano: '1763728497000000000',
  attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } }],
};
/** One length-delimited field of protobuf. */
function wrap(tag: number, inner: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = inner.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([tag, ...length]), inner]);
}

const protobufOf = (...fields: Buffer[]) => wrap(0x0a, wrap(0x12, wrap(0x12, Buffer.concat(fields))));
const goodProtobuf = protobufOf(
  wrap(0x0a, Buffer.from(traceId, 'hex')),
  wrap(0x12, Buffer.from(goodSpan.spanId, 'hex')),
  wrap(0x2a, Buffer.from('good')),
);

const fine = [200, 207, 400, 413, 415];

describe('random input', () => {
  it.each(SEEDS)('bytes, seed %i', async (seed) => {
    const next = random(seed);
    const bytes = Buffer.from(Array.from({ length: Math.floor(next() * 2000) }, () => Math.floor(next() * 256)));
    for (const [url, type] of [
      [TRACES, PROTOBUF],
      [TRACES, JSON_TYPE],
      ['/api/public/ingestion', JSON_TYPE],
      ['/api/public/scores', JSON_TYPE],
      ['/api/public/generations', JSON_TYPE],
    ] as const) {
      for (const headers of [{}, { 'content-encoding': 'gzip' }, { 'content-encoding': 'deflate' }]) {
        expect(fine).toContain((await post(url, bytes, type, headers as Record<string, string>)).statusCode);
      }
      expect(fine).toContain((await post(url, gzipSync(bytes), type, { 'content-encoding': 'gzip' })).statusCode);
    }
  });

  it('protobuf cut at every byte', async () => {
    for (let length = 0; length < goodProtobuf.length; length++) {
      expect(fine).toContain((await post(TRACES, goodProtobuf.subarray(0, length), PROTOBUF)).statusCode);
    }
    test.written.rows.length = 0;
    expect((await post(TRACES, goodProtobuf, PROTOBUF)).statusCode).toBe(200);
    expect(test.written.rows).toMatchObject([{ id: 'b7ad6b7169203331', name: 'good' }]);
  });

  it.each(SEEDS)('protobuf with flipped bytes beside a good export, seed %i', async (seed) => {
    const next = random(seed);
    const bad = Buffer.from(goodProtobuf);
    // The two length bytes of the frame stay: past them the next message could not be found by anyone.
    for (let flips = 0; flips < 4; flips++) bad[2 + Math.floor(next() * (bad.length - 2))] = Math.floor(next() * 256);
    expect(fine).toContain((await post(TRACES, Buffer.concat([bad, goodProtobuf]), PROTOBUF)).statusCode);
  });

  it('protobuf values nested 10,000 deep', async () => {
    // AnyValue { array_value(5) { values(1): AnyValue … } }, built from the inside out.
    let value: Buffer = Buffer.from([0x18, 1]);
    for (let depth = 0; depth < 10_000; depth++) value = wrap(0x2a, wrap(0x0a, value));
    const attribute = wrap(0x4a, Buffer.concat([Buffer.from([0x0a, 1, 0x61]), wrap(0x12, value)]));
    const span = protobufOf(wrap(0x0a, Buffer.from(traceId, 'hex')), wrap(0x12, Buffer.alloc(8, 9)), attribute);
    test.written.rows.length = 0;
    const answer = await post(TRACES, span, PROTOBUF);
    expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, 0]);
    expect(test.written.rows).toMatchObject([{ id: '09'.repeat(8) }]);
  });
});

const FOLDS = { trace: foldTrace, observation: foldObservation, score: foldScore, log: () => null };
/** What the write stage makes of an event that it was given. */
const fold = (event: EventRow) => JSON.stringify(FOLDS[event.entity]([event]));

/** Values of every kind, where each field of the protocols gets each of them. */
const WRONG: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '\u0000',
  '\ud800',
  [],
  [null],
  {},
  { a: { b: [] } },
  'y'.repeat(100_000),
];
/** Stands for a value nested deeper than `JSON.stringify` can print. */
const DEEP = '@deep';
const deepText = `${'{"a":['.repeat(20_000)}1${']}'.repeat(20_000)}`;
const textOf = (value: unknown): string => JSON.stringify(value).replaceAll(`"${DEEP}"`, deepText);

describe('wrong types', () => {
  it('every field of a span, each with everything, beside a good span', async () => {
    const fields = [
      'traceId',
      'spanId',
      'parentSpanId',
      'name',
      'kind',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'attributes',
      'events',
      'links',
      'status',
      'flags',
    ];
    for (const field of fields) {
      for (const value of [...WRONG, DEEP]) {
        const spans = [{ ...goodSpan, spanId: '1111111111111111', [field]: value }, goodSpan];
        test.written.rows.length = 0;
        const answer = await post(TRACES, textOf({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), JSON_TYPE);
        expect(answer.statusCode, `${field} ${JSON.stringify(value)?.slice(0, 50)}`).toBe(200);
        expect(test.written.rows.map(({ id }) => id)).toContain('b7ad6b7169203331');
      }
    }
  });

  it('every kind of attribute value', async () => {
    const kinds = [
      'stringValue',
      'intValue',
      'doubleValue',
      'boolValue',
      'arrayValue',
      'kvlistValue',
      'bytesValue',
      'strangeValue',
    ];
    const keys = [
      'gen_ai.usage.input_tokens',
      'gen_ai.input.messages',
      'langfuse.observation.metadata',
      'langfuse.trace.tags',
      'input.value',
      'session.id',
    ];
    const attributes = keys.flatMap((key) =>
      kinds.flatMap((kind) => [...WRONG, DEEP, deepText].map((value) => ({ key, value: { [kind]: value } }))),
    );
    for (const attribute of [...attributes, ...WRONG.map((value) => ({ key: 'k', value })), ...WRONG]) {
      const spans = [{ ...goodSpan, attributes: [attribute, ...goodSpan.attributes] }];
      test.written.rows.length = 0;
      const answer = await post(TRACES, textOf({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), JSON_TYPE);
      // A count that cannot be is left out, and said; the span is kept.
      expect([answer.statusCode, answer.body]).toEqual([
        200,
        expect.stringMatching(/^{}$|"rejectedSpans":"0".*input_tokens is .*: not counted/),
      ]);
      expect(test.written.rows).toMatchObject([{ id: 'b7ad6b7169203331' }]);
      expect(() => JSON.stringify(test.written.rows)).not.toThrow();
    }
  }, 120_000);

  it('every layer of an export', async () => {
    for (const value of [...WRONG, DEEP]) {
      for (const body of [
        value,
        { resourceSpans: value },
        { resourceSpans: [value] },
        { resourceSpans: [{ scopeSpans: value }] },
        { resourceSpans: [{ resource: value, scopeSpans: [value, { scope: value, spans: [goodSpan, value] }] }] },
      ]) {
        expect([200, 400]).toContain((await post(TRACES, textOf(body), JSON_TYPE)).statusCode);
      }
    }
    test.written.rows.length = 0;
    const around = { resourceSpans: [5, { resource: 5, scopeSpans: ['x', { scope: [], spans: [7, goodSpan] }] }] };
    expect((await post(TRACES, JSON.stringify(around), JSON_TYPE)).statusCode).toBe(200);
    expect(test.written.rows).toHaveLength(1);
  });

  it('every field of every event, each with everything, beside a good event', async () => {
    const at = '2026-11-21T12:00:00Z';
    const fields = [
      'id',
      'traceId',
      'name',
      'startTime',
      'endTime',
      'completionStartTime',
      'timestamp',
      'level',
      'statusMessage',
      'parentObservationId',
      'version',
      'environment',
      'metadata',
      'input',
      'output',
      'model',
      'modelParameters',
      'usage',
      'usageDetails',
      'costDetails',
      'promptName',
      'promptVersion',
      'type',
      'tags',
      'public',
      'release',
      'userId',
      'sessionId',
      'value',
      'dataType',
      'comment',
      'configId',
      'bookmarked',
    ];
    const types = [
      'trace-create',
      'generation-create',
      'generation-update',
      'observation-create',
      'score-create',
      'sdk-log',
      'event-create',
    ];
    for (const field of fields) {
      const values = [...WRONG, DEEP];
      const batch: unknown[] = types.flatMap((type) =>
        values.map((value, n) => ({
          id: `${type}-${field}-${n}`,
          timestamp: at,
          type,
          body: { id: 'x', type: 'SPAN', name: 'n', value: 1, traceId: 't', [field]: value },
        })),
      );
      batch.push({ id: 'good', timestamp: at, type: 'trace-create', body: { id: 'good' } });
      test.written.events.length = 0;
      const answer = await post('/api/public/ingestion', textOf({ batch }), JSON_TYPE);
      expect(answer.statusCode, field).toBe(207);
      const { successes, errors } = answer.json();
      expect(successes.map(({ id }: { id: string }) => id)).toContain('good');
      for (const error of errors) expect([400, 404]).toContain(error.status);
      // Every event is in exactly one of the lists, save logs, which are in none when they are fine.
      const told = [...successes, ...errors].map(({ id }: { id: string }) => id).filter((id) => !id.startsWith('sdk-log'));
      const sent = batch.map((event) => (event as { id: string }).id).filter((id) => !id.startsWith('sdk-log'));
      expect(told.sort()).toEqual(sent.sort());
      expect(test.written.events).toHaveLength(successes.length);
      for (const event of test.written.events) expect(() => fold(event)).not.toThrow();
    }
  });

  it('every field of an envelope', async () => {
    const event = { id: 'e', timestamp: '2026-11-21T12:00:00Z', type: 'trace-create', body: { id: 't' } };
    for (const value of [...WRONG, DEEP]) {
      const batch = [value, ...Object.keys(event).map((field) => ({ ...event, [field]: value })), { ...event, id: 'good' }];
      const answer = await post('/api/public/ingestion', textOf({ batch, metadata: value }), JSON_TYPE);
      expect(answer.statusCode).toBe(207);
      expect(answer.json().successes).toContainEqual({ id: 'good', status: 201 });
      for (const path of ['scores', 'traces', 'spans', 'generations', 'events']) {
        // A list is many scores: 207 says what is wrong with each.
        expect([200, 207, 400]).toContain((await post(`/api/public/${path}`, textOf(value), JSON_TYPE)).statusCode);
      }
    }
  });
});
