import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';
import { type ExperimentScope, experimentRows, ITEM_KEY, ITEM_START, inRange } from './experiment-rows.ts';

/** What the steps of one experiment say of it, within a range of time. */
export interface TracedExperiment {
  id: string;
  name: string;
  /** Empty: of no dataset. */
  datasetId: string;
  /** First start and last end of its steps in the range. */
  first: Micros;
  last: Micros;
  /** Items that began in the range. */
  items: number;
}

/** All experiments that have steps in the range: a project has few, and the latest activity of each decides their order. */
export async function listTracedExperiments(
  reader: AnalyticsReader,
  projectId: string,
  scope: ExperimentScope,
): Promise<TracedExperiment[]> {
  const query = new ProjectQuery(projectId);
  const within = inRange(query, scope, 'start_time');
  return query.ask<TracedExperiment>(
    reader,
    `SELECT experiment_id AS id, max(item_name) AS name, max(item_dataset_id) AS datasetId,
  min(item_first) AS first, max(item_last) AS last, countIf(begins) AS items
FROM (
SELECT experiment_id, max(experiment_name) AS item_name, max(experiment_dataset_id) AS item_dataset_id,
  countIf(${within}) AS steps, minIf(toUnixTimestamp64Micro(start_time), ${within}) AS item_first,
  maxIf(toUnixTimestamp64Micro(ifNull(end_time, start_time)), ${within}) AS item_last,
  ${inRange(query, scope, `(${ITEM_START})`)} AS begins
${experimentRows(query, scope)}
GROUP BY ${ITEM_KEY}
HAVING steps > 0
)
GROUP BY experiment_id`,
  );
}
