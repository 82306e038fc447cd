import protobuf from 'protobufjs/minimal.js';
import type { ExactNumber } from '../../../contract/json/exact-number.ts';
import { AppError } from '../../lib/errors.ts';
import { intFromHalves } from './decode-json.ts';
import {
  type Attributes,
  type AttributeValue,
  type DecodedEvent,
  type DecodedExport,
  type DecodedLink,
  type DecodedResource,
  type DecodedScope,
  MAX_VALUE_DEPTH,
  NO_ATTRIBUTES,
  NO_RESOURCE,
  NO_SCOPE,
  TOO_DEEP,
} from './decoded.ts';
import { bytesToHex, idProblem, isZero } from './ids.ts';
import { jsonText } from './json-text.ts';
import { nanosToMicros } from './times.ts';

/*
 * Reads the wire straight into the decoded form, field numbers as in trace-service.proto. Messages of a general decoder would be built
 * only to be copied: this way a span of 1.6 KB takes a third of the time (bench/normalise.ts).
 */

type Reader = protobuf.Reader;

const LENGTH_DELIMITED = 2;
const FIXED64 = 1;
const VARINT = 0;

/**
 * Decodes a protobuf ExportTraceServiceRequest. A span that is broken inside its own bounds, or has no usable ids, is refused alone.
 * @throws AppError 400 when the frame around the spans is broken (contract §3.1)
 */
export function decodeProtobufExport(body: Uint8Array): DecodedExport {
  const decoded: DecodedExport = { spans: [], refused: [] };
  const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  try {
    const state = { index: 0 };
    each(reader, reader.len, (field, wire) => {
      if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
      readResourceSpans(reader, messageEnd(reader, reader.len), decoded, state);
      return true;
    });
  } catch (cause) {
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel Protobuf Trace', { cause });
  }
  return decoded;
}

/** Calls `take` for each field up to `end`; a field that it does not take is skipped. @throws RangeError when a field overruns `end` */
function each(reader: Reader, end: number, take: (field: number, wire: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!take(tag >>> 3, tag & 7)) reader.skipType(tag & 7);
    if (reader.pos > end) throw new RangeError('field overruns its message');
  }
}

/** Reads the length of a message and returns where it ends. */
function messageEnd(reader: Reader, limit: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > limit) throw new RangeError('message overruns its parent');
  return end;
}

function readResourceSpans(reader: Reader, end: number, decoded: DecodedExport, state: { index: number }): void {
  const start = reader.pos;
  let resource: DecodedResource = NO_RESOURCE;
  // The resource may come after its spans: it is looked for first.
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const attributes: Attributes = new Map();
    const inner = messageEnd(reader, end);
    each(reader, inner, (f, w) => f === 1 && w === LENGTH_DELIMITED && readKeyValue(reader, inner, attributes));
    resource = { attributes };
    return true;
  });
  reader.pos = start;
  each(reader, end, (field, wire) => {
    if (field !== 2 || wire !== LENGTH_DELIMITED) return false;
    readScopeSpans(reader, messageEnd(reader, end), resource, decoded, state);
    return true;
  });
}

function readScopeSpans(
  reader: Reader,
  end: number,
  resource: DecodedResource,
  decoded: DecodedExport,
  state: { index: number },
): void {
  const start = reader.pos;
  let scope: DecodedScope = NO_SCOPE;
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    scope = readScope(reader, messageEnd(reader, end));
    return true;
  });
  reader.pos = start;
  each(reader, end, (field, wire) => {
    if (field !== 2 || wire !== LENGTH_DELIMITED) return false;
    const spanEnd = messageEnd(reader, end);
    const index = state.index++;
    try {
      readSpan(reader, spanEnd, index, resource, scope, decoded);
    } catch {
      decoded.refused.push({ index, item: null, reason: 'invalid_field', message: 'the span cannot be decoded' });
    }
    reader.pos = spanEnd;
    return true;
  });
}

function readScope(reader: Reader, end: number): DecodedScope {
  const scope: DecodedScope = { name: '', version: '', attributes: NO_ATTRIBUTES };
  each(reader, end, (field, wire) => {
    if (wire !== LENGTH_DELIMITED) return false;
    if (field === 1) scope.name = reader.string();
    else if (field === 2) scope.version = reader.string();
    else if (field === 3) {
      if (scope.attributes === NO_ATTRIBUTES) scope.attributes = new Map();
      readKeyValue(reader, end, scope.attributes);
    } else return false;
    return true;
  });
  return scope;
}

function readSpan(
  reader: Reader,
  end: number,
  index: number,
  resource: DecodedResource,
  scope: DecodedScope,
  decoded: DecodedExport,
): void {
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let name = '';
  let kind = 0;
  let startTime: number | null = null;
  let endTime: number | null = null;
  let statusCode = 0;
  let statusMessage = '';
  const attributes: Attributes = new Map();
  const events: DecodedEvent[] = [];
  const links: DecodedLink[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case (1 << 3) | LENGTH_DELIMITED:
        traceId = bytesToHex(reader.bytes());
        break;
      case (2 << 3) | LENGTH_DELIMITED:
        spanId = bytesToHex(reader.bytes());
        break;
      case (4 << 3) | LENGTH_DELIMITED:
        parentSpanId = bytesToHex(reader.bytes());
        break;
      case (5 << 3) | LENGTH_DELIMITED:
        name = reader.string();
        break;
      case (6 << 3) | VARINT:
        kind = reader.int32();
        break;
      case (7 << 3) | FIXED64:
        startTime = readNanos(reader);
        break;
      case (8 << 3) | FIXED64:
        endTime = readNanos(reader);
        break;
      case (9 << 3) | LENGTH_DELIMITED:
        readKeyValue(reader, end, attributes);
        break;
      case (11 << 3) | LENGTH_DELIMITED:
        events.push(readEvent(reader, messageEnd(reader, end)));
        break;
      case (13 << 3) | LENGTH_DELIMITED:
        links.push(readLink(reader, messageEnd(reader, end)));
        break;
      case (15 << 3) | LENGTH_DELIMITED:
        each(reader, messageEnd(reader, end), (field, wire) => {
          if (field === 2 && wire === LENGTH_DELIMITED) statusMessage = reader.string();
          else if (field === 3 && wire === VARINT) statusCode = reader.int32();
          else return false;
          return true;
        });
        break;
      default:
        reader.skipType(tag & 7);
    }
    if (reader.pos > end) throw new RangeError('field overruns its message');
  }
  const problem = idProblem('traceId', traceId) ?? idProblem('spanId', spanId);
  if (problem) {
    decoded.refused.push({ index, item: spanId || null, reason: 'invalid_id', message: problem });
    return;
  }
  decoded.spans.push({
    index,
    traceId,
    spanId,
    parentSpanId: isZero(parentSpanId) ? '' : parentSpanId,
    name,
    kind,
    startTime,
    endTime,
    attributes,
    events,
    links,
    statusCode,
    statusMessage,
    resource,
    scope,
  });
}

function readNanos(reader: Reader): number | null {
  const low = reader.fixed32();
  return nanosToMicros(reader.fixed32(), low);
}

function readEvent(reader: Reader, end: number): DecodedEvent {
  const event: DecodedEvent = { name: '', time: null, attributes: new Map() };
  each(reader, end, (field, wire) => {
    if (field === 1 && wire === FIXED64) event.time = readNanos(reader);
    else if (field === 2 && wire === LENGTH_DELIMITED) event.name = reader.string();
    else if (field === 3 && wire === LENGTH_DELIMITED) readKeyValue(reader, end, event.attributes);
    else return false;
    return true;
  });
  return event;
}

function readLink(reader: Reader, end: number): DecodedLink {
  const link: DecodedLink = { traceId: '', spanId: '', attributes: new Map() };
  each(reader, end, (field, wire) => {
    if (wire !== LENGTH_DELIMITED) return false;
    if (field === 1) link.traceId = bytesToHex(reader.bytes());
    else if (field === 2) link.spanId = bytesToHex(reader.bytes());
    else if (field === 4) readKeyValue(reader, end, link.attributes);
    else return false;
    return true;
  });
  return link;
}

/** Reads one KeyValue (its length first) into `attributes`. */
function readKeyValue(reader: Reader, limit: number, attributes: Attributes): true {
  const end = messageEnd(reader, limit);
  let key = '';
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | LENGTH_DELIMITED)) key = reader.string();
    else if (tag === ((2 << 3) | LENGTH_DELIMITED)) value = readAnyValue(reader, messageEnd(reader, end), 0);
    else reader.skipType(tag & 7);
  }
  if (reader.pos > end) throw new RangeError('field overruns its message');
  if (value !== undefined) attributes.set(key, value);
  return true;
}

/** Reads an AnyValue; undefined for an empty one. */
function readAnyValue(reader: Reader, end: number, depth: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case (1 << 3) | LENGTH_DELIMITED:
        value = reader.string();
        break;
      case (2 << 3) | VARINT:
        value = reader.bool();
        break;
      case (3 << 3) | VARINT:
        value = readInt64(reader);
        break;
      case (4 << 3) | FIXED64:
        value = nameIfNotFinite(reader.double());
        break;
      case (5 << 3) | LENGTH_DELIMITED:
        value = readArray(reader, messageEnd(reader, end), depth + 1);
        break;
      case (6 << 3) | LENGTH_DELIMITED:
        value = jsonText({ kvlistValue: readKeyValueList(reader, messageEnd(reader, end), depth + 1) });
        break;
      case (7 << 3) | LENGTH_DELIMITED:
        value = jsonText({ bytesValue: Buffer.from(reader.bytes()).toString('base64') });
        break;
      default:
        reader.skipType(tag & 7);
    }
    if (reader.pos > end) throw new RangeError('field overruns its message');
  }
  return value;
}

const nameIfNotFinite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** A signed varint of up to ten bytes, exact beyond 2^53 too (the general reader would round it without the `long` package). */
function readInt64(reader: Reader): number | ExactNumber {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (reader.pos >= reader.len) throw new RangeError('number overruns the body');
    const byte = reader.buf[reader.pos++]!;
    const bits = byte & 127;
    if (i < 4) low |= bits << (7 * i);
    else if (i === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (7 * i - 32);
    if (byte < 128) return intFromHalves(low >>> 0, high | 0);
  }
  throw new RangeError('number is longer than ten bytes');
}

function readArray(reader: Reader, end: number, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) {
    reader.pos = end;
    return TOO_DEEP;
  }
  const values: AttributeValue[] = [];
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const value = readAnyValue(reader, messageEnd(reader, end), depth);
    if (value !== undefined) values.push(value);
    return true;
  });
  return values;
}

/** A key-value list in its OTLP/JSON form, so that both encodings give the same text. */
function readKeyValueList(reader: Reader, end: number, depth: number): unknown {
  if (depth > MAX_VALUE_DEPTH) {
    reader.pos = end;
    return TOO_DEEP;
  }
  const values: { key: string; value?: unknown }[] = [];
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const entryEnd = messageEnd(reader, end);
    const entry: { key: string; value?: unknown } = { key: '' };
    each(reader, entryEnd, (f, w) => {
      if (w !== LENGTH_DELIMITED) return false;
      if (f === 1) entry.key = reader.string();
      else if (f === 2) entry.value = readJsonForm(reader, messageEnd(reader, entryEnd), depth);
      else return false;
      return true;
    });
    values.push(entry);
    return true;
  });
  return { values };
}

/** An AnyValue in its OTLP/JSON form. */
function readJsonForm(reader: Reader, end: number, depth: number): Record<string, unknown> {
  let form: Record<string, unknown> = {};
  each(reader, end, (field, wire) => {
    if (field === 1 && wire === LENGTH_DELIMITED) form = { stringValue: reader.string() };
    else if (field === 2 && wire === VARINT) form = { boolValue: reader.bool() };
    else if (field === 3 && wire === VARINT) form = { intValue: String(readInt64(reader)) };
    else if (field === 4 && wire === FIXED64) form = { doubleValue: nameIfNotFinite(reader.double()) };
    else if (field === 5 && wire === LENGTH_DELIMITED)
      form = { arrayValue: readArrayForm(reader, messageEnd(reader, end), depth + 1) };
    else if (field === 6 && wire === LENGTH_DELIMITED)
      form = { kvlistValue: readKeyValueList(reader, messageEnd(reader, end), depth + 1) };
    else if (field === 7 && wire === LENGTH_DELIMITED) form = { bytesValue: Buffer.from(reader.bytes()).toString('base64') };
    else return false;
    return true;
  });
  return form;
}

function readArrayForm(reader: Reader, end: number, depth: number): unknown {
  if (depth > MAX_VALUE_DEPTH) {
    reader.pos = end;
    return TOO_DEEP;
  }
  const values: unknown[] = [];
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    values.push(readJsonForm(reader, messageEnd(reader, end), depth));
    return true;
  });
  return { values };
}
