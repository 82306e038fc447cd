import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';
import { type ExperimentScope, experimentRows, ITEM_KEY, ITEM_ROOT_ID, ITEM_START, inRange } from './experiment-rows.ts';

/** Place of an item in the list of items: newest first, ties by the other keys. */
export interface ItemPlace {
  at: Micros;
  traceId: string;
  /** Id of the step that stands for the item. */
  id: string;
  experimentId: string;
}

export interface TracedItem extends ItemPlace {
  /** Id of the dataset's item, or what the sender made of the input. */
  itemId: string;
}

/** Items of experiments that began in the range, newest first, those beyond `after`; at most `size`. */
export async function pageTracedItems(
  reader: AnalyticsReader,
  projectId: string,
  scope: ExperimentScope,
  after: ItemPlace | null,
  size: number,
): Promise<TracedItem[]> {
  const query = new ProjectQuery(projectId);
  const beyond =
    after &&
    `(began, trace_id, item_root, experiment_id) < (${query.time(after.at)}, ${query.text(after.traceId)}, ${query.text(after.id)}, ${query.text(after.experimentId)})`;
  return query.ask<TracedItem>(
    reader,
    `SELECT experiment_id AS experimentId, trace_id AS traceId, experiment_item_id AS itemId, item_root AS id,
  toUnixTimestamp64Micro(began) AS at
FROM (
SELECT experiment_id, trace_id, experiment_item_id, ${ITEM_ROOT_ID} AS item_root, ${ITEM_START} AS began
${experimentRows(query, scope)}
GROUP BY ${ITEM_KEY}
)
WHERE ${[inRange(query, scope, 'began'), beyond].filter(Boolean).join(' AND ')}
ORDER BY began DESC, trace_id DESC, item_root DESC, experiment_id DESC LIMIT ${query.integer(size)}`,
  );
}
