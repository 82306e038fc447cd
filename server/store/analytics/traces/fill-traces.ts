import { type Clock, uniqueMicros } from '../../../lib/clock.ts';
import type { Engine } from '../engine.ts';
import type { Micros } from '../rows.ts';
import { fillPlainTraces } from './fill-plain.ts';
import type { KeptTraces } from './keep-traces.ts';
import { HOUR } from './known-trace.ts';

/** Rows of the spans of time that are gone through one after the other. */
const ROWS_AT_ONCE = 500_000;
/** Rows that were written this long before the newest summary may still lack theirs: a crash came between the two. */
const LOOK_BACK: Micros = 10 * 60 * 1_000_000;
const RAW = { final: 0 };

/** Statements that look for many ids at once: an index that is asked for each of them is slower than the column. */
const MANY_IDS = { final: 0, use_skip_indexes: 0 };

export interface FillOptions {
  clock?: Clock;
  /** The tables are spread over machines, where one statement cannot both read and write them. */
  spread?: boolean;
}

/**
 * Makes the summaries that are missing: of all traces in a store of an older version, else of those whose rows were stored just before the
 * process ended. What an interrupted run has made is not made again. Span by span, plain traces by the engine, then the others by the fold.
 */
export async function fillTraces(engine: Engine, traces: KeptTraces, options: FillOptions = {}): Promise<void> {
  const done = await engine.select("SELECT name FROM work_done WHERE name = 'traces' LIMIT 1", {}, {});
  if (done.length > 0) return repairTraces(engine, traces);
  const projects = await engine.select<{ id: string }>('SELECT DISTINCT project_id AS id FROM observations', {}, RAW);
  for (const { id } of projects) await fillProject(engine, traces, id, options);
  await engine.command("INSERT INTO work_done (name) VALUES ('traces')");
}

async function fillProject(engine: Engine, traces: KeptTraces, project: string, { clock, spread }: FillOptions): Promise<void> {
  const hours = await engine.select<{ hour: Micros; rows: number }>(
    `SELECT toUnixTimestamp(toStartOfHour(start_time)) * 1000000 AS hour, count() AS rows FROM observations
WHERE project_id = {project:String} GROUP BY hour ORDER BY hour`,
    { project },
    RAW,
  );
  let from = hours[0]?.hour ?? 0;
  let rows = 0;
  for (const [i, { hour, rows: here }] of hours.entries()) {
    rows += here;
    if (rows < ROWS_AT_ONCE && i < hours.length - 1) continue;
    if (!spread) await fillPlainTraces(engine, project, { from, to: hour + HOUR }, uniqueMicros(clock));
    await fillSpan(engine, traces, project, from, hour + HOUR);
    from = hour + HOUR;
    rows = 0;
  }
}

/** Folds the traces that have rows in a span of time and no summary. */
async function fillSpan(engine: Engine, traces: KeptTraces, project: string, from: Micros, to: Micros): Promise<void> {
  const params = { project, from, to };
  const inSpan =
    "project_id = {project:String} AND start_time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')";
  const found = await engine.select<{ id: string; first: Micros; last: Micros }>(
    `SELECT trace_id AS id, toUnixTimestamp64Micro(min(start_time)) AS first, toUnixTimestamp64Micro(max(start_time)) AS last
FROM observations WHERE project_id = {project:String} AND trace_id IN (SELECT trace_id FROM observations WHERE ${inSpan})
  AND trace_id NOT IN (SELECT trace_id FROM traces FINAL WHERE project_id = {project:String} AND trace_id IN (
    SELECT trace_id FROM observations WHERE ${inSpan}))
GROUP BY id ORDER BY first`,
    params,
    MANY_IDS,
  );
  // Those that lie in the span, and apart from them the few that reach beyond it, so that these alone cost a look at more time.
  const within = found.filter((trace) => trace.first >= from && trace.last < to);
  const beyond = found.filter((trace) => trace.first < from || trace.last >= to);
  for (const some of [within, beyond]) {
    if (some.length === 0) continue;
    const range = {
      from: some.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY),
      to: some.reduce((most, { last }) => Math.max(most, last), 0) + 1,
    };
    await traces.refold(
      project,
      some.map(({ id }) => id),
      range,
    );
  }
}

/** Folds traces of which rows are stored that are newer than their summary. */
export async function repairTraces(engine: Engine, traces: KeptTraces): Promise<void> {
  const [newest] = await engine.select<{ version: number }>('SELECT max(row_version) AS version FROM traces', {}, RAW);
  const since = (newest?.version ?? 0) - LOOK_BACK;
  const behind = await engine.select<{ project: string; id: string }>(
    `SELECT o.project AS project, o.id AS id
FROM (SELECT project_id AS project, trace_id AS id, max(row_version) AS version FROM observations
  WHERE row_version > {since:Int64} AND is_deleted = 0 GROUP BY project, id) AS o
LEFT JOIN (SELECT project_id AS project, trace_id AS id, max(row_version) AS version FROM traces
  WHERE row_version > {since:Int64} GROUP BY project, id) AS s USING (project, id)
WHERE o.version > s.version`,
    { since },
    RAW,
  );
  for (const [project, some] of Map.groupBy(behind, (trace) => trace.project)) {
    await traces.refold(
      project,
      some.map(({ id }) => id),
      'everywhere',
    );
  }
}
