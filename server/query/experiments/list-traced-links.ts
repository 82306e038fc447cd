import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { ProjectQuery } from '../scope.ts';
import { type HiddenExperiment, notHidden } from './experiment-rows.ts';

/** An item of an experiment and the trace that was made of it. */
export interface TracedLink {
  experimentId: string;
  traceId: string;
  itemId: string;
}

/** Which items of the experiments the steps themselves name, each once; of the given traces only, or of all; without steps of what was deleted. */
export async function listTracedLinks(
  reader: AnalyticsReader,
  projectId: string,
  experimentIds: readonly string[],
  traceIds?: readonly string[],
  hidden?: readonly HiddenExperiment[],
): Promise<TracedLink[]> {
  if (experimentIds.length === 0 || traceIds?.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const rows = query.from(
    'observations',
    `experiment_id IN ${query.texts(experimentIds)}`,
    traceIds && `trace_id IN ${query.texts(traceIds)}`,
    notHidden(query, hidden),
  );
  return query.ask<TracedLink>(
    reader,
    `SELECT DISTINCT experiment_id AS experimentId, trace_id AS traceId, experiment_item_id AS itemId ${rows}`,
  );
}
