import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { narrow } from '../list-scope.ts';
import { ProjectQuery } from '../scope.ts';
import { isoOf, orNull } from '../stored-values.ts';
import { traceSet } from '../trace-set.ts';
import { IS_STEP, TRACE } from '../trace-summary.ts';

const DAY: Micros = 24 * 3600 * 1e6;

/** One UTC day: its traces, with all their steps whenever these ran. Cost in USD. */
export interface DailyMetrics {
  /** YYYY-MM-DD */
  date: string;
  countTraces: number;
  countObservations: number;
  totalCost: number;
  /** By model as the sender named it (null: none), the most expensive first. */
  usage: {
    model: string | null;
    inputUsage: number;
    outputUsage: number;
    totalUsage: number;
    countObservations: number;
    countTraces: number;
    totalCost: number;
  }[];
}

type Day = { day: number; traces: number; steps: number; cost: number };
type Usage = DailyMetrics['usage'][number] & { day: number };

/** Days that have traces which fit the filter (columns of the trace list), newest first; `page` from 1 (contract §1.12). */
export async function getDailyMetrics(
  reader: AnalyticsReader,
  projectId: string,
  filter: readonly FilterCondition[],
  { page, limit }: { page: number; limit: number },
): Promise<{ days: DailyMetrics[]; totalItems: number }> {
  const scope = narrow('traces', { filter });
  const dayOf = (query: ProjectQuery) => `intDiv(at, ${query.integer(DAY)})`;
  const query = new ProjectQuery(projectId);
  const all = await query.ask<Day>(
    reader,
    `SELECT ${dayOf(query)} AS day, count() AS traces, sum(steps) AS steps, sum(ifNull(cost, 0)) AS cost
FROM (${traceSet(query, scope, scope, { steps: TRACE.observationCount, cost: TRACE.totalCost })})
GROUP BY day ORDER BY day DESC`,
  );
  const shown = all.slice((page - 1) * limit, page * limit);
  if (shown.length === 0) return { days: [], totalItems: all.length };

  const usage = new ProjectQuery(projectId);
  // Over the same time as above, so that a trace has the same day in both answers.
  const traces = traceSet(usage, scope, scope);
  const [newest, oldest] = [shown[0]!.day, shown.at(-1)!.day];
  const rows = await usage.ask<Usage>(
    reader,
    `SELECT ${dayOf(usage)} AS day, model, sum(counted_input_tokens) AS inputUsage, sum(counted_output_tokens) AS outputUsage,
  sum(counted_total_tokens) AS totalUsage, count() AS countObservations, uniqExact(trace_id) AS countTraces, sum(counted_cost) AS totalCost
FROM (
  SELECT trace_id, model, counted_input_tokens, counted_output_tokens, counted_total_tokens, counted_cost
  ${usage.from('observations', IS_STEP, `trace_id IN (SELECT trace_id FROM (${traces}))`)}
) AS steps
INNER JOIN (${traces}) AS chosen USING (trace_id)
WHERE day BETWEEN ${usage.integer(oldest)} AND ${usage.integer(newest)}
GROUP BY day, model ORDER BY totalCost DESC, model`,
  );
  const byDay = Map.groupBy(rows, ({ day }) => day);
  return {
    totalItems: all.length,
    days: shown.map(({ day, traces, steps, cost }) => ({
      date: isoOf(day * DAY).slice(0, 10),
      countTraces: traces,
      countObservations: steps,
      totalCost: cost,
      usage: (byDay.get(day) ?? []).map(({ day: _, model, ...sums }) => ({ model: orNull(model ?? ''), ...sums })),
    })),
  };
}
