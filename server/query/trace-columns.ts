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
import { TRACE } from './trace-summary.ts';

/** How a column of the trace list is asked for: an expression over its summary, or something special. */
type TraceColumn =
  | { kind: 'text' | 'texts' | 'number' | 'time' | 'boolean'; value: string; order?: string }
  | { kind: 'id' }
  | { kind: 'metadata' }
  | { kind: 'comments' }
  | { kind: 'scores'; target: ScoreTarget };

const COLUMNS: SqlOfColumns<'traces', TraceColumn> = {
  id: { kind: 'id' },
  name: { kind: 'text', value: TRACE.name },
  timestamp: { kind: 'time', value: TRACE.timestamp },
  userId: { kind: 'text', value: TRACE.userId },
  sessionId: { kind: 'text', value: TRACE.sessionId },
  environment: { kind: 'text', value: TRACE.environment },
  version: { kind: 'text', value: TRACE.version },
  release: { kind: 'text', value: TRACE.release },
  level: {
    kind: 'text',
    value: `toString(${TRACE.level})`,
    order: `toInt8(${TRACE.level})`,
  },
  bookmarked: { kind: 'boolean', value: TRACE.bookmarked },
  public: { kind: 'boolean', value: TRACE.public },
  tags: { kind: 'texts', value: TRACE.tags },
  model: { kind: 'texts', value: TRACE.models },
  metadata: { kind: 'metadata' },
  latency: { kind: 'number', value: TRACE.latency },
  inputCost: { kind: 'number', value: TRACE.inputCost },
  outputCost: { kind: 'number', value: TRACE.outputCost },
  // A trace without any cost costs nothing.
  totalCost: { kind: 'number', value: `ifNull(${TRACE.totalCost}, 0)` },
  inputTokens: { kind: 'number', value: TRACE.inputTokens },
  outputTokens: { kind: 'number', value: TRACE.outputTokens },
  totalTokens: { kind: 'number', value: TRACE.totalTokens },
  observationCount: { kind: 'number', value: TRACE.observationCount },
  errorCount: { kind: 'number', value: TRACE.errorCount },
  warningCount: { kind: 'number', value: TRACE.warningCount },
  defaultCount: { kind: 'number', value: TRACE.defaultCount },
  debugCount: { kind: 'number', value: TRACE.debugCount },
  scores_avg: { kind: 'scores', target: 'trace' },
  score_categories: { kind: 'scores', target: 'trace' },
  score_booleans: { kind: 'scores', target: 'trace' },
  commentCount: { kind: 'comments' },
  commentContent: { kind: 'comments' },
  datasetId: { kind: 'texts', value: TRACE.datasetIds },
  // Traces of evaluators carry these in their metadata.
  evaluatorId: { kind: 'text', value: "metadata['evaluator_id']" },
  ruleId: { kind: 'text', value: "metadata['rule_id']" },
};

function columnOf(name: string): { column: FilterColumn; sql: TraceColumn } {
  const column = findColumn('traces', name);
  const sql = column && COLUMNS[column.id];
  if (!column || !sql) throw invalidRequest(`Unknown column "${name}" of traces.`);
  return { column, sql };
}

/** A condition as SQL on summaries of traces. */
export function traceCondition(query: ProjectQuery, condition: FilterCondition): string {
  const { sql } = columnOf(condition.column);
  switch (sql.kind) {
    case 'id':
      return textCondition(query, 'trace_id', condition);
    case 'scores':
      return scoreCondition(query, sql.target, condition);
    case 'comments':
      return commentCondition(query, 'TRACE', 'trace_id', condition);
    case 'metadata':
      return textMapCondition(query, (key) => `metadata[${key}]`, condition);
    case 'text':
      return textCondition(query, sql.value, condition);
    case 'texts':
      return textsCondition(query, sql.value, condition);
    case 'number':
      return numberCondition(query, sql.value, condition);
    case 'time':
      return timeCondition(query, sql.value, condition);
    case 'boolean':
      return booleanCondition(query, sql.value, condition);
  }
}

/** The expression that orders traces by a column, and whether it is text; numbers that are unknown come last in descending order. */
export function traceOrder(name: string): { id: string; value: string; text: boolean } {
  const { column, sql } = columnOf(name);
  if (!column.sortable) throw invalidRequest(`Traces cannot be ordered by "${name}".`);
  if (sql.kind === 'id') return { id: column.id, value: 'trace_id', text: true };
  if (sql.kind === 'time') return { id: column.id, value: `toUnixTimestamp64Micro(${sql.value})`, text: false };
  if (sql.kind === 'text') return { id: column.id, value: sql.order ?? sql.value, text: sql.order === undefined };
  if (sql.kind === 'number') return { id: column.id, value: `ifNull(toFloat64(${sql.value}), -1)`, text: false };
  if (sql.kind === 'boolean') return { id: column.id, value: `toUInt8(${sql.value})`, text: false };
  if (sql.kind === 'texts') return { id: column.id, value: `arrayStringConcat(${sql.value}, ', ')`, text: true };
  throw invalidRequest(`Traces cannot be ordered by "${name}".`);
}

/** The values of a column as a list of texts, for counting; null for columns that are not counted this way. */
export function traceFacet(name: string): { id: string; values: string } | null {
  const { column, sql } = columnOf(name);
  if (!column.facet) throw invalidRequest(`The values of column "${name}" are not counted.`);
  if (sql.kind === 'text') return { id: column.id, values: `[toString(${sql.value})]` };
  if (sql.kind === 'texts') return { id: column.id, values: `CAST(${sql.value}, 'Array(String)')` };
  if (sql.kind === 'boolean') return { id: column.id, values: `[if(${sql.value}, 'true', 'false')]` };
  return null;
}

/** Ids of all columns that can be filtered by. */
export const traceColumnIds = (): string[] => Object.keys(COLUMNS);
