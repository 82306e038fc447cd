import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { readTraceFacts, type TraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { traceSet } from './trace-set.ts';

/**
 * Ids of traces that were last written later than `after` and up to `until` (µs of the writing), in order of their ids beyond `beyond`.
 * A trace of which anything was written later comes in the span of that time; one that was there before `since` never comes, whatever is
 * written to it.
 */
export async function findSettledTraces(
  reader: AnalyticsReader,
  projectId: string,
  { since, after, until, beyond, limit }: { since: Micros; after: Micros; until: Micros; beyond: string; limit: number },
): Promise<string[]> {
  const query = new ProjectQuery(projectId);
  const low = query.integer(after);
  const rows = await query.ask<{ trace_id: string }>(
    reader,
    `SELECT trace_id ${query.from(
      'traces',
      `rows_version > ${low} AND rows_version <= ${query.integer(until)}`,
      // No summary is older than its rows, and this column has an index.
      `row_version > ${low}`,
      `created_at >= ${query.time(since)}`,
      `trace_id > ${query.text(beyond)}`,
    )}
ORDER BY trace_id LIMIT ${query.integer(limit)}`,
  );
  return rows.map(({ trace_id }) => trace_id);
}

/** Those of the given traces that fit all conditions. */
export async function findFitting(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  filter: readonly FilterCondition[],
): Promise<Set<string>> {
  const query = new ProjectQuery(projectId);
  const among: FilterCondition = { type: 'stringOptions', column: 'id', operator: 'any of', value: [...traceIds] };
  const rows = await query.ask<{ trace_id: string }>(
    reader,
    `SELECT trace_id FROM (\n${traceSet(query, {}, { filter: [among, ...filter] })}\n)`,
  );
  return new Set(rows.map(({ trace_id }) => trace_id));
}

/** What is deleted with a trace, whose key brought it, and what of it people may have settled. */
export interface TraceWeight {
  publicKey: string;
  bytes: number;
  /** Of the trace and its steps, `MOST_IDS` at most. */
  observationIds: string[];
  inExperiment: boolean;
  scoredByPeople: boolean;
  /** Somebody settled its tags, or whether it is shared. */
  edited: boolean;
  /** A step that has no parent has come, or one that its SDK names as the root. */
  hasRoot: boolean;
}

/** Ids of one trace that are held at once. */
export const MOST_IDS = 10_000;

/** Facts of the given traces with their weights; unknown ids are missing. */
export async function weighTraces(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
): Promise<(TraceFacts & TraceWeight)[]> {
  const query = new ProjectQuery(projectId);
  const people = new ProjectQuery(projectId);
  const [facts, weights, scored] = await Promise.all([
    readTraceFacts(reader, projectId, traceIds),
    query.ask<{ trace_id: string; key: string; bytes: number; ids: string[]; experiment: number; edited: number; roots: number }>(
      reader,
      `SELECT trace_id, anyIf(api_key, api_key != '') AS key,
  sum(length(input) + length(output) + length(trace_input) + length(trace_output) + length(toString(metadata)) + length(events)) AS bytes,
  groupUniqArray(${MOST_IDS})(id) AS ids, countIf(experiment_id != '') AS experiment, countIf(notEmpty(edited)) AS edited,
  countIf(parent_id = '' OR is_app_root) AS roots
${query.from('observations', `trace_id IN ${query.texts(traceIds)}`)} GROUP BY trace_id`,
    ),
    people.ask<{ trace_id: string }>(
      reader,
      `SELECT DISTINCT trace_id ${people.from('scores', `trace_id IN ${people.texts(traceIds)}`, "source = 'ANNOTATION'")}`,
    ),
  ]);
  const byPeople = new Set(scored.map(({ trace_id }) => trace_id));
  return weights.flatMap(({ trace_id, key, bytes, ids: observationIds, ...counts }) => {
    const found = facts.get(trace_id);
    if (!found) return [];
    const weight = { publicKey: key, bytes, observationIds, scoredByPeople: byPeople.has(trace_id) };
    const { experiment, edited, roots } = counts;
    return [{ ...found, ...weight, inExperiment: experiment > 0, edited: edited > 0, hasRoot: roots > 0 }];
  });
}

/** Ids of the newest traces since a moment, and how many there are. */
export async function findNewest(
  reader: AnalyticsReader,
  projectId: string,
  { from, limit }: { from: Micros; limit: number },
): Promise<{ ids: string[]; total: number }> {
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<{ trace_id: string; total: number }>(
    reader,
    `SELECT trace_id, count() OVER () AS total FROM (\n${traceSet(query, { from }, { filter: [] })}\n) ORDER BY at DESC, trace_id LIMIT ${query.integer(limit)}`,
  );
  return { ids: rows.map(({ trace_id }) => trace_id), total: rows[0]?.total ?? 0 };
}
