import protobuf from 'protobufjs/minimal.js';
import { AppError } from '../../lib/errors.ts';
import { type DecodedLogRecord, type DecodedLogs, type DecodedResource, type DecodedScope, MAX_SPANS } from './decoded.ts';
import { bytesToHex } from './ids.ts';
import { guarded, manyRecords, severityOf, takeRecord } from './log-record.ts';
import {
  each,
  FIXED64,
  findResource,
  findScope,
  LENGTH_DELIMITED,
  messageEnd,
  nextMessage,
  type Reader,
  readAnyValue,
  readKeyValue,
  readNanos,
  VARINT,
} from './protobuf-values.ts';

/**
 * Decodes a protobuf ExportLogsServiceRequest, field numbers as in OpenTelemetry's logs.proto, with a pause after every record. A record that
 * is broken inside its own bounds is refused alone.
 * @throws AppError 400 when the frame around the records is broken
 */
export function* decodeProtobufLogs(body: Uint8Array): Generator<void, DecodedLogs> {
  const decoded: DecodedLogs = { records: [], refused: [] };
  const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  let index = 0;
  try {
    while (nextMessage(reader, reader.len, 1)) {
      const resourceEnd = messageEnd(reader, reader.len);
      const resource = findResource(reader, resourceEnd);
      while (nextMessage(reader, resourceEnd, 2)) {
        const scopeEnd = messageEnd(reader, resourceEnd);
        const scope = findScope(reader, scopeEnd);
        while (nextMessage(reader, scopeEnd, 2)) {
          const end = messageEnd(reader, scopeEnd);
          if (index >= MAX_SPANS) throw manyRecords();
          const at = index++;
          guarded(decoded, at, () => takeRecord(decoded, at, readRecord(reader, end, resource, scope)));
          reader.pos = end;
          yield;
        }
      }
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(400, 'InvalidRequestError', 'Failed to parse OTel Protobuf Logs', { cause });
  }
  return decoded;
}

function readRecord(reader: Reader, end: number, resource: DecodedResource, scope: DecodedScope): DecodedLogRecord {
  const empty = { traceId: '', spanId: '', time: null, name: '', severity: '', body: undefined };
  const record: DecodedLogRecord = { ...empty, attributes: new Map(), resource, scope };
  let observed: number | null = null;
  let severity = 0;
  each(reader, end, (field, wire) => {
    if (wire === FIXED64 && field === 1) record.time = readNanos(reader);
    else if (wire === FIXED64 && field === 11) observed = readNanos(reader);
    else if (wire === VARINT && field === 2) severity = reader.int32();
    else if (wire !== LENGTH_DELIMITED) return false;
    else if (field === 3) record.severity = reader.string();
    else if (field === 5) record.body = readAnyValue(reader, messageEnd(reader, end), 0);
    else if (field === 6) readKeyValue(reader, end, record.attributes);
    else if (field === 9) record.traceId = bytesToHex(reader.bytes());
    else if (field === 10) record.spanId = bytesToHex(reader.bytes());
    else if (field === 12) record.name = reader.string();
    else return false;
    return true;
  });
  record.time ??= observed;
  record.severity = severityOf(record.severity, severity);
  return record;
}
