import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { countMetrics } from './count-metrics.ts';
import { decodeJsonLogs as jsonSteps } from './decode-logs-json.ts';
import { decodeProtobufLogs as protobufSteps } from './decode-logs-protobuf.ts';
import type { DecodedLogs } from './decoded.ts';

/* The schema of OpenTelemetry's logs and metrics as far as it is read, for a writer that is not ours. */
const { root } = protobuf.parse(`syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int32 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message LogRecord { fixed64 time_unix_nano = 1; fixed64 observed_time_unix_nano = 11; int32 severity_number = 2; string severity_text = 3;
  AnyValue body = 5; repeated KeyValue attributes = 6; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10; string event_name = 12; }
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
message Logs { repeated ResourceLogs resource_logs = 1; }
message Point { fixed64 time_unix_nano = 3; }
message Data { repeated Point data_points = 1; }
message Metric { string name = 1; Data gauge = 5; Data sum = 7; Data histogram = 9; Data exponential_histogram = 10; Data summary = 11; }
message ScopeMetrics { repeated Metric metrics = 2; }
message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
message Metrics { repeated ResourceMetrics resource_metrics = 1; }`);

function toEnd(steps: Generator<void, DecodedLogs>): DecodedLogs {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
const decodeJsonLogs = (body: Buffer) => toEnd(jsonSteps(body));
const decodeProtobufLogs = (body: Buffer) => toEnd(protobufSteps(body));

const TRACE = '920598552c2439c4817f10a37f408347';
const SPAN = '7d0f33b48c084cbf';

function encode(type: string, request: unknown): Buffer {
  const prepared = JSON.parse(JSON.stringify(request), (key, value: unknown) => {
    if (key === 'traceId' || key === 'spanId') return [...Buffer.from(value as string, 'hex')];
    if (key.endsWith('UnixNano')) {
      const bits = BigInt(value as string);
      return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: true };
    }
    return value;
  }) as Record<string, unknown>;
  const found = root.lookupType(type);
  return Buffer.from(found.encode(found.fromObject(prepared)).finish());
}

const exportOf = (...logRecords: unknown[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [{ scope: { name: 'openai', version: '2' }, logRecords }],
    },
  ],
});

const RECORD = {
  traceId: TRACE,
  spanId: SPAN,
  timeUnixNano: '1746026930686364000',
  severityNumber: 17,
  eventName: 'gen_ai.choice',
  body: { kvlistValue: { values: [{ key: 'index', value: { intValue: 0 } }] } },
  attributes: [{ key: 'gen_ai.system', value: { stringValue: 'openai' } }],
};

const both = (request: unknown) => {
  const fromJson = decodeJsonLogs(Buffer.from(JSON.stringify(request)));
  expect(decodeProtobufLogs(encode('Logs', request))).toEqual(fromJson);
  return fromJson;
};

it('reads a record whole, the same from both encodings', () => {
  const { records, refused } = both(exportOf(RECORD));
  expect(refused).toEqual([]);
  expect(records).toHaveLength(1);
  const { attributes, resource, scope, ...rest } = records[0]!;
  expect(rest).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    time: 1746026930686364,
    name: 'gen_ai.choice',
    severity: 'ERROR',
    body: { index: 0 },
  });
  expect([Object.fromEntries(attributes), resource.attributes.get('service.name'), scope.name]).toEqual([
    { 'gen_ai.system': 'openai' },
    'shop',
    'openai',
  ]);
});

it('takes the time at which it was observed, and an event name among the attributes', () => {
  const { timeUnixNano: _, eventName: __, ...older } = RECORD;
  const [record] = both(
    exportOf({
      ...older,
      observedTimeUnixNano: '1746026930686365000',
      attributes: [{ key: 'event.name', value: { stringValue: 'gen_ai.user.message' } }],
      severityText: 'notice',
    }),
  ).records;
  expect(record).toMatchObject({ time: 1746026930686365, name: 'gen_ai.user.message', severity: 'notice' });
});

it('refuses alone what belongs to no step, with its place', () => {
  const { traceId: _, ...traceless } = RECORD;
  const { records, refused } = both(exportOf(traceless, RECORD, { ...RECORD, spanId: '0000000000000000' }));
  expect([records.length, refused.map(({ index }) => index)]).toEqual([1, [0, 2]]);
});

it.each(['', 'null', '[]', '{', '{"resourceLogs":5}', '{"resourceSpans":[]}'])('refuses %j whole', (body) => {
  expect(() => decodeJsonLogs(Buffer.from(body))).toThrow(expect.objectContaining({ status: 400 }));
});

it('refuses broken protobuf whole, and a broken record alone', () => {
  expect(() => decodeProtobufLogs(Buffer.from([0x0a, 0xff]))).toThrow(expect.objectContaining({ status: 400 }));
  // A record whose body is longer than the record.
  const broken = Buffer.from([0x0a, 6, 0x12, 4, 0x12, 2, 0x2a, 0x7f]);
  expect(decodeProtobufLogs(broken).refused).toEqual([
    { index: 0, item: null, reason: 'invalid_field', message: 'the log record cannot be decoded' },
  ]);
});

it('survives any bytes and any JSON', () => {
  const whole = encode('Logs', exportOf(RECORD, RECORD));
  for (let at = 0; at < whole.length; at++) {
    const bent = Buffer.from(whole);
    bent[at] = (bent[at]! + 91) & 255;
    for (const body of [bent, whole.subarray(0, at)]) {
      try {
        decodeProtobufLogs(body);
      } catch (error) {
        expect(error).toMatchObject({ status: 400 });
      }
    }
  }
  for (const odd of [null, 1, 'x', [], {}, [[]], { values: 3 }]) {
    for (const field of Object.keys(RECORD))
      decodeJsonLogs(Buffer.from(JSON.stringify(exportOf({ ...RECORD, [field]: odd }, odd))));
  }
});

it('counts the data points of metrics in both encodings', () => {
  const points = (n: number) => ({ dataPoints: Array.from({ length: n }, () => ({ timeUnixNano: '1746026930686364000' })) });
  const request = {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              { name: 'a', gauge: points(2) },
              { name: 'b', histogram: points(3) },
            ],
          },
          { metrics: [] },
        ],
      },
    ],
  };
  expect(countMetrics(Buffer.from(JSON.stringify(request)), 'json')).toBe(5);
  expect(countMetrics(encode('Metrics', request), 'protobuf')).toBe(5);
  expect(countMetrics(Buffer.from('{}'), 'json')).toBe(0);
  expect(() => countMetrics(Buffer.from('{'), 'json')).toThrow(expect.objectContaining({ status: 400 }));
  expect(() => countMetrics(Buffer.from([0x0a, 0xff]), 'protobuf')).toThrow(expect.objectContaining({ status: 400 }));
});
