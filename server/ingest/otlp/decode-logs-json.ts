import { isObject, parseJson } from '../../../contract/json/parse.ts';
import { AppError } from '../../lib/errors.ts';
import type { DecodedLogs, DecodedResource, DecodedScope } from './decoded.ts';
import { MAX_SPANS, NO_ATTRIBUTES } from './decoded.ts';
import { readJsonId } from './ids.ts';
import { field, type Json, readAnyValue, readAttributes, readResource, readScope, textOf } from './json-values.ts';
import { guarded, manyRecords, severityOf, takeRecord } from './log-record.ts';
import { readJsonNanos } from './times.ts';

const unreadable = (cause?: unknown) => new AppError(400, 'InvalidRequestError', 'Failed to parse OTel JSON Logs', { cause });

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/**
 * Decodes an OTLP/JSON export of logs, with a pause after every record. A bad record is refused alone.
 * @throws AppError 400 when the body is not JSON or is no export of logs at all
 */
export function* decodeJsonLogs(body: Uint8Array): Generator<void, DecodedLogs> {
  let parsed: unknown;
  try {
    parsed = parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!isObject(parsed)) throw unreadable();
  const decoded: DecodedLogs = { records: [], refused: [] };
  const resources = field(parsed, 'resourceLogs', 'resource_logs');
  if (resources === undefined || resources === null) {
    const other = ['resourceSpans', 'resourceMetrics'].find((name) => name in parsed);
    if (other) throw new AppError(400, 'InvalidRequestError', `Invalid OTLP logs export: ${other} is not an export of logs`);
    return decoded;
  }
  if (!Array.isArray(resources)) throw unreadable();
  let index = 0;
  for (const one of resources as unknown[]) {
    if (!isObject(one)) continue;
    const resource = readResource(one.resource);
    for (const inner of listOf(field(one, 'scopeLogs', 'scope_logs'))) {
      if (!isObject(inner)) continue;
      const scope = readScope(inner.scope);
      for (const record of listOf(field(inner, 'logRecords', 'log_records'))) {
        if (index >= MAX_SPANS) throw manyRecords();
        guarded(decoded, index++, () => readRecord(decoded, index - 1, record, resource, scope));
        yield;
      }
    }
  }
  return decoded;
}

function readRecord(decoded: DecodedLogs, index: number, value: unknown, resource: DecodedResource, scope: DecodedScope): void {
  const attributes = isObject(value) ? readAttributes(value.attributes) : null;
  if (!isObject(value) || !attributes) {
    decoded.refused.push({ index, item: null, reason: 'invalid_field', message: 'the log record cannot be decoded' });
    return;
  }
  const nanos = (name: string, protoName: string) => readJsonNanos(field(value, name, protoName));
  takeRecord(decoded, index, {
    traceId: readJsonId(field(value, 'traceId', 'trace_id')) ?? '',
    spanId: readJsonId(field(value, 'spanId', 'span_id')) ?? '',
    time: nanos('timeUnixNano', 'time_unix_nano') ?? nanos('observedTimeUnixNano', 'observed_time_unix_nano'),
    name: textOf(field(value, 'eventName', 'event_name')),
    severity: severityOf(textOf(field(value, 'severityText', 'severity_text')), severityNumber(value)),
    body: readAnyValue(value.body, 0),
    attributes: attributes === NO_ATTRIBUTES ? new Map() : attributes,
    resource,
    scope,
  });
}

/** A number, or its name in the schema: `SEVERITY_NUMBER_ERROR2`. */
function severityNumber(record: Json): number {
  const told = field(record, 'severityNumber', 'severity_number');
  if (typeof told === 'number') return told;
  const [, name = '', step = '1'] = /^SEVERITY_NUMBER_([A-Z]+)([234])?$/.exec(String(told)) ?? [];
  const at = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(name);
  return at < 0 ? Number(told) || 0 : at * 4 + Number(step || 1);
}
