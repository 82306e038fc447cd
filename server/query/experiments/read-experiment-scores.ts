import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { SELECT_SCORE, type StoredScore, scoreOf } from '../read-scores.ts';
import { ProjectQuery } from '../scope.ts';

/** Scores of experiments themselves, newest first, at most `limit` of each. */
export async function readScoresOfExperiments(
  reader: AnalyticsReader,
  projectId: string,
  experimentIds: readonly string[],
  limit: number,
): Promise<StoredScore[]> {
  if (experimentIds.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${SELECT_SCORE} ${query.from('scores', `dataset_run_id IN ${query.texts(experimentIds)}`)}
ORDER BY timestamp DESC, id DESC LIMIT ${query.integer(limit)} BY dataset_run_id`,
  );
  return rows.map(scoreOf);
}

/**
 * Scores of items, newest first: those of the step that stands for an item and those of its trace as a whole, at most `limit` of each of
 * the two.
 */
export async function readScoresOfItems(
  reader: AnalyticsReader,
  projectId: string,
  items: readonly { traceId: string; id: string }[],
  limit: number,
): Promise<StoredScore[]> {
  if (items.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const traces = query.texts([...new Set(items.map(({ traceId }) => traceId))]);
  const steps = query.texts([...new Set(items.map(({ id }) => id))]);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${SELECT_SCORE} ${query.from('scores', `trace_id IN ${traces}`, `(observation_id = '' OR observation_id IN ${steps})`)}
ORDER BY timestamp DESC, id DESC LIMIT ${query.integer(limit)} BY trace_id, observation_id`,
  );
  return rows.map(scoreOf);
}
