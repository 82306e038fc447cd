import type { Engine } from '../engine.ts';
import type { Range } from './read-rows.ts';
import { TRACE_COLUMNS, TRACE_PREVIEW, type TraceRow } from './trace-row.ts';

const SAID = "type = 'TRACE'";
const STEP = "type != 'TRACE'";
const ROOT = "(type != 'TRACE' AND parent_id = '')";
const OTLP = "via IN ('otlp-http', 'otlp-grpc')";
const TELLS = `(${STEP} AND (total_cost IS NOT NULL OR input_tokens > 0 OR output_tokens > 0 OR total_tokens > 0))`;

const said = (value: string) => `anyIf(${value}, ${SAID})`;
const root = (value: string) => `anyIf(${value}, ${ROOT})`;
const firstOf = (value: string, among = STEP) => `argMinIf(${value}, (start_time, id), ${among} AND ${value} != '')`;
const total = (value: string) => `sumIf(${value}, ${STEP})`;
const count = (condition: string) => `countIf(${condition})`;
const distinct = (column: string, among = 'true') =>
  `arraySort(groupUniqArrayIf(toString(${column}), ${among} AND ${column} != ''))`;
const beginning = (column: string) => `substringUTF8(${column}, 1, ${TRACE_PREVIEW})`;
const costOf = (word: string) =>
  `sumIf(arraySum(arrayMap((k, v) -> if(position(k, '${word}') > 0, v, 0), mapKeys(cost_details), mapValues(cost_details))), ${STEP} AND total_cost IS NOT NULL)`;
/** The first of some texts that says something. */
const either = (...texts: string[]) => `arrayFirst(x -> x != '', [${texts.map((text) => `toString(${text})`).join(', ')}])`;

/** What the row that was said of the trace, and its root, tell alike. */
const ofOne = (name: string, of: (value: string) => string): Record<string, string> => ({
  [`${name}_id`]: of('id'),
  [`${name}_user`]: of('user_id'),
  [`${name}_session`]: of('session_id'),
  [`${name}_environment`]: of("if(environment = 'default', '', toString(environment))"),
  [`${name}_version`]: of('version'),
  [`${name}_release`]: of('release'),
  [`${name}_input`]: of(beginning('input')),
  [`${name}_output`]: of(beginning('output')),
  [`${name}_metadata`]: of('metadata'),
});

/** What is asked of the rows of each trace. */
const OF_ROWS: Record<string, string> = {
  said_count: count(SAID),
  said_start: said('start_time'),
  said_name: said("if(trace_name != '', toString(trace_name), name)"),
  ...ofOne('said', said),
  root_count: count(ROOT),
  root_otlp: root(OTLP),
  root_said_name: root('trace_name'),
  root_name: root('name'),
  ...ofOne('root', root),
  first_said_name: firstOf('trace_name'),
  first_name: `argMinIf(name, (start_time, id), ${STEP})`,
  first_user: firstOf('user_id'),
  first_session: firstOf('session_id'),
  first_environment: `argMinIf(toString(environment), (start_time, id), ${STEP} AND environment NOT IN ('', 'default'))`,
  first_version: firstOf('version', `${STEP} AND ${OTLP}`),
  first_release: firstOf('release', `${STEP} AND ${OTLP}`),
  tags: "arraySort(groupUniqArrayArray(CAST(tags, 'Array(String)')))",
  public: 'max(public)',
  bookmarked: 'max(bookmarked)',
  level: `maxIf(level, ${STEP})`,
  models: distinct('model', STEP),
  ended: count(`${STEP} AND end_time IS NOT NULL`),
  first_step: `minIf(start_time, ${STEP})`,
  last_end: `maxIf(ifNull(end_time, start_time), ${STEP})`,
  priced: count(`${STEP} AND total_cost IS NOT NULL`),
  total_cost: total('ifNull(total_cost, 0)'),
  input_cost: costOf('input'),
  output_cost: costOf('output'),
  input_tokens: total('input_tokens'),
  output_tokens: total('output_tokens'),
  total_tokens: total('total_tokens'),
  observation_count: count(STEP),
  error_count: count(`${STEP} AND level = 'ERROR'`),
  warning_count: count(`${STEP} AND level = 'WARNING'`),
  default_count: count(`${STEP} AND level = 'DEFAULT'`),
  debug_count: count(`${STEP} AND level = 'DEBUG'`),
  dataset_ids: distinct('experiment_dataset_id'),
  experiment_id: 'max(experiment_id)',
  experiment_name: 'max(toString(experiment_name))',
  first_start: 'min(start_time)',
  last_start: 'max(start_time)',
  created_at: 'min(created_at)',
  updated_at: 'max(updated_at)',
  rows_version: 'max(row_version)',
  // What makes a trace one that needs more thought.
  settled: count('notEmpty(edited)'),
  speaking: count("trace_input != '' OR trace_output != '' OR notEmpty(mapKeys(trace_metadata))"),
  marked: count("repeats != 0 OR repeat_of != '' OR repeat_reason != ''"),
  rows: 'count()',
  keys: `uniqExact(id, ${SAID})`,
  tellers: count(TELLS),
  telling: `groupArrayIf(id, ${TELLS})`,
  parents: `groupUniqArrayIf(parent_id, ${STEP} AND parent_id != '')`,
  odd_tellers: count(`${TELLS} AND (usage_estimated OR type NOT IN ('GENERATION', 'EMBEDDING'))`),
  responses: count(`${TELLS} AND response_id != ''`),
  distinct_responses: `uniqExactIf(response_id, ${TELLS} AND response_id != '')`,
};

/**
 * Traces whose fold is what a sum says: one root, one or no row of what was said of the trace, nothing that a person settled, and nobody
 * that tells of usage twice. Whoever tells it is a call, knows it, and has nothing below, therefore no step can repeat another.
 */
const IS_PLAIN = [
  'r.root_count = 1',
  'r.said_count <= 1',
  'r.rows = r.keys',
  'r.settled = 0',
  'r.speaking = 0',
  'r.marked = 0',
  // The order in time decides between the two.
  '(r.said_count = 0 OR NOT r.root_otlp)',
  '(r.tellers < 2 OR (r.odd_tellers = 0 AND r.responses = r.distinct_responses AND NOT hasAny(r.telling, r.parents)))',
].join(' AND ');

const spokenBy = (part: 'input' | 'output', ofSaid: string, ofRoot: string) =>
  `multiIf(r.said_${part} != '', ${ofSaid}, r.root_otlp AND r.root_${part} != '', ${ofRoot}, '')`;
const ofTrace = (name: string, root: string) => either(`r.said_${name}`, root, `r.first_${name}`);
const ofOtlp = (name: string) => ofTrace(name, `if(r.root_otlp, toString(r.root_${name}), '')`);
const TELEMETRY = ['attributes.', 'resourceAttributes.', 'scope.']
  .map((beginning) => `startsWith(k, '${beginning}')`)
  .join(' OR ');

const COLUMNS: Record<keyof TraceRow, string> = {
  project_id: '{project:String}',
  trace_id: 'r.trace',
  timestamp: 'if(r.said_count > 0 AND toUnixTimestamp64Micro(r.said_start) > 0, r.said_start, r.first_start)',
  name: either('r.said_name', 'r.root_said_name', 'r.first_said_name', 'r.root_name', 'r.first_name'),
  user_id: ofTrace('user', 'r.root_user'),
  session_id: ofTrace('session', 'r.root_session'),
  environment: either('r.said_environment', 'r.root_environment', 'r.first_environment', "'default'"),
  version: ofOtlp('version'),
  release: ofOtlp('release'),
  tags: 'r.tags',
  public: 'r.public',
  bookmarked: 'r.bookmarked',
  level: 'r.level',
  models: 'r.models',
  latency: 'if(r.ended = 0, NULL, (toUnixTimestamp64Micro(r.last_end) - toUnixTimestamp64Micro(r.first_step)) / 1e6)',
  total_cost: 'if(r.priced = 0, NULL, r.total_cost)',
  input_cost: 'r.input_cost',
  output_cost: 'r.output_cost',
  input_tokens: 'r.input_tokens',
  output_tokens: 'r.output_tokens',
  total_tokens: 'r.total_tokens',
  observation_count: 'r.observation_count',
  error_count: 'r.error_count',
  warning_count: 'r.warning_count',
  default_count: 'r.default_count',
  debug_count: 'r.debug_count',
  dataset_ids: 'r.dataset_ids',
  experiment_id: 'r.experiment_id',
  experiment_name: 'r.experiment_name',
  metadata: `if(r.said_count > 0, r.said_metadata, if(r.root_otlp, mapFilter((k, v) -> ${TELEMETRY} OR k IN ('attributes', 'resourceAttributes'), r.root_metadata), map()))`,
  input_preview: spokenBy('input', 'r.said_input', 'r.root_input'),
  output_preview: spokenBy('output', 'r.said_output', 'r.root_output'),
  input_row: spokenBy('input', 'r.said_id', 'r.root_id'),
  input_column: spokenBy('input', "'input'", "'input'"),
  output_row: spokenBy('output', 'r.said_id', 'r.root_id'),
  output_column: spokenBy('output', "'output'", "'output'"),
  root_id: 'r.root_id',
  first_start: 'r.first_start',
  last_start: 'r.last_start',
  created_at: 'r.created_at',
  updated_at: 'r.updated_at',
  rows_version: 'r.rows_version',
  row_version: '{version:UInt64}',
  deleted: 'false',
  is_deleted: '0',
};

/** Large sets of ids make skip indexes slower than reading on. */
const SETTINGS =
  'max_partitions_per_insert_block = 0, do_not_merge_across_partitions_select_final = 1, use_skip_indexes = 0, use_skip_indexes_if_final = 0, prefer_column_name_to_alias = 1';

/**
 * Makes the summaries of all plain traces that have none and whose rows all lie in a span of time, inside the engine: what the others need is
 * more than sums, and the fold does it (`foldTrace`). What both would make of a plain trace is the same, which fill-traces.test.ts holds them to.
 * @param version of the summaries, µs: taken before the rows are read
 */
export async function fillPlainTraces(engine: Engine, project: string, { from, to }: Range, version: number): Promise<void> {
  const between = (column: string) =>
    `${column} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`;
  const here = `project_id = {project:String} AND ${between('start_time')}`;
  const asked = Object.entries(OF_ROWS).map(([name, value]) => `${value} AS ${name}`);
  await engine.command(
    `INSERT INTO traces (${TRACE_COLUMNS.join(', ')}) SETTINGS ${SETTINGS}
SELECT ${TRACE_COLUMNS.map((column) => COLUMNS[column]).join(',\n  ')}
FROM (
  SELECT trace_id AS trace, ${asked.join(',\n    ')}
  FROM observations FINAL
  WHERE ${here}
    AND trace_id NOT IN (SELECT trace_id FROM traces WHERE project_id = {project:String} AND ${between('timestamp')})
    AND trace_id NOT IN (
      SELECT trace_id FROM observations
      WHERE project_id = {project:String} AND NOT (${between('start_time')}) AND trace_id IN (SELECT trace_id FROM observations WHERE ${here}))
  GROUP BY trace_id
) AS r
WHERE ${IS_PLAIN}`,
    { project, from, to, version },
  );
}
