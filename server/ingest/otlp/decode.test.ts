import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { AppError } from '../../lib/errors.ts';
import { decodeJsonExport, decodeJsonObject } from './decode-json.ts';
import { decodeProtobufExport } from './decode-protobuf.ts';
import type { DecodedExport } from './decoded.ts';
import { exportResponseJson, exportResponseProtobuf } from './response.ts';

/* The general protobuf library, told the schema, is the independent writer and reader here. */
const { root } = protobuf.parse(readFileSync(fileURLToPath(new URL('trace-service.proto', import.meta.url)), 'utf8'));
const Request = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');
const Response = root.lookupType('opentelemetry.proto.ExportTraceServiceResponse');

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** OTLP/JSON as the library wants it: ids as bytes, 64-bit numbers as halves. */
function toProtobuf(request: unknown): Uint8Array {
  const prepared = JSON.parse(JSON.stringify(request), (key, value: unknown) => {
    if (['traceId', 'spanId', 'parentSpanId'].includes(key)) return [...Buffer.from(value as string, 'hex')];
    if (key === 'bytesValue') return [...Buffer.from(value as string, 'base64')];
    if ((key.endsWith('UnixNano') || key === 'intValue') && typeof value === 'string') {
      const bits = BigInt.asUintN(64, BigInt(value));
      return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: key !== 'intValue' };
    }
    return value;
  }) as Record<string, unknown>;
  return Request.encode(Request.fromObject(prepared)).finish();
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const exportOf = (...spans: unknown[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'shop')] },
      scopeSpans: [{ scope: { name: 'agent', version: '1.0', attributes: [text('a', 'b')] }, spans }],
    },
  ],
});

const spanOf = (more: Record<string, unknown> = {}) => ({
  traceId: TRACE,
  spanId: SPAN,
  name: 'step',
  kind: 3,
  startTimeUnixNano: '1746026930686364000',
  endTimeUnixNano: '1746026930686764999',
  ...more,
});

/** A length-delimited field. */
function nestedMessage(field: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  let left = content.length;
  for (; left > 127; left = Math.floor(left / 128)) length.push((left % 128) | 128);
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length, left]), content]);
}

const VALUES = [
  text('text', 'Ünïcödé ✓'),
  { key: 'empty', value: { stringValue: '' } },
  { key: 'yes', value: { boolValue: true } },
  { key: 'no', value: { boolValue: false } },
  { key: 'int', value: { intValue: '42' } },
  { key: 'below', value: { intValue: '-7' } },
  { key: 'big', value: { intValue: '-9007199254740993' } },
  { key: 'least', value: { intValue: '-9223372036854775808' } },
  { key: 'double', value: { doubleValue: 0.25 } },
  {
    key: 'list',
    value: {
      arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, { arrayValue: { values: [{ boolValue: true }] } }] },
    },
  },
  {
    key: 'map',
    value: {
      kvlistValue: {
        values: [
          { key: 'k', value: { stringValue: 'v' } },
          { key: 'n', value: { intValue: '5' } },
        ],
      },
    },
  },
  { key: 'bytes', value: { bytesValue: 'AQID' } },
  { key: '__proto__', value: { stringValue: 'kept' } },
];

const READ = {
  text: 'Ünïcödé ✓',
  empty: '',
  yes: true,
  no: false,
  int: 42,
  below: -7,
  big: new ExactNumber('-9007199254740993'),
  least: new ExactNumber('-9223372036854775808'),
  double: 0.25,
  list: ['a', 1, [true]],
  map: { k: 'v', n: 5 },
  bytes: 'AQID',
  ['__proto__']: 'kept',
};

const full = exportOf(
  spanOf({
    parentSpanId: '00f067aa0ba902b7',
    attributes: VALUES,
    events: [{ name: 'exception', timeUnixNano: '1746026930686400000', attributes: [text('exception.message', 'no')] }],
    links: [{ traceId: TRACE, spanId: SPAN, attributes: [text('why', 'cause')] }],
    status: { code: 2, message: 'failed' },
  }),
);

describe.each<[string, (request: unknown) => DecodedExport]>([
  ['protobuf', (request) => decodeProtobufExport(toProtobuf(request))],
  ['JSON', (request) => decodeJsonExport(JSON.stringify(request))],
])('%s', (_, decode) => {
  it('decodes everything', () => {
    const { spans, refused } = decode(full);
    expect(refused).toEqual([]);
    expect(spans).toHaveLength(1);
    const { attributes, resource, scope, events, links, ...rest } = spans[0]!;
    expect(rest).toEqual({
      index: 0,
      traceId: TRACE,
      spanId: SPAN,
      parentSpanId: '00f067aa0ba902b7',
      name: 'step',
      kind: 3,
      startTime: 1746026930686364,
      endTime: 1746026930686764,
      statusCode: 2,
      statusMessage: 'failed',
    });
    expect([...attributes]).toEqual(Object.entries(READ));
    expect([...resource.attributes]).toEqual([['service.name', 'shop']]);
    expect({ ...scope, attributes: [...scope.attributes] }).toEqual({ name: 'agent', version: '1.0', attributes: [['a', 'b']] });
    expect(events).toEqual([{ name: 'exception', time: 1746026930686400, attributes: new Map([['exception.message', 'no']]) }]);
    expect(links).toEqual([{ traceId: TRACE, spanId: SPAN, attributes: new Map([['why', 'cause']]) }]);
  });

  it.each(['traceId', 'spanId'])('refuses a span without %s, and no other', (field) => {
    const { spans, refused } = decode(exportOf(spanOf(), spanOf({ [field]: '' }), spanOf({ spanId: 'aaaaaaaaaaaaaaaa' })));
    expect(spans.map((span) => [span.index, span.spanId])).toEqual([
      [0, SPAN],
      [2, 'aaaaaaaaaaaaaaaa'],
    ]);
    expect(refused).toEqual([
      { index: 1, item: field === 'spanId' ? null : SPAN, reason: 'invalid_id', message: `${field} is missing` },
    ]);
  });

  it('refuses ids that are all zeroes, and reads such a parent as none', () => {
    const { spans, refused } = decode(exportOf(spanOf({ traceId: '0'.repeat(32) }), spanOf({ parentSpanId: '0'.repeat(16) })));
    expect(refused.map((one) => one.message)).toEqual(['traceId is all zeroes']);
    expect(spans.map((span) => span.parentSpanId)).toEqual(['']);
  });

  it.each([
    ['1746026930686000000', 1746026930686000],
    ['1746026930686000999', 1746026930686000],
    ['1', null],
    ['0', null],
    ['18446744073709551615', null],
  ])('reads the time %s exactly', (nanos, micros) => {
    expect(decode(exportOf(spanOf({ startTimeUnixNano: nanos }))).spans[0]!.startTime).toBe(micros);
  });

  it('takes an empty export', () => {
    expect(decode({})).toEqual({ spans: [], refused: [] });
    expect(decode({ resourceSpans: [{ scopeSpans: [{}] }, {}] })).toEqual({ spans: [], refused: [] });
  });
});

describe('JSON', () => {
  it('cuts values that are nested too deep', () => {
    let list: unknown = { stringValue: 'bottom' };
    let map: unknown = { stringValue: 'bottom' };
    for (let i = 0; i < 3000; i++) {
      list = { arrayValue: { values: [list] } };
      map = { kvlistValue: { values: [{ key: 'k', value: map }] } };
    }
    const attributes = [{ key: 'list', value: list }, { key: 'map', value: map }, text('beside', 'kept')];
    const [span] = decodeJsonObject(exportOf(spanOf({ attributes }))).spans;
    expect([...span!.attributes.keys()]).toEqual(['list', 'map', 'beside']);
    expect(JSON.stringify(span!.attributes.get('list'))).toContain('nested too deep');
  });

  it.each<[string, unknown]>([
    ['bytes', [...Buffer.from(TRACE, 'hex')]],
    ['a buffer', { type: 'Buffer', data: [...Buffer.from(TRACE, 'hex')] }],
    ['upper case', TRACE.toUpperCase()],
  ])('reads an id as %s', (_, traceId) => {
    expect(decodeJsonObject(exportOf(spanOf({ traceId }))).spans[0]!.traceId).toBe(TRACE);
  });

  it('keeps other texts as ids', () => {
    expect(decodeJsonObject(exportOf(spanOf({ traceId: 'My-Trace' }))).spans[0]!.traceId).toBe('My-Trace');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['id', { traceId: 7 }, 'traceId is neither text nor bytes'],
    ['id list', { spanId: ['a'] }, 'spanId is neither text nor bytes'],
    ['attributes', { attributes: { a: 1 } }, 'attributes is not an array'],
    ['events', { events: 'x' }, 'events is not an array'],
    ['event attributes', { events: [{ name: 'e', attributes: 1 }] }, 'attributes of an event is not an array'],
  ])('refuses a wrong %s alone', (_, wrong, message) => {
    const { spans, refused } = decodeJsonObject(exportOf(spanOf(wrong), spanOf()));
    expect(spans.map((span) => span.index)).toEqual([1]);
    expect(refused.map((one) => one.message)).toEqual([message]);
  });

  it('names what cannot hold spans', () => {
    const { refused } = decodeJsonObject({
      resourceSpans: [{ scopeSpans: 1 }, { scopeSpans: [{ spans: {} }] }, 'x', { scopeSpans: [null] }],
    });
    expect(refused.map((one) => one.message)).toEqual([
      'scopeSpans is not an array',
      'spans is not an array',
      'resourceSpans holds something that is not an object',
      'scopeSpans holds something that is not an object',
    ]);
  });

  it('keeps spans whose resource or scope is odd', () => {
    const { spans } = decodeJsonObject({
      resourceSpans: [{ resource: { attributes: 5 }, scopeSpans: [{ scope: 'x', spans: [spanOf()] }] }],
    });
    expect(spans).toHaveLength(1);
  });

  it.each<[unknown, unknown]>([
    [{ stringValue: 'a', intValue: '1' }, 'a'],
    [{ doubleValue: 'NaN' }, 'NaN'],
    [{ doubleValue: '1.5' }, 1.5],
    [{ doubleValue: 'Infinity' }, 'Infinity'],
    [{ boolValue: 'true' }, true],
    [{ intValue: { high: 0, low: 7 } }, 7],
    [{ intValue: { high: -1, low: -1 } }, -1],
    [{ intValue: 8 }, 8],
    [{ unknownValue: 1 }, '{"unknownValue":1}'],
    ['bare', 'bare'],
  ])('reads the value %j', (value, read) => {
    expect(decodeJsonObject(exportOf(spanOf({ attributes: [{ key: 'k', value }] }))).spans[0]!.attributes.get('k')).toEqual(read);
  });

  it('reads the names of the schema, enumerations by name and times as halves', () => {
    const [span] = decodeJsonObject({
      resource_spans: [
        {
          scope_spans: [
            {
              spans: [
                {
                  trace_id: TRACE,
                  span_id: SPAN,
                  kind: 'SPAN_KIND_CLIENT',
                  status: { code: 'STATUS_CODE_ERROR' },
                  start_time_unix_nano: { high: 406521456, low: 1000 },
                },
              ],
            },
          ],
        },
      ],
    }).spans;
    expect(span).toMatchObject({ traceId: TRACE, kind: 3, statusCode: 2, startTime: Math.floor((406521456 * 2 ** 32) / 1000) });
  });

  it.each(['', '{', '[]', '"x"', 'null', '5'])('answers %j with 400', (body) => {
    expect(() => decodeJsonExport(body)).toThrowError(
      expect.objectContaining({ status: 400, message: 'Failed to parse OTel JSON Trace' }),
    );
  });

  it.each([{ resourceLogs: [] }, { resourceMetrics: [] }, { resourceSpans: {} }])(
    'answers %j with 400 and the reason',
    (body) => {
      expect(() => decodeJsonObject(body)).toThrowError(
        expect.objectContaining({ status: 400, message: expect.stringMatching(/^Invalid OTLP trace export: /) }),
      );
    },
  );
});

describe('protobuf', () => {
  const body = toProtobuf(full);

  it('answers every cut body with 400 or what is whole', () => {
    for (let length = 1; length < body.length; length++) {
      try {
        expect(decodeProtobufExport(body.subarray(0, length)).spans.length).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ status: 400, message: 'Failed to parse OTel Protobuf Trace' });
      }
    }
  });

  it('refuses a span that is broken inside, and no other', () => {
    const good = (spanId: string) =>
      Buffer.concat([nestedMessage(1, Buffer.from(TRACE, 'hex')), nestedMessage(2, Buffer.from(spanId, 'hex'))]);
    const overrun = Buffer.from([(9 << 3) | 2, 100, 1, 2]);
    const spans = [good(SPAN), overrun, good('aaaaaaaaaaaaaaaa')].map((content) => nestedMessage(2, content));
    const decoded = decodeProtobufExport(nestedMessage(1, nestedMessage(2, Buffer.concat(spans))));
    expect(decoded.spans.map((span) => [span.index, span.spanId])).toEqual([
      [0, SPAN],
      [2, 'aaaaaaaaaaaaaaaa'],
    ]);
    expect(decoded.refused).toEqual([{ index: 1, item: null, reason: 'invalid_field', message: 'the span cannot be decoded' }]);
  });

  it('reads a resource and a scope that come after their spans', () => {
    const span = nestedMessage(
      2,
      Buffer.concat([nestedMessage(1, Buffer.from(TRACE, 'hex')), nestedMessage(2, Buffer.from(SPAN, 'hex'))]),
    );
    const scopeSpans = nestedMessage(2, Buffer.concat([span, nestedMessage(1, nestedMessage(1, Buffer.from('late')))]));
    const attribute = nestedMessage(
      1,
      Buffer.concat([nestedMessage(1, Buffer.from('k')), nestedMessage(2, nestedMessage(1, Buffer.from('v')))]),
    );
    const [decoded] = decodeProtobufExport(nestedMessage(1, Buffer.concat([scopeSpans, nestedMessage(1, attribute)]))).spans;
    expect([decoded!.scope.name, decoded!.resource.attributes.get('k')]).toEqual(['late', 'v']);
  });

  it.each([
    ['list', (inner: Buffer) => nestedMessage(5, nestedMessage(1, inner))],
    [
      'map',
      (inner: Buffer) =>
        nestedMessage(6, nestedMessage(1, Buffer.concat([nestedMessage(1, Buffer.from('k')), nestedMessage(2, inner)]))),
    ],
  ])('cuts a %s that is nested too deep', (_, wrap) => {
    let value = nestedMessage(1, Buffer.from('bottom'));
    for (let i = 0; i < 2000; i++) value = wrap(value);
    const attribute = nestedMessage(9, Buffer.concat([nestedMessage(1, Buffer.from('deep')), nestedMessage(2, value)]));
    const beside = nestedMessage(
      9,
      Buffer.concat([nestedMessage(1, Buffer.from('beside')), nestedMessage(2, nestedMessage(1, Buffer.from('kept')))]),
    );
    const span = Buffer.concat([
      nestedMessage(1, Buffer.from(TRACE, 'hex')),
      nestedMessage(2, Buffer.from(SPAN, 'hex')),
      attribute,
      beside,
    ]);
    const [decoded] = decodeProtobufExport(nestedMessage(1, nestedMessage(2, nestedMessage(2, span)))).spans;
    expect(decoded!.attributes.get('beside')).toBe('kept');
    expect(JSON.stringify(decoded!.attributes.get('deep'))).toContain('nested too deep');
  });

  it('skips fields that it does not know', () => {
    const unknown = Buffer.concat([Buffer.from(body), Buffer.from([((90 << 3) & 255) | 128, 5, 1])]);
    expect(decodeProtobufExport(unknown).spans).toHaveLength(1);
  });
});

describe('the answer', () => {
  const refused = Array.from({ length: 7 }, (_, index) => ({
    index,
    item: index ? `s${index}` : null,
    reason: 'invalid_id' as const,
    message: 'traceId is missing',
  }));

  it('says how many were not taken, and why', () => {
    const { partialSuccess } = exportResponseJson(refused);
    expect(partialSuccess!.rejectedSpans).toBe('7');
    expect(partialSuccess!.errorMessage).toMatch(/^span 0: traceId is missing; span 1 \(s1\): .*; and 2 more$/);
    const read = Response.toObject(Response.decode(exportResponseProtobuf(refused)), { longs: String });
    expect(read).toEqual({ partialSuccess });
  });

  it('is empty when all were taken', () => {
    expect(exportResponseJson([])).toEqual({});
    expect(exportResponseProtobuf([])).toHaveLength(0);
  });
});
