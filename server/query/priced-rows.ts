import type { AnalyticsReader } from '../store/analytics/port.ts';
import { emptyObservation, type Micros, type ObservationRow } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/** Where a walk through the table stands: hour of the start in seconds, trace, id. */
export interface PricedKey {
  hour: number;
  trace_id: string;
  id: string;
}

/** What pricing needs of a row and what it made of it. */
const NEEDED = [
  'trace_id',
  'id',
  'type',
  'level',
  'model',
  'model_parameters',
  'metadata',
  'usage_details',
  'usage_estimated',
  'cost_details',
  'total_cost',
  'price_model_id',
  'price_model_name',
  'price_tier_id',
  'row_version',
] as const satisfies readonly (keyof ObservationRow)[];

/**
 * Steps that began in a span of time and whose cost no sender stated, in the order of the table, after `last`; without their texts.
 * @returns fewer than `limit` when there are no more
 */
export async function readPricedRows(
  reader: AnalyticsReader,
  projectId: string,
  { from, to }: { from: Micros; to: Micros },
  last: PricedKey | null,
  limit: number,
): Promise<(ObservationRow & PricedKey)[]> {
  const query = new ProjectQuery(projectId);
  const beyond = last
    ? [
        `(toUnixTimestamp(toStartOfHour(start_time)), trace_id, id) > (${query.integer(last.hour)}, ${query.text(last.trace_id)}, ${query.text(last.id)})`,
      ]
    : [];
  type Selected = Partial<ObservationRow> & PricedKey & { start: Micros };
  const rows = await query.ask<Selected>(
    reader,
    `SELECT ${NEEDED.join(', ')}, toUnixTimestamp64Micro(start_time) AS start, toUnixTimestamp(toStartOfHour(start_time)) AS hour
${query.from(
  'observations',
  IS_STEP,
  'NOT cost_provided',
  "(model != '' OR total_cost IS NOT NULL)",
  'notEmpty(usage_details)',
  `start_time >= ${query.time(last ? Math.max(from, last.hour * 1e6) : from)}`,
  `start_time < ${query.time(to)}`,
  ...beyond,
)}
ORDER BY hour, trace_id, id LIMIT ${query.integer(limit)}`,
  );
  return rows.map(({ start, ...row }) => ({ ...emptyObservation(projectId, '', ''), ...row, start_time: start }));
}
