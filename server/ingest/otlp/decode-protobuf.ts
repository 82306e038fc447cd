import protobuf from 'protobufjs/minimal.js';
import { AppError } from '../../lib/errors.ts';
import {
  type Attributes,
  type DecodedEvent,
  type DecodedExport,
  type DecodedLink,
  type DecodedResource,
  type DecodedScope,
  MAX_ATTRIBUTES,
  MAX_SPANS,
  manySpans,
  TooManyError,
  undecodable,
} from './decoded.ts';
import { bytesToHex, idProblem, isZero } from './ids.ts';
import {
  each,
  FIXED64,
  findResource,
  findScope,
  LENGTH_DELIMITED,
  messageEnd,
  nextMessage,
  type Reader,
  readKeyValue,
  readNanos,
  VARINT,
} from './protobuf-values.ts';

/*
 * Reads the wire straight into the decoded form, field numbers as in trace-service.proto. Messages of a general decoder would be built
 * only to be copied: this way a span of 1.6 KB takes a third of the time (bench/normalise.ts).
 */

/**
 * Decodes a protobuf ExportTraceServiceRequest. A span that is broken inside its own bounds, or has no usable ids, is refused alone.
 * @throws AppError 400 when the frame around the spans is broken (contract §3.1)
 */
export function decodeProtobufExport(body: Uint8Array): DecodedExport {
  const steps = decodeProtobufSteps(body);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with a pause after every span. */
export function* decodeProtobufSteps(body: Uint8Array): Generator<void, DecodedExport> {
  const decoded: DecodedExport = { spans: [], refused: [] };
  const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  try {
    const state = { index: 0 };
    while (nextMessage(reader, reader.len, 1)) yield* readResourceSpans(reader, messageEnd(reader, reader.len), decoded, state);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel Protobuf Trace', { cause });
  }
  return decoded;
}

function* readResourceSpans(reader: Reader, end: number, decoded: DecodedExport, state: { index: number }): Generator<void> {
  const resource = findResource(reader, end);
  while (nextMessage(reader, end, 2)) yield* readScopeSpans(reader, messageEnd(reader, end), resource, decoded, state);
}

function* readScopeSpans(
  reader: Reader,
  end: number,
  resource: DecodedResource,
  decoded: DecodedExport,
  state: { index: number },
): Generator<void> {
  const scope = findScope(reader, end);
  while (nextMessage(reader, end, 2)) {
    const spanEnd = messageEnd(reader, end);
    const index = state.index++;
    if (index >= MAX_SPANS) throw manySpans();
    try {
      readSpan(reader, spanEnd, index, resource, scope, decoded);
    } catch (error) {
      decoded.refused.push(undecodable(index, error));
    }
    reader.pos = spanEnd;
    yield;
  }
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
        if (events.length > MAX_ATTRIBUTES) throw new TooManyError('events');
        break;
      case (13 << 3) | LENGTH_DELIMITED:
        links.push(readLink(reader, messageEnd(reader, end)));
        if (links.length > MAX_ATTRIBUTES) throw new TooManyError('links');
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
