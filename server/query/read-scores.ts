import type { Score } from '../../contract/score.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { ScoreRow } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';
import { isoOf, metadataOf, orNull } from './stored-values.ts';

const TIMES = ['timestamp', 'created_at', 'updated_at'];

const COLUMNS = [
  'id',
  'timestamp',
  'name',
  'data_type',
  'source',
  'value',
  'string_value',
  'comment',
  'metadata',
  'trace_id',
  'observation_id',
  'session_id',
  'dataset_run_id',
  'execution_trace_id',
  'config_id',
  'queue_id',
  'author_user_id',
  'environment',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof ScoreRow)[];

/** A score as stored, without what only the store needs. */
export type StoredScore = Pick<ScoreRow, (typeof COLUMNS)[number]>;

/** Select list of whole scores; times come out under `…_micros` names, so that conditions still see the columns. */
export const SELECT_SCORE = COLUMNS.map((name) =>
  TIMES.includes(name) ? `toUnixTimestamp64Micro(${name}) AS ${name}_micros` : name,
).join(', ');

/** Undoes the renaming of SELECT_SCORE. */
export function scoreOf(row: Record<string, unknown>): StoredScore {
  const score: Record<string, unknown> = {};
  for (const name of COLUMNS) score[name] = TIMES.includes(name) ? row[`${name}_micros`] : row[name];
  return score as StoredScore;
}

/** Scores of traces and of their steps, oldest first. */
export async function readScoresOfTraces(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
): Promise<StoredScore[]> {
  if (traceIds.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${SELECT_SCORE} ${query.from('scores', `trace_id IN ${query.texts(traceIds)}`)} ORDER BY timestamp, id`,
  );
  return rows.map(scoreOf);
}

/** A stored score as our own API shows it. */
export function presentScore(row: StoredScore): Score {
  return {
    id: row.id,
    name: row.name,
    dataType: row.data_type,
    source: row.source,
    value: row.data_type === 'TEXT' ? null : row.value,
    stringValue: orNull(row.string_value),
    comment: orNull(row.comment),
    timestamp: isoOf(row.timestamp),
    traceId: orNull(row.trace_id),
    observationId: orNull(row.observation_id),
    sessionId: orNull(row.session_id),
    datasetRunId: orNull(row.dataset_run_id),
    configId: orNull(row.config_id),
    queueId: orNull(row.queue_id),
    authorUserId: orNull(row.author_user_id),
    environment: row.environment,
    metadata: metadataOf(row.metadata),
  };
}
