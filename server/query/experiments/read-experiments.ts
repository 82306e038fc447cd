import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { ProjectQuery } from '../scope.ts';

/** What the steps of an experiment say of it as a whole; the latest that was said, empty where nothing was. */
export interface ExperimentTexts {
  description: string;
  /** JSON object as text. */
  metadata: string;
}

const latest = (column: string) => `argMaxIf(${column}, (start_time, id), ${column} != '')`;

/** Description and metadata of experiments, by id; unknown ones are missing. */
export async function readExperiments(
  reader: AnalyticsReader,
  projectId: string,
  experimentIds: readonly string[],
): Promise<Map<string, ExperimentTexts>> {
  if (experimentIds.length === 0) return new Map();
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<ExperimentTexts & { experiment_id: string }>(
    reader,
    `SELECT experiment_id, ${latest('experiment_description')} AS description, ${latest('experiment_metadata')} AS metadata
${query.from('observations', `experiment_id IN ${query.texts(experimentIds)}`)}
GROUP BY experiment_id`,
  );
  return new Map(rows.map(({ experiment_id, ...texts }) => [experiment_id, texts]));
}
