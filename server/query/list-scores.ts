import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { SELECT_SCORE, type StoredScore, scoreOf } from './read-scores.ts';
import { ProjectQuery } from './scope.ts';
import { ofTracesIn, scoreRowCondition } from './score-columns.ts';

/** What a list of scores is narrowed to. */
export interface ScoreScope {
  filter: readonly FilterCondition[];
  ids?: readonly string[] | undefined;
  observationIds?: readonly string[] | undefined;
  configId?: string | undefined;
  queueId?: string | undefined;
  datasetRunId?: string | undefined;
  datasetRunIds?: readonly string[] | undefined;
  /** A comparison of the number; scores without a number never fit. */
  value?: { operator: '<' | '>' | '<=' | '>=' | '!=' | '='; value: number } | undefined;
  authorUserIds?: readonly string[] | undefined;
  configIds?: readonly string[] | undefined;
  queueIds?: readonly string[] | undefined;
  /** Numbers of NUMERIC and BOOLEAN scores, any of them. */
  values?: readonly number[] | undefined;
  /** Bounds of the number, both inclusive. */
  valueMin?: number | undefined;
  valueMax?: number | undefined;
  /** Environments of the trace, which is another thing than that of the score. */
  traceEnvironments?: readonly string[] | undefined;
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
    oneOf('dataset_run_id', scope.datasetRunIds),
    oneOf('author_user_id', scope.authorUserIds),
    oneOf('config_id', scope.configIds),
    oneOf('queue_id', scope.queueIds),
    scope.values && `(${scope.values.map((value) => `value = ${query.number(value)}`).join(' OR ')})`,
    scope.valueMin === undefined ? undefined : `value >= ${query.number(scope.valueMin)}`,
    scope.valueMax === undefined ? undefined : `value <= ${query.number(scope.valueMax)}`,
    scope.value && `value ${scope.value.operator} ${query.number(scope.value.value)}`,
    scope.traceEnvironments && ofTracesIn(query, scope.traceEnvironments),
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

/** Scores a page at a time, newest first; `nextCursor` is null on the last page. */
export async function listScores(
  reader: AnalyticsReader,
  projectId: string,
  scope: ScoreScope,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ scores: StoredScore[]; nextCursor: string | null }> {
  const query = new ProjectQuery(projectId);
  const after = readCursor(page.cursor, 'score', ['number', 'string']);
  const beyond = after && ` AND (timestamp, id) < (${query.time(Number(after[0]))}, ${query.text(String(after[1]))})`;
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${SELECT_SCORE} ${scoreSet(query, scope)}${beyond ?? ''}
ORDER BY timestamp DESC, id DESC LIMIT ${query.integer(page.limit + 1)}`,
  );
  const scores = rows.slice(0, page.limit).map(scoreOf);
  const last = rows.length > page.limit ? scores[scores.length - 1] : undefined;
  return { scores, nextCursor: last ? writeCursor('score', [last.timestamp, last.id]) : null };
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
