import { type FilterColumn, findColumn } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import { invalidRequest } from '../lib/errors.ts';
import { commentCondition } from './commented.ts';
import {
  booleanCondition,
  numberCondition,
  textCondition,
  textMapCondition,
  textsCondition,
  timeCondition,
} from './conditions.ts';
import type { ProjectQuery } from './scope.ts';
import { type ScoreTarget, scoreCondition } from './score-conditions.ts';
import type { SqlOfColumns } from './sql-of-columns.ts';
import { IS_STEP, TRACE } from './trace-summary.ts';
import { containsWords } from './words.ts';

/** How a column of the observation list is asked for. */
type ObservationColumn =
  | { kind: 'text' | 'texts' | 'number' | 'time' | 'boolean'; value: string; order?: string }
  | { kind: 'words'; value: 'input' | 'output' | 'name' }
  /** Said by the step itself or else by its trace: many senders say it once per trace. */
  | { kind: 'ofTrace'; list: boolean; own: string; ofTrace: string }
  | { kind: 'metadata' }
  | { kind: 'comments' }
  | { kind: 'scores'; target: ScoreTarget }
  | { kind: 'position' };

const seconds = (from: string, to: string) =>
  `(if(${to} IS NULL, NULL, (toUnixTimestamp64Micro(${to}) - toUnixTimestamp64Micro(${from})) / 1e6))`;
const LATENCY = seconds('start_time', 'end_time');
const TIME_TO_FIRST_TOKEN = seconds('start_time', 'completion_start_time');
const sumOf = (part: string) => `arraySum(mapValues(mapFilter((k, v) -> position(k, '${part}') > 0, cost_details)))`;

const COLUMNS: SqlOfColumns<'observations', ObservationColumn> = {
  id: { kind: 'text', value: 'id' },
  name: { kind: 'words', value: 'name' },
  type: { kind: 'text', value: 'type' },
  traceId: { kind: 'text', value: 'trace_id' },
  parentObservationId: { kind: 'text', value: 'parent_id' },
  traceName: { kind: 'ofTrace', list: false, own: 'trace_name', ofTrace: TRACE.name },
  userId: { kind: 'ofTrace', list: false, own: 'user_id', ofTrace: TRACE.userId },
  sessionId: { kind: 'ofTrace', list: false, own: 'session_id', ofTrace: TRACE.sessionId },
  environment: { kind: 'text', value: 'environment' },
  // A step's own environment is another thing: this one is asked of the trace only.
  traceEnvironment: { kind: 'ofTrace', list: false, own: "''", ofTrace: TRACE.environment },
  startTime: { kind: 'time', value: 'start_time' },
  endTime: { kind: 'time', value: 'end_time' },
  timeToFirstToken: { kind: 'number', value: TIME_TO_FIRST_TOKEN },
  latency: { kind: 'number', value: LATENCY },
  tokensPerSecond: { kind: 'number', value: `(output_tokens / nullIf(${LATENCY}, 0))` },
  inputCost: { kind: 'number', value: sumOf('input') },
  outputCost: { kind: 'number', value: sumOf('output') },
  totalCost: { kind: 'number', value: 'total_cost' },
  inputTokens: { kind: 'number', value: 'input_tokens' },
  outputTokens: { kind: 'number', value: 'output_tokens' },
  totalTokens: { kind: 'number', value: 'total_tokens' },
  level: { kind: 'text', value: 'toString(level)', order: 'toInt8(level)' },
  statusMessage: { kind: 'text', value: 'status_message' },
  model: { kind: 'text', value: 'model' },
  modelId: { kind: 'text', value: 'price_model_id' },
  input: { kind: 'words', value: 'input' },
  output: { kind: 'words', value: 'output' },
  hasInput: { kind: 'boolean', value: "(input != '')" },
  hasOutput: { kind: 'boolean', value: "(output != '')" },
  metadata: { kind: 'metadata' },
  scores_avg: { kind: 'scores', target: 'observation' },
  score_categories: { kind: 'scores', target: 'observation' },
  score_booleans: { kind: 'scores', target: 'observation' },
  trace_scores_avg: { kind: 'scores', target: 'traceOnly' },
  trace_score_categories: { kind: 'scores', target: 'traceOnly' },
  trace_score_booleans: { kind: 'scores', target: 'traceOnly' },
  version: { kind: 'text', value: 'version' },
  release: { kind: 'ofTrace', list: false, own: 'release', ofTrace: TRACE.release },
  promptName: { kind: 'text', value: 'prompt_name' },
  promptVersion: { kind: 'number', value: 'prompt_version' },
  tags: { kind: 'ofTrace', list: true, own: 'tags', ofTrace: TRACE.tags },
  toolNames: { kind: 'texts', value: 'mapKeys(tool_definitions)' },
  calledToolNames: { kind: 'texts', value: 'tool_call_names' },
  toolDefinitions: { kind: 'number', value: 'length(mapKeys(tool_definitions))' },
  toolCalls: { kind: 'number', value: 'length(tool_calls)' },
  isRootObservation: { kind: 'boolean', value: "(parent_id = '' OR is_app_root)" },
  hasParentObservation: { kind: 'boolean', value: "(parent_id != '')" },
  ingestionApiKey: { kind: 'text', value: 'api_key' },
  ingestionSdkName: { kind: 'text', value: 'sdk_name' },
  ingestionSdkVersion: { kind: 'text', value: 'sdk_version' },
  ingestionSource: { kind: 'text', value: 'via' },
  experimentDatasetId: { kind: 'text', value: 'experiment_dataset_id' },
  experimentId: { kind: 'text', value: 'experiment_id' },
  experimentName: { kind: 'text', value: 'experiment_name' },
  isExperimentItemRootSpan: { kind: 'boolean', value: "(experiment_item_root_observation_id = id AND id != '')" },
  positionInTrace: { kind: 'position' },
  commentCount: { kind: 'comments' },
  commentContent: { kind: 'comments' },
  // Steps of evaluators carry these in their metadata.
  evaluatorId: { kind: 'text', value: "metadata['evaluator_id']" },
  ruleId: { kind: 'text', value: "metadata['rule_id']" },
};

function columnOf(name: string): { column: FilterColumn; sql: ObservationColumn } {
  const column = findColumn('observations', name);
  const sql = column && COLUMNS[column.id];
  if (!column || !sql) throw invalidRequest(`Unknown column "${name}" of observations.`);
  return { column, sql };
}

/** Conditions that narrow the rows of the sub-questions, the same time range with room for the rest of the traces. */
export type RowsAround = readonly (string | undefined)[];

/** A condition as SQL on rows of observations. */
export function observationCondition(query: ProjectQuery, condition: FilterCondition, around: RowsAround): string {
  const { sql } = columnOf(condition.column);
  switch (sql.kind) {
    case 'text':
      return textCondition(query, sql.value, condition);
    case 'words':
      if (condition.type === 'string' && condition.operator === 'matches')
        return containsWords(query, sql.value, condition.value, true);
      return textCondition(query, sql.value, condition);
    case 'texts':
      return textsCondition(query, sql.value, condition);
    case 'number':
      return numberCondition(query, sql.value, condition);
    case 'time':
      return timeCondition(query, sql.value, condition);
    case 'boolean':
      return booleanCondition(query, sql.value, condition);
    case 'comments':
      return commentCondition(query, 'OBSERVATION', 'id', condition);
    case 'metadata':
      return textMapCondition(query, (key) => `metadata[${key}]`, condition);
    case 'scores':
      return scoreCondition(query, sql.target, condition);
    case 'ofTrace': {
      const test = sql.list ? textsCondition : textCondition;
      const traces = `SELECT trace_id ${query.from('traces', test(query, sql.ofTrace, condition))}`;
      return `if(${sql.list ? 'notEmpty' : ''}(${sql.own}${sql.list ? '' : " != ''"}), ${test(query, sql.own, condition)}, trace_id IN (${traces}))`;
    }
    case 'position':
      return positionCondition(query, condition, around);
  }
}

/** `root`, the first or last step of its trace by start, or the nth (from 1) counted from either end. */
function positionCondition(query: ProjectQuery, condition: FilterCondition, around: RowsAround): string {
  if (condition.type !== 'positionInTrace') {
    throw invalidRequest(`Column "${condition.column}" does not take a condition of type ${condition.type}.`);
  }
  if (condition.key === 'root') return "(parent_id = '' OR is_app_root)";
  const fromEnd = condition.key === 'last' || condition.key === 'nthFromEnd';
  const position = condition.key === 'first' || condition.key === 'last' ? 1 : condition.value;
  const direction = fromEnd ? 'DESC' : 'ASC';
  return `(trace_id, id) IN (SELECT trace_id, id FROM (
  SELECT trace_id, id, row_number() OVER (PARTITION BY trace_id ORDER BY start_time ${direction}, id ${direction}) AS place
  ${query.from('observations', IS_STEP, ...around)}) WHERE place = ${query.integer(position)})`;
}

/** The expression that orders observations by a column, and whether it is text; unknown numbers are below all others. */
export function observationOrder(name: string): { id: string; value: string; text: boolean } {
  const { column, sql } = columnOf(name);
  if (!column.sortable || !('value' in sql)) throw invalidRequest(`Observations cannot be ordered by "${name}".`);
  if (sql.kind === 'time') return { id: column.id, value: `ifNull(toUnixTimestamp64Micro(${sql.value}), -1)`, text: false };
  if (sql.kind === 'number') return { id: column.id, value: `ifNull(toFloat64(${sql.value}), -1)`, text: false };
  const order = 'order' in sql ? sql.order : undefined;
  return { id: column.id, value: order ?? sql.value, text: order === undefined };
}

/** The values of a column as a list of texts, for counting; `ofTrace` when they need the fold of the trace; null for scores. */
export function observationFacet(name: string): { id: string; own: string; ofTrace?: string } | null {
  const { column, sql } = columnOf(name);
  if (!column.facet) throw invalidRequest(`The values of column "${name}" are not counted.`);
  switch (sql.kind) {
    case 'text':
    case 'words':
      return { id: column.id, own: `[toString(${sql.value})]` };
    case 'texts':
      return { id: column.id, own: `CAST(${sql.value}, 'Array(String)')` };
    case 'boolean':
      return { id: column.id, own: `[if(${sql.value}, 'true', 'false')]` };
    case 'ofTrace': {
      const list = (value: string) => (sql.list ? `CAST(${value}, 'Array(String)')` : `[toString(${value})]`);
      return { id: column.id, own: list(sql.own), ofTrace: list(sql.ofTrace) };
    }
    default:
      return null;
  }
}

/** Ids of all columns that can be filtered by. */
export const observationColumnIds = (): string[] => Object.keys(COLUMNS);
