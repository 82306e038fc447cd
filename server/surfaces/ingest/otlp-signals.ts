import type { Door, OtlpFormat } from '../../ingest/door.ts';
import { countMetrics } from '../../ingest/otlp/count-metrics.ts';
import {
  exportResponseJson,
  exportResponseProtobuf,
  type PartialSuccess,
  requireSomeKept,
  type Signal,
} from '../../ingest/otlp/response.ts';
import type { Circumstances, Refusal, Sender } from '../../ingest/types.ts';

export const SIGNALS = ['traces', 'logs', 'metrics'] as const satisfies readonly Signal[];

/**
 * What exporters of metrics are told. 200 with everything rejected is what OTLP has for it: an error status would be logged with every
 * export, or tried again; a plain 200 would say that the metrics are somewhere.
 */
const NO_METRICS =
  'Telltale does not store OpenTelemetry metrics: it counts tokens, cost and latency from spans. Switch this exporter off (OTEL_METRICS_EXPORTER=none).';

/** What became of an export, not yet in words. */
export type Outcome = { accepted: number; refused: readonly Refusal[] } | PartialSuccess;

/** Takes an export of any signal, over HTTP and gRPC alike. @throws AppError as the door does */
export async function acceptSignal(
  door: Pick<Door, 'acceptOtlp' | 'acceptLogs'>,
  signal: Signal,
  body: Buffer,
  format: OtlpFormat,
  sender: Sender,
  circumstances?: Circumstances,
): Promise<Outcome> {
  if (signal === 'traces') return door.acceptOtlp(body, format, sender, circumstances);
  if (signal === 'logs') return { accepted: 1, ...(await door.acceptLogs(body, format, sender, circumstances)) };
  const rejected = countMetrics(body, format);
  return rejected === 0 ? { accepted: 0, refused: [] } : { rejected, message: NO_METRICS };
}

/** The answer in the export's own encoding. @throws AppError 400 when nothing of an export of traces could be kept */
export function answerSignal(signal: Signal, format: OtlpFormat, outcome: Outcome): Buffer | Record<string, unknown> {
  const taken = 'refused' in outcome;
  if (taken && signal === 'traces') requireSomeKept(outcome);
  // As Langfuse answers an export of metrics.
  if (taken && signal === 'metrics' && format === 'json') return { message: 'OK' };
  const told = taken ? outcome.refused : outcome;
  return format === 'json' ? exportResponseJson(told, signal) : Buffer.from(exportResponseProtobuf(told, signal));
}
