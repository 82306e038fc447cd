import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';
import { ITEM_KEY, ITEM_ROOT_ID } from './experiment-rows.ts';

/** What the steps of one item say of it, as stored: empty texts mean none. */
export interface TracedItemFacts {
  experimentId: string;
  traceId: string;
  id: string;
  experimentName: string;
  datasetId: string;
  itemVersion: Micros | null;
  environment: string;
  description: string;
  metadata: string;
  itemMetadata: string;
  expectedOutput: string;
}

const said = (column: string) => `argMaxIf(${column}, (start_time, id), ${column} != '')`;

/** The facts of items; order is not promised, unknown ones are missing. */
export async function readTracedItems(
  reader: AnalyticsReader,
  projectId: string,
  items: readonly { experimentId: string; traceId: string; id: string }[],
): Promise<TracedItemFacts[]> {
  if (items.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const list = (key: 'experimentId' | 'traceId') => query.texts([...new Set(items.map((item) => item[key]))]);
  const rows = await query.ask<TracedItemFacts>(
    reader,
    `SELECT experiment_id AS experimentId, trace_id AS traceId, ${ITEM_ROOT_ID} AS root_id, max(experiment_name) AS experimentName,
  max(experiment_dataset_id) AS datasetId, max(toUnixTimestamp64Micro(experiment_item_version)) AS itemVersion,
  ${said('environment')} AS item_environment, ${said('experiment_description')} AS description,
  ${said('experiment_metadata')} AS metadata_text, ${said('experiment_item_metadata')} AS itemMetadata,
  ${said('experiment_item_expected_output')} AS expectedOutput
${query.from('observations', `experiment_id IN ${list('experimentId')}`, `trace_id IN ${list('traceId')}`)}
GROUP BY ${ITEM_KEY}`,
  );
  return rows.map((row) => {
    const { root_id: id, item_environment: environment, metadata_text: metadata, ...facts } = row as unknown as Selected;
    return { ...facts, id, environment, metadata };
  });
}

/** Results are named apart from columns, so that an expression never refers to another's result. */
type Selected = Omit<TracedItemFacts, 'id' | 'environment' | 'metadata'> & {
  root_id: string;
  item_environment: string;
  metadata_text: string;
};
