import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { SELECT_SCORE, type StoredScore, scoreOf } from './read-scores.ts';
import { ProjectQuery } from './scope.ts';
import { scoreRowCondition } from './score-columns.ts';

/** What a list of scores is narrowed to. */
export interface ScoreScope {
  filter: readonly FilterCondition[];
  ids?: readonly string[] | undefined;
  observationIds?: readonly string[] | undefined;
  configId?: string | undefined;
  queueId?: string | undefined;
  datasetRunId?: string | undefined;
  /** A comparison of the number; scores without a number never fit. */
  value?: { operator: '<' | '>' | '<=' | '>=' | '!=' | '='; value: number } | undefined;
  /** Of traces only, and no corrections: what the first version of the API knows. */
  onlyOfTraces?: boolean;
}

function scoreSet(query: ProjectQuery, scope: ScoreScope): string {
  const equals = (column: string, value: string | undefined) =>
    value === undefined ? undefined : `${column} = ${query.text(value)}`;
  const oneOf = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? undefined : `${column} IN ${query.texts(values)}`;
  return query.from(
    'scores',
    oneOf('id', scope.ids),
    oneOf('observation_id', scope.observationIds),
    equals('config_id', scope.configId),
    equals('queue_id', scope.queueId),
    equals('dataset_run_id', scope.datasetRunId),
    scope.value && `value ${scope.value.operator} ${query.number(scope.value.value)}`,
    scope.onlyOfTraces ? "trace_id != '' AND data_type != 'CORRECTION'" : undefined,
    ...scope.filter.map((condition) => `(${scoreRowCondition(query, condition)})`),
  );
}

/** One numbered page of scores, newest first, and the number of all that fit. */
export async function pageScores(
  reader: AnalyticsReader,
  projectId: string,
  scope: ScoreScope,
  page: { offset: number; limit: number },
): Promise<{ scores: StoredScore[]; total: number }> {
  const query = new ProjectQuery(projectId);
  const set = scoreSet(query, scope);
  const [rows, counted] = await Promise.all([
    query.ask<Record<string, unknown>>(
      reader,
      `SELECT ${SELECT_SCORE} ${set}
ORDER BY timestamp DESC, id DESC LIMIT ${query.integer(page.limit)} OFFSET ${query.integer(page.offset)}`,
    ),
    query.ask<{ count: number }>(reader, `SELECT count() AS count ${set}`),
  ]);
  return { scores: rows.map(scoreOf), total: counted[0]?.count ?? 0 };
}

/** One score, or null. */
export async function getScore(
  reader: AnalyticsReader,
  projectId: string,
  scoreId: string,
  onlyOfTraces = false,
): Promise<StoredScore | null> {
  const { scores } = await pageScores(reader, projectId, { filter: [], ids: [scoreId], onlyOfTraces }, { offset: 0, limit: 1 });
  return scores[0] ?? null;
}
