import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { MetricView } from '../../../contract/metrics.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { observationSet } from '../observation-set.ts';
import type { ProjectQuery } from '../scope.ts';
import { scoreRowCondition } from '../score-columns.ts';
import { traceSet } from '../trace-set.ts';
import type { JoinName, MetricField } from './field.ts';
import { SCORE_VIEW_TYPES } from './score-view.ts';

/** Rows of a view before anything is counted: time from inclusive, to exclusive; `filter` holds columns of the list behind the view. */
export interface ViewScope {
  view: MetricView;
  range: { from: Micros; to: Micros };
  filter: readonly FilterCondition[];
}

/** Scores that count as such: a correction is a text for the output. */
const COUNTED_SCORES = "data_type != 'CORRECTION'";

/** SELECT of one row per entity of the view (more where a list is exploded): `at` in microseconds and field i under `f<i>`. */
export function viewRows(query: ProjectQuery, scope: ViewScope, fields: readonly MetricField[]): string {
  const base = baseRows(query, scope, fields);
  const joins = (['trace', 'step', 'scores'] as const)
    .filter((name) => fields.some(({ joined }) => joined?.to === name))
    .map((name) => joinOf(query, scope, base, name, fields));
  const values = fields.map((field, i) => {
    // An empty list still counts, as one row with nothing in it.
    if (field.explode === 'elements') return `arrayJoin(if(empty(o${i}), [''], o${i})) AS f${i}`;
    if (field.explode === 'pairs') return `arrayJoin(if(empty(o${i}), [('', NULL)], o${i})) AS f${i}`;
    if (!field.joined) return `o${i} AS f${i}`;
    if (!field.own) return `j${i} AS f${i}`;
    return `${field.kind === 'texts' ? `if(notEmpty(o${i})` : `if(o${i} != ''`}, o${i}, j${i}) AS f${i}`;
  });
  return `SELECT ${['base.at AS at', ...values].join(', ')}\nFROM (${base.select}) AS base${joins.join('')}`;
}

/** The view's own rows, and the `FROM … WHERE …` of them where the view is not itself an aggregate. */
function baseRows(query: ProjectQuery, { view, range, filter }: ViewScope, fields: readonly MetricField[]) {
  const own = Object.fromEntries(fields.flatMap((field, i) => (field.own === undefined ? [] : [[`o${i}`, field.own]])));
  const listed = (...first: string[]) => [...first, ...Object.entries(own).map(([name, value]) => `${value} AS ${name}`)];
  if (view === 'traces') return { select: traceSet(query, range, { filter }, own), from: '' };
  if (view === 'observations') {
    const from = observationSet(query, range, { filter });
    return { select: `SELECT ${listed('trace_id', 'id', 'toUnixTimestamp64Micro(start_time) AS at').join(', ')} ${from}`, from };
  }
  const from = query.from(
    'scores',
    `timestamp >= ${query.time(range.from)}`,
    `timestamp < ${query.time(range.to)}`,
    `data_type IN ${query.texts(SCORE_VIEW_TYPES[view])}`,
    ...filter.map((condition) => `(${scoreRowCondition(query, condition)})`),
  );
  return {
    select: `SELECT ${listed('trace_id', 'observation_id', 'toUnixTimestamp64Micro(timestamp) AS at').join(', ')} ${from}`,
    from,
  };
}

function joinOf(
  query: ProjectQuery,
  { view, range }: ViewScope,
  base: { from: string },
  name: JoinName,
  fields: readonly MetricField[],
): string {
  const values = fields.flatMap(({ joined }, i) => (joined?.to === name ? [`${joined.value} AS j${i}`] : []));
  const select = (...keys: string[]) => `SELECT ${[...keys, ...values].join(', ')}`;
  const ofTrace = 'base.trace_id = joined.trace_key';
  const join = (sql: string, on: string, as: string) => `\nLEFT JOIN (${sql}) AS ${as} ON ${on.replaceAll('joined.', `${as}.`)}`;
  if (name === 'trace') {
    // Those that have rows in the range: a scan of narrow columns, where a set of their ids would read the view's rows once more.
    const rows =
      view === 'observations'
        ? query.from('traces', `last_start >= ${query.time(range.from)}`, `first_start < ${query.time(range.to)}`)
        : query.from('traces', `trace_id IN (SELECT trace_id ${base.from})`);
    return join(`${select('trace_id AS trace_key')} ${rows}`, ofTrace, 'folds');
  }
  if (name === 'step') {
    const rows = query.from(
      'observations',
      "type != 'TRACE'",
      `(trace_id, id) IN (SELECT trace_id, observation_id ${base.from})`,
    );
    const on = `${ofTrace} AND base.observation_id = joined.step_key`;
    return join(`${select('trace_id AS trace_key', 'id AS step_key')} ${rows}`, on, 'steps');
  }
  if (view === 'traces') {
    const rows = query.from('scores', COUNTED_SCORES, "trace_id != ''");
    return join(`${select('trace_id AS trace_key')} ${rows} GROUP BY trace_id`, ofTrace, 'counted');
  }
  const rows = query.from('scores', COUNTED_SCORES, "observation_id != ''");
  const on = `${ofTrace} AND base.id = joined.step_key`;
  return join(
    `${select('trace_id AS trace_key', 'observation_id AS step_key')} ${rows} GROUP BY trace_id, observation_id`,
    on,
    'counted',
  );
}
