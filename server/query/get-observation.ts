import type { ObservationDetail } from '../../contract/observation.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { type FindPrices, presentDetail } from './present-observation.ts';
import { readObservations } from './read-observations.ts';
import { readTraceFacts } from './read-traces.ts';

/** One step whole, or null when it was not received. */
export async function getObservation(
  reader: AnalyticsReader,
  findPrices: FindPrices,
  projectId: string,
  traceId: string,
  observationId: string,
): Promise<ObservationDetail | null> {
  const [[row], traces] = await Promise.all([
    readObservations(reader, projectId, [{ trace_id: traceId, id: observationId }]),
    readTraceFacts(reader, projectId, [traceId]),
  ]);
  if (!row) return null;
  const prices = row.price_model_id ? await findPrices(projectId, row.price_model_id, row.price_tier_id) : null;
  return presentDetail(row, traces.get(traceId), prices);
}
