import { AppError } from '../../lib/errors.ts';
import type { Refusal } from '../types.ts';
import { type DecodedLogRecord, type DecodedLogs, MAX_SPANS, TooManyError } from './decoded.ts';
import { idProblem, isZero } from './ids.ts';

/** Names of the severity numbers 1 to 24, four to a name. */
const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

export const severityOf = (text: string, number: number): string => text || (SEVERITIES[Math.ceil(number / 4) - 1] ?? '');

/** Why a record cannot be kept: what belongs to no step is shown nowhere. */
export const NO_STEP = 'it names no trace and span; only log records that belong to a span are stored';

/** Takes a record, or refuses it alone. */
export function takeRecord(decoded: DecodedLogs, index: number, record: DecodedLogRecord): void {
  const refuse = (message: string, reason: Refusal['reason'] = 'invalid_id') =>
    decoded.refused.push({ index, item: null, reason, message });
  const { traceId, spanId } = record;
  if (isZero(traceId) || isZero(spanId)) return void refuse(NO_STEP);
  const problem = idProblem('traceId', traceId) ?? idProblem('spanId', spanId);
  if (problem) return void refuse(problem);
  const name = record.attributes.get('event.name');
  if (record.name === '' && typeof name === 'string') record.name = name;
  decoded.records.push(record);
}

/** A record that cannot be decoded, or has too many attributes, is refused alone. */
export function guarded(decoded: DecodedLogs, index: number, read: () => void): void {
  try {
    read();
  } catch (error) {
    const message = error instanceof TooManyError ? error.message : 'the log record cannot be decoded';
    decoded.refused.push({ index, item: null, reason: 'invalid_field', message });
  }
}

export const manyRecords = () =>
  new AppError(413, 'PayloadTooLargeError', `An export holds at most ${MAX_SPANS} log records. Send smaller batches.`);
