import { findColumn, type ListName } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { microsOf } from './conditions.ts';
import { ProjectQuery } from './scope.ts';

/** What a list is narrowed to; `from` is inclusive, `to` exclusive. */
export interface ListScope {
  from?: Micros | undefined;
  to?: Micros | undefined;
  filter: readonly FilterCondition[];
  search?: string | undefined;
}

export const HOUR: Micros = 3600 * 1e6;

/** First and last hour in which a project has rows (deleted ones too); null when it has none. `end` is exclusive. */
export async function boundsOf(reader: AnalyticsReader, projectId: string): Promise<{ start: Micros; end: Micros } | null> {
  const query = new ProjectQuery(projectId);
  const hour = (direction: string) => `
SELECT toUnixTimestamp64Micro(start_time) AS time ${query.fromUnmerged('observations')}
ORDER BY toStartOfHour(start_time) ${direction} LIMIT 1`;
  const [first, last] = await Promise.all(['ASC', 'DESC'].map((order) => query.ask<{ time: number }>(reader, hour(order))));
  if (!first?.[0] || !last?.[0]) return null;
  return { start: Math.floor(first[0].time / HOUR) * HOUR, end: (Math.floor(last[0].time / HOUR) + 1) * HOUR };
}

/**
 * Spans of time from `end` back to `start`, newest first, each several times as long as the one before: a list that wants the newest rows
 * reads the last hour, and the whole range only if it must.
 */
export function* windowsBack(start: Micros, end: Micros, first: Micros = HOUR): Generator<{ from: Micros; to: Micros }> {
  let to = end;
  let size = first;
  while (to > start) {
    // Whole hours are what the table is ordered by.
    const from = Math.max(start, Math.floor((to - size) / HOUR) * HOUR);
    yield { from, to };
    to = from;
    size *= 8;
  }
}

/** Turns conditions on the list's own time column into the range, so that only that time is read. */
export function narrow(list: ListName, scope: ListScope): ListScope {
  let { from, to } = scope;
  const filter = scope.filter.filter((condition) => {
    if (condition.type !== 'datetime' || findColumn(list, condition.column)?.id !== TIME_COLUMN[list]) return true;
    const at = microsOf(condition.value);
    if (condition.operator === '>=') from = Math.max(from ?? at, at);
    if (condition.operator === '>') from = Math.max(from ?? at, at + 1);
    if (condition.operator === '<') to = Math.min(to ?? at, at);
    if (condition.operator === '<=') to = Math.min(to ?? at + 1, at + 1);
    return false;
  });
  return { ...scope, from, to, filter };
}

const TIME_COLUMN: Record<ListName, string> = { traces: 'timestamp', observations: 'startTime', scores: 'timestamp' };
