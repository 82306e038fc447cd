import { findColumn } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import { invalidRequest } from '../lib/errors.ts';
import {
  booleanCondition,
  numberCondition,
  textCondition,
  textMapCondition,
  textsCondition,
  timeCondition,
} from './conditions.ts';
import type { ProjectQuery } from './scope.ts';
import type { SqlOfColumns } from './sql-of-columns.ts';
import { TRACE } from './trace-summary.ts';

/** How a column of the list of scores is asked for. */
type ScoreColumn =
  | { kind: 'text' | 'number' | 'time' | 'boolean'; value: string }
  | { kind: 'metadata' }
  | { kind: 'ofTrace'; list: boolean; value: string };

const COLUMNS: SqlOfColumns<'scores', ScoreColumn> = {
  id: { kind: 'text', value: 'id' },
  traceId: { kind: 'text', value: 'trace_id' },
  sessionId: { kind: 'text', value: 'session_id' },
  observationId: { kind: 'text', value: 'observation_id' },
  traceName: { kind: 'ofTrace', list: false, value: TRACE.name },
  timestamp: { kind: 'time', value: 'timestamp' },
  environment: { kind: 'text', value: 'environment' },
  source: { kind: 'text', value: 'source' },
  dataType: { kind: 'text', value: 'data_type' },
  name: { kind: 'text', value: 'name' },
  metadata: { kind: 'metadata' },
  value: { kind: 'number', value: 'value' },
  booleanValue: { kind: 'boolean', value: "if(data_type = 'BOOLEAN', value = 1, NULL)" },
  stringValue: { kind: 'text', value: "if(data_type = 'BOOLEAN', if(value = 1, 'True', 'False'), string_value)" },
  userId: { kind: 'ofTrace', list: false, value: TRACE.userId },
  tags: { kind: 'ofTrace', list: true, value: TRACE.tags },
  // Scores of evaluators carry this in their metadata.
  evaluatorId: { kind: 'text', value: "metadata['evaluator_id']" },
  authorUserId: { kind: 'text', value: 'author_user_id' },
  comment: { kind: 'text', value: 'comment' },
};

/** Whether a condition on the trace holds for a score without one, of which there is no name, no user, no tag. */
function fitsNothing(condition: FilterCondition): boolean {
  switch (condition.type) {
    case 'string':
      return condition.operator === 'does not contain' ? condition.value !== '' : condition.value === '';
    case 'stringOptions':
    case 'arrayOptions':
      return condition.operator === 'none of' || (condition.operator === 'all of' && condition.value.length === 0);
    default:
      return condition.type === 'null' && condition.operator === 'is null';
  }
}

/** A condition as SQL on rows of scores. */
export function scoreRowCondition(query: ProjectQuery, condition: FilterCondition): string {
  const column = findColumn('scores', condition.column);
  const sql = column && COLUMNS[column.id];
  if (!sql) throw invalidRequest(`Unknown column "${condition.column}" of scores.`);
  switch (sql.kind) {
    case 'text':
      return textCondition(query, sql.value, condition);
    case 'number':
      return numberCondition(query, sql.value, condition);
    case 'time':
      return timeCondition(query, sql.value, condition);
    case 'boolean':
      return booleanCondition(query, sql.value, condition);
    case 'metadata':
      return textMapCondition(query, (key) => `metadata[${key}]`, condition);
    case 'ofTrace': {
      const test = (sql.list ? textsCondition : textCondition)(query, sql.value, condition);
      const traces = (fitting: string) => `(SELECT trace_id ${query.from('traces', fitting)})`;
      return fitsNothing(condition) ? `trace_id NOT IN ${traces(`NOT (${test})`)}` : `trace_id IN ${traces(test)}`;
    }
  }
}

/** SQL that holds for scores whose trace is in one of these environments. */
export const ofTracesIn = (query: ProjectQuery, environments: readonly string[]): string =>
  `trace_id IN (SELECT trace_id ${query.from('traces', `${TRACE.environment} IN ${query.texts(environments)}`)})`;

/** Ids of all columns that can be filtered by. */
export const scoreColumnIds = (): string[] => Object.keys(COLUMNS);
