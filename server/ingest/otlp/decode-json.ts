import { isObject, parseJson } from '../../../contract/json/parse.ts';
import { AppError } from '../../lib/errors.ts';
import type { Refusal } from '../types.ts';
import {
  type DecodedEvent,
  type DecodedExport,
  type DecodedLink,
  type DecodedResource,
  type DecodedScope,
  type DecodedSpan,
  MAX_ATTRIBUTES,
  MAX_SPANS,
  manySpans,
  NO_ATTRIBUTES,
  TooManyError,
  undecodable,
} from './decoded.ts';
import { idProblem, isZero, readJsonId } from './ids.ts';
import { field, type Json, readAttributes, readEnum, readResource, readScope, textOf } from './json-values.ts';
import { readJsonNanos } from './times.ts';

/**
 * Decodes an OTLP/JSON trace export. A bad span is refused alone; attributes of a resource or scope that are not a list are left out.
 * @throws AppError 400 when the body is not JSON or is no trace export at all (contract §3.1)
 */
export function decodeJsonExport(body: string | Uint8Array): DecodedExport {
  return decodeJsonObject(parseJsonExport(body));
}

/** A body as an object. @throws AppError 400 */
export function parseJsonExport(body: string | Uint8Array): Json {
  let parsed: unknown;
  try {
    parsed = parseJson(
      typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
    );
  } catch (cause) {
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel JSON Trace', { cause });
  }
  if (!isObject(parsed)) throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel JSON Trace');
  return parsed;
}

/** The same for a body that is already parsed. */
export function decodeJsonObject(body: Json): DecodedExport {
  const steps = decodeJsonSteps(body);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with a pause after every span. */
export function* decodeJsonSteps(body: Json): Generator<void, DecodedExport> {
  const decoded: DecodedExport = { spans: [], refused: [] };
  const resourceSpans = field(body, 'resourceSpans', 'resource_spans');
  if (resourceSpans === undefined || resourceSpans === null) {
    const other = ['resourceLogs', 'resourceMetrics'].find((name) => name in body);
    if (other) throw invalidExport(`${other} is not a trace export`);
    return decoded;
  }
  if (!Array.isArray(resourceSpans)) throw invalidExport('resourceSpans is not an array');
  const reader = new JsonExportReader(decoded);
  for (const entry of resourceSpans) yield* reader.resourceSpans(entry);
  return decoded;
}

const invalidExport = (why: string) => new AppError(400, 'InvalidRequestError', `Invalid OTLP trace export: ${why}`);

class JsonExportReader {
  private readonly decoded: DecodedExport;
  private index = 0;

  constructor(decoded: DecodedExport) {
    this.decoded = decoded;
  }

  *resourceSpans(value: unknown): Generator<void> {
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
    for (const entry of scopes) yield* this.scopeSpans(entry, resource);
  }

  private *scopeSpans(value: unknown, resource: DecodedResource): Generator<void> {
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
    for (const entry of value.spans) {
      if (this.index >= MAX_SPANS) throw manySpans();
      this.guarded(entry, resource, scope);
      yield;
    }
  }

  private guarded(value: unknown, resource: DecodedResource, scope: DecodedScope): void {
    try {
      this.span(value, resource, scope);
    } catch (error) {
      if (!(error instanceof TooManyError)) throw error;
      this.decoded.refused.push(undecodable(this.index++, error));
    }
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

function readEvents(value: unknown): DecodedEvent[] | string {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return 'events is not an array';
  if (value.length > MAX_ATTRIBUTES) throw new TooManyError('events');
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
  if (value.length > MAX_ATTRIBUTES) throw new TooManyError('links');
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
