import { findColumn } from '../../contract/filter/columns.ts';
import { invalidRequest } from '../lib/errors.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { type ListScope, narrow } from './list-scope.ts';
import { observationFacet } from './observation-columns.ts';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
import { countMatches } from './totals.ts';
import { traceFacet } from './trace-columns.ts';
import { traceSet } from './trace-set.ts';

export interface Facet {
  column: string;
  values: { value: string; count: number }[];
}

/** Values of a column, unless more or fewer are asked for. */
const MOST_VALUES = 100;

/**
 * Values of columns with the number of traces (or observations) that have them, most frequent first, and the number of all. A
 * column's own conditions do not narrow its own values. The value of no user, no session, … is not counted.
 * @param most values of a column
 */
export async function listFacets(
  reader: AnalyticsReader,
  projectId: string,
  list: 'traces' | 'observations',
  scope: ListScope,
  columns: readonly string[],
  most: number = MOST_VALUES,
): Promise<{ facets: Facet[]; total: number }> {
  const narrowed = narrow(list, scope);
  const ids = [...new Set(columns.map((name) => idOf(list, name)))];
  const groups = groupByScope(list, narrowed, ids);
  const [total, ...parts] = await Promise.all([
    countMatches(reader, projectId, list, narrowed),
    ...groups.map((group) => countValues(reader, projectId, list, group.scope, group.columns, most)),
  ]);
  const counted = new Map(parts.flat().map((facet) => [facet.column, facet]));
  return { facets: ids.map((id) => counted.get(id) ?? { column: id, values: [] }), total };
}

function idOf(list: 'traces' | 'observations', name: string): string {
  const column = findColumn(list, name);
  if (!column) throw invalidRequest(`Unknown column "${name}" of ${list}.`);
  if (!column.facet) throw invalidRequest(`The values of column "${name}" are not counted.`);
  return column.id;
}

/** Columns without conditions of their own share a scope and are counted in one question; each of the others has its own. */
function groupByScope(list: 'traces' | 'observations', scope: ListScope, columns: readonly string[]) {
  const conditionsOf = (id: string) => scope.filter.filter((condition) => findColumn(list, condition.column)?.id === id);
  const free = columns.filter((id) => conditionsOf(id).length === 0);
  const bound = columns.filter((id) => !free.includes(id));
  const groups = bound.map((id) => {
    const own = new Set(conditionsOf(id));
    return { columns: [id], scope: { ...scope, filter: scope.filter.filter((condition) => !own.has(condition)) } };
  });
  return free.length > 0 ? [{ columns: free, scope }, ...groups] : groups;
}

async function countValues(
  reader: AnalyticsReader,
  projectId: string,
  list: 'traces' | 'observations',
  scope: ListScope,
  columns: readonly string[],
  most: number,
): Promise<Facet[]> {
  const scores = columns.filter((id) => id.startsWith('score'));
  const plain = columns.filter((id) => !id.startsWith('score'));
  const parts = await Promise.all([
    plain.length === 0
      ? []
      : list === 'traces'
        ? countTraceValues(reader, projectId, scope, plain, most)
        : countObservationValues(reader, projectId, scope, plain, most),
    ...scores.map((id) => countScores(reader, projectId, list, scope, id, most)),
  ]);
  return parts.flat();
}

type Counted = { column: string; value: string; count: number };

function collect(rows: readonly Counted[]): Facet[] {
  const facets = new Map<string, Facet>();
  for (const { column, value, count } of rows) {
    const facet = facets.get(column) ?? { column, values: [] };
    facets.set(column, facet);
    facet.values.push({ value, count });
  }
  return [...facets.values()];
}

/** `selected` gives one array of values per column under `f0`, `f1`, …; a value counts once per row. */
const countArrays = (ids: readonly string[], selected: string, limit: string) => `
SELECT tupleElement(pair, 1) AS column, tupleElement(pair, 2) AS value, count() AS count FROM (
  SELECT arrayJoin(arrayConcat(${ids.map((id, i) => `arrayMap(x -> ('${id}', x), arrayDistinct(f${i}))`).join(', ')})) AS pair
  FROM (\n${selected}\n)
)
WHERE value != ''
GROUP BY column, value
ORDER BY column, count DESC, value
LIMIT ${limit} BY column`;

async function countTraceValues(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  columns: readonly string[],
  most: number,
): Promise<Facet[]> {
  const query = new ProjectQuery(projectId);
  const select = Object.fromEntries(columns.map((id, i) => [`f${i}`, traceFacet(id)!.values]));
  return collect(
    await query.ask<Counted>(reader, countArrays(columns, traceSet(query, scope, scope, select), query.integer(most))),
  );
}

async function countObservationValues(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  columns: readonly string[],
  most: number,
): Promise<Facet[]> {
  const query = new ProjectQuery(projectId);
  const facets = columns.map((id) => observationFacet(id)!);
  if (facets.every(({ ofTrace }) => ofTrace === undefined)) {
    const select = facets.map(({ own }, i) => `${own} AS f${i}`).join(', ');
    return collect(
      await query.ask<Counted>(
        reader,
        countArrays(columns, `SELECT ${select} ${observationSet(query, scope, scope)}`, query.integer(most)),
      ),
    );
  }
  // What a step does not say of its trace is the trace's: the folds of the traces are joined to the steps.
  const own = facets.map((facet, i) => `${facet.own} AS o${i}`).join(', ');
  const folded = facets.map((facet, i) => facet.ofTrace && `${facet.ofTrace} AS t${i}`).filter(Boolean);
  const chosen = facets.map(({ ofTrace }, i) =>
    ofTrace === undefined ? `o${i} AS f${i}` : `if(arrayAll(x -> x = '', o${i}), t${i}, o${i}) AS f${i}`,
  );
  const steps = observationSet(query, scope, scope);
  return collect(
    await query.ask<Counted>(
      reader,
      countArrays(
        columns,
        `SELECT ${chosen.join(', ')} FROM (SELECT trace_id, ${own} ${steps}) AS steps
LEFT JOIN (
  SELECT trace_id, ${folded.join(', ')}
  ${query.from('traces', `trace_id IN (SELECT trace_id ${steps})`)}
) AS folds USING (trace_id)`,
        query.integer(most),
      ),
    ),
  );
}

/** Names of scores (for categories and yes/no: `name:value`) with the number of traces or steps that have them. */
async function countScores(
  reader: AnalyticsReader,
  projectId: string,
  list: 'traces' | 'observations',
  scope: ListScope,
  column: string,
  most: number,
): Promise<Facet[]> {
  const query = new ProjectQuery(projectId);
  const kinds =
    column === 'scores_avg' ? "('NUMERIC', 'BOOLEAN')" : column === 'score_booleans' ? "('BOOLEAN')" : "('CATEGORICAL', 'TEXT')";
  const value =
    column === 'scores_avg'
      ? 'name'
      : column === 'score_booleans'
        ? "concat(name, ':', if(value = 1, 'true', 'false'))"
        : "concat(name, ':', string_value)";
  const subject =
    list === 'traces'
      ? { id: 'trace_id', within: `trace_id IN (SELECT trace_id FROM (\n${traceSet(query, scope, scope)}\n))` }
      : {
          id: '(trace_id, observation_id)',
          within: `(trace_id, observation_id) IN (SELECT trace_id, id ${observationSet(query, scope, scope)})`,
        };
  return collect(
    await query
      .ask<Counted>(
        reader,
        `SELECT '${column}' AS column, ${value} AS shown, uniqExact(${subject.id}) AS count
${query.from('scores', `data_type IN ${kinds}`, subject.within)}
GROUP BY shown ORDER BY count DESC, shown LIMIT ${query.integer(most)}`,
      )
      .then((rows) => rows.map((row) => ({ ...row, value: (row as unknown as { shown: string }).shown }))),
  );
}
