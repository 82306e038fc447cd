import protobuf from 'protobufjs/minimal.js';
import { isObject, parseJson } from '../../../contract/json/parse.ts';
import { AppError } from '../../lib/errors.ts';
import { each, LENGTH_DELIMITED, messageEnd, type Reader } from './protobuf-values.ts';

const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;
/** Where a metric of metrics.proto holds its data, in the order of `KINDS`. */
const KIND_FIELDS: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);

/** How many data points an export of metrics holds: all that is read of it. @throws AppError 400 when it is no such export */
export function countMetrics(body: Buffer, format: 'protobuf' | 'json'): number {
  try {
    return format === 'json' ? countJson(parseJson(body.toString('utf8'))) : countProtobuf(body);
  } catch (cause) {
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel Metrics', { cause });
  }
}

const listOf = (value: unknown, ...names: string[]): unknown[] => {
  if (!isObject(value)) return [];
  const found = names.map((name) => value[name]).find((list) => Array.isArray(list));
  return (found as unknown[] | undefined) ?? [];
};

function countJson(body: unknown): number {
  let points = 0;
  for (const resource of listOf(body, 'resourceMetrics', 'resource_metrics')) {
    for (const scope of listOf(resource, 'scopeMetrics', 'scope_metrics')) {
      for (const metric of listOf(scope, 'metrics')) {
        for (const kind of KINDS)
          points += listOf(isObject(metric) ? metric[kind] : undefined, 'dataPoints', 'data_points').length;
      }
    }
  }
  return points;
}

function countProtobuf(body: Buffer): number {
  const reader = protobuf.Reader.create(body);
  let points = 0;
  const within = (end: number, wanted: (field: number) => boolean, read: (end: number) => void) =>
    each(reader, end, (field, wire) => {
      if (wire !== LENGTH_DELIMITED || !wanted(field)) return false;
      const inner = messageEnd(reader, end);
      read(inner);
      return true;
    });
  const at = (field: number) => (found: number) => found === field;
  within(reader.len, at(1), (resource) =>
    within(resource, at(2), (scope) =>
      within(scope, at(2), (metric) =>
        within(
          metric,
          (field) => KIND_FIELDS.has(field),
          (data) => within(data, at(1), (end) => skipTo(reader, end, () => points++)),
        ),
      ),
    ),
  );
  return points;
}

function skipTo(reader: Reader, end: number, counted: () => void): void {
  counted();
  reader.pos = end;
}
