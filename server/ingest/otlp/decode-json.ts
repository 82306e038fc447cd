import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { isObject, parseJson } from '../../../contract/json/parse.ts';
import { AppError } from '../../lib/errors.ts';
import type { Refusal } from '../types.ts';
import {
  type Attributes,
  type AttributeValue,
  type DecodedEvent,
  type DecodedExport,
  type DecodedLink,
  type DecodedResource,
  type DecodedScope,
  type DecodedSpan,
  MAX_VALUE_DEPTH,
  NO_ATTRIBUTES,
  NO_RESOURCE,
  NO_SCOPE,
  TOO_DEEP,
} from './decoded.ts';
import { idProblem, isZero, readJsonId } from './ids.ts';
import { jsonText } from './json-text.ts';
import { readJsonNanos } from './times.ts';

type Json = Record<string, unknown>;

/** A field by its JSON name, or by its name in the protobuf schema, which JSON parsers have to take as well. */
const field = (object: Json, name: string, protoName: string): unknown => object[name] ?? object[protoName];

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : jsonText(value);

/**
 * Decodes an OTLP/JSON trace export. A bad span is refused alone; attributes of a resource or scope that are not a list are left out.
 * @throws AppError 400 when the body is not JSON or is no trace export at all (contract §3.1)
 */
export function decodeJsonExport(body: string | Uint8Array): DecodedExport {
  let parsed: unknown;
  try {
    parsed = parseJson(
      typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
    );
  } catch (cause) {
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel JSON Trace', { cause });
  }
  if (!isObject(parsed)) throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel JSON Trace');
  return decodeJsonObject(parsed);
}

/** The same for a body that is already parsed. */
export function decodeJsonObject(body: Json): DecodedExport {
  const decoded: DecodedExport = { spans: [], refused: [] };
  const resourceSpans = field(body, 'resourceSpans', 'resource_spans');
  if (resourceSpans === undefined || resourceSpans === null) {
    const other = ['resourceLogs', 'resourceMetrics'].find((name) => name in body);
    if (other) throw invalidExport(`${other} is not a trace export`);
    return decoded;
  }
  if (!Array.isArray(resourceSpans)) throw invalidExport('resourceSpans is not an array');
  const reader = new JsonExportReader(decoded);
  for (const entry of resourceSpans) reader.resourceSpans(entry);
  return decoded;
}

const invalidExport = (why: string) => new AppError(400, 'InvalidRequestError', `Invalid OTLP trace export: ${why}`);

class JsonExportReader {
  private readonly decoded: DecodedExport;
  private index = 0;

  constructor(decoded: DecodedExport) {
    this.decoded = decoded;
  }

  resourceSpans(value: unknown): void {
    if (!isObject(value)) {
      this.refuse(null, 'invalid_field', 'resourceSpans holds something that is not an object');
      return;
    }
    const resource = readResource(value.resource);
    const scopes = field(value, 'scopeSpans', 'scope_spans') ?? value.instrumentationLibrarySpans;
    if (scopes === undefined || scopes === null) return;
    if (!Array.isArray(scopes)) {
      this.refuse(null, 'invalid_field', 'scopeSpans is not an array');
      return;
    }
    for (const entry of scopes) this.scopeSpans(entry, resource);
  }

  private scopeSpans(value: unknown, resource: DecodedResource): void {
    if (!isObject(value)) {
      this.refuse(null, 'invalid_field', 'scopeSpans holds something that is not an object');
      return;
    }
    const scope = readScope(value.scope ?? value.instrumentationLibrary);
    if (value.spans === undefined || value.spans === null) return;
    if (!Array.isArray(value.spans)) {
      this.refuse(null, 'invalid_field', 'spans is not an array');
      return;
    }
    for (const entry of value.spans) this.span(entry, resource, scope);
  }

  private span(value: unknown, resource: DecodedResource, scope: DecodedScope): void {
    if (!isObject(value)) {
      this.refuse(null, 'invalid_field', 'the span is not an object');
      return;
    }
    const traceId = readJsonId(field(value, 'traceId', 'trace_id'));
    const spanId = readJsonId(field(value, 'spanId', 'span_id'));
    const problem = idProblem('traceId', traceId) ?? idProblem('spanId', spanId);
    if (problem) {
      this.refuse(spanId || null, 'invalid_id', problem);
      return;
    }
    const attributes = readAttributes(value.attributes);
    if (!attributes) {
      this.refuse(spanId!, 'invalid_field', 'attributes is not an array');
      return;
    }
    const events = readEvents(value.events);
    if (typeof events === 'string') {
      this.refuse(spanId!, 'invalid_field', events);
      return;
    }
    const links = readLinks(value.links);
    const parent = readJsonId(field(value, 'parentSpanId', 'parent_span_id')) ?? '';
    const status = isObject(value.status) ? value.status : {};
    this.decoded.spans.push({
      index: this.index++,
      traceId: traceId!,
      spanId: spanId!,
      parentSpanId: isZero(parent) ? '' : parent,
      name: textOf(value.name),
      kind: readEnum(value.kind, SPAN_KINDS),
      startTime: readJsonNanos(field(value, 'startTimeUnixNano', 'start_time_unix_nano')),
      endTime: readJsonNanos(field(value, 'endTimeUnixNano', 'end_time_unix_nano')),
      attributes,
      events,
      links,
      statusCode: readEnum(status.code, STATUS_CODES),
      statusMessage: textOf(status.message),
      resource,
      scope,
    } satisfies DecodedSpan);
  }

  private refuse(item: string | null, reason: Refusal['reason'], message: string): void {
    this.decoded.refused.push({ index: this.index++, item, reason, message });
  }
}

const SPAN_KINDS = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_CODES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

function readEnum(value: unknown, names: readonly string[]): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const named = names.indexOf(value);
  return named >= 0 ? named : Number(value) || 0;
}

function readResource(value: unknown): DecodedResource {
  if (!isObject(value)) return NO_RESOURCE;
  return { attributes: readAttributes(value.attributes) ?? NO_ATTRIBUTES };
}

function readScope(value: unknown): DecodedScope {
  if (!isObject(value)) return NO_SCOPE;
  return {
    name: textOf(value.name),
    version: textOf(value.version),
    attributes: readAttributes(value.attributes) ?? NO_ATTRIBUTES,
  };
}

/** Null when it is not a list. Entries without a key are left out. */
function readAttributes(value: unknown): Attributes | null {
  if (value === undefined || value === null) return NO_ATTRIBUTES;
  if (!Array.isArray(value)) return null;
  const attributes: Attributes = new Map();
  for (const entry of value) {
    if (!isObject(entry) || typeof entry.key !== 'string') continue;
    const read = readAnyValue(entry.value, 0);
    if (read !== undefined) attributes.set(entry.key, read);
  }
  return attributes;
}

function readEvents(value: unknown): DecodedEvent[] | string {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return 'events is not an array';
  const events: DecodedEvent[] = [];
  for (const entry of value) {
    if (!isObject(entry)) continue;
    const attributes = readAttributes(entry.attributes);
    if (!attributes) return 'attributes of an event is not an array';
    events.push({ name: textOf(entry.name), time: readJsonNanos(field(entry, 'timeUnixNano', 'time_unix_nano')), attributes });
  }
  return events;
}

function readLinks(value: unknown): DecodedLink[] {
  if (!Array.isArray(value)) return [];
  const links: DecodedLink[] = [];
  for (const entry of value) {
    if (!isObject(entry)) continue;
    links.push({
      traceId: readJsonId(field(entry, 'traceId', 'trace_id')) ?? '',
      spanId: readJsonId(field(entry, 'spanId', 'span_id')) ?? '',
      attributes: readAttributes(entry.attributes) ?? NO_ATTRIBUTES,
    });
  }
  return links;
}

/** Reads one AnyValue in the precedence of contract §3.2. Undefined when there is none. */
export function readAnyValue(value: unknown, depth: number): AttributeValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return typeof value === 'string' || typeof value === 'boolean' ? value : jsonText(value);
  const text = field(value, 'stringValue', 'string_value');
  if (text !== undefined && text !== null) return textOf(text);
  const double = field(value, 'doubleValue', 'double_value');
  if (double !== undefined && double !== null) return readDouble(double);
  const bool = field(value, 'boolValue', 'bool_value');
  if (bool !== undefined && bool !== null) return typeof bool === 'boolean' ? bool : bool === 'true';
  const array = field(value, 'arrayValue', 'array_value');
  if (isObject(array)) {
    const values = Array.isArray(array.values) ? array.values : [];
    if (depth >= MAX_VALUE_DEPTH) return TOO_DEEP;
    const read: AttributeValue[] = [];
    for (const entry of values) {
      const inner = readAnyValue(entry, depth + 1);
      if (inner !== undefined) read.push(inner);
    }
    return read;
  }
  const int = field(value, 'intValue', 'int_value');
  if (int !== undefined && int !== null) return readInt(int);
  return jsonText(value);
}

function readDouble(value: unknown): AttributeValue {
  if (typeof value === 'number' || value instanceof ExactNumber) return value;
  if (typeof value !== 'string') return jsonText(value);
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}

/** Whole numbers beyond 2^53 keep their digits: a rounded id would be a wrong id. */
function readInt(value: unknown): AttributeValue {
  if (typeof value === 'number' || value instanceof ExactNumber) return value;
  if (typeof value === 'string') {
    const number = Number(value);
    if (value.trim() !== '' && Number.isSafeInteger(number)) return number;
    return /^-?\d{16,20}$/.test(value) ? new ExactNumber(value) : value;
  }
  if (isObject(value) && typeof value.high === 'number' && typeof value.low === 'number') {
    return intFromHalves(value.low >>> 0, value.high | 0);
  }
  return jsonText(value);
}

/** A signed 64-bit whole number, exact beyond 2^53 too. */
export function intFromHalves(low: number, high: number): number | ExactNumber {
  const number = high * 4294967296 + low;
  return Number.isSafeInteger(number) ? number : new ExactNumber(((BigInt(high) << 32n) | BigInt(low)).toString());
}
