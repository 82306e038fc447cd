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

/** Time in which a project has rows (or traces), and how many (deleted ones and older versions too); null when it has none. `end` is exclusive. */
export async function boundsOf(
  reader: AnalyticsReader,
  projectId: string,
  table: 'observations' | 'traces' = 'observations',
): Promise<{ start: Micros; end: Micros; rows: number } | null> {
  const query = new ProjectQuery(projectId);
  const rows = query.fromUnmerged(table);
  const time = table === 'traces' ? 'timestamp' : 'start_time';
  const edge = (direction: string) =>
    `(SELECT toUnixTimestamp64Micro(${time}) ${rows} ORDER BY toStartOfHour(${time}) ${direction} LIMIT 1)`;
  const [found] = await query.ask<{ first: Micros | null; last: Micros | null; all: number }>(
    reader,
    `SELECT ${edge('ASC')} AS first, ${edge('DESC')} AS last, (SELECT count() ${rows}) AS all`,
    { final: 0 },
  );
  if (!found || found.first === null || found.last === null) return null;
  const start = Math.floor(found.first / HOUR) * HOUR;
  return { start, end: (Math.floor(found.last / HOUR) + 1) * HOUR, rows: Math.max(1, found.all) };
}

/** Rows that the first look of a list reads, if they are spread evenly: some 10 ms of work. */
const FIRST_LOOK = 20_000;
/** Where conditions leave few of them, looks at more summaries of traces, which are narrow, cost less than one look more. */
export const FIRST_FILTERED_LOOK = 160_000;

/**
 * Spans of time from `end` back to `start`, newest first, each several times as long as the one before: a list that wants the newest rows
 * reads the last of them, and the whole range only if it must. Whole hours, which is what the table is ordered by.
 */
export function* windowsBack(
  bounds: { start: Micros; end: Micros; rows: number },
  start: Micros,
  end: Micros,
  firstLook: number = FIRST_LOOK,
): Generator<{ from: Micros; to: Micros }> {
  let to = end;
  let size = Math.max(HOUR, ((bounds.end - bounds.start) * firstLook) / bounds.rows);
  while (to > start) {
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
