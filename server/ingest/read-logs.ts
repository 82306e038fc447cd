import { createBreath } from '../lib/gently.ts';
import { decodeJsonLogs } from './otlp/decode-logs-json.ts';
import { decodeProtobufLogs } from './otlp/decode-logs-protobuf.ts';
import type { DecodedLogs } from './otlp/decoded.ts';

/** An OTLP export of logs, read in stretches: a large one does not hold up everybody else. @throws AppError 400 */
export async function readLogExport(body: Buffer, format: 'protobuf' | 'json'): Promise<DecodedLogs> {
  const breath = createBreath();
  const steps = format === 'json' ? decodeJsonLogs(body) : decodeProtobufLogs(body);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (breath.due()) await breath.take();
  }
}
