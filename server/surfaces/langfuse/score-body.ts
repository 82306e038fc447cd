import type { StoredScore } from '../../query/read-scores.ts';
import { isoOf, metadataOf, orNull } from '../../query/stored-values.ts';

/** What all versions of the API say of a score. */
const common = (projectId: string, row: StoredScore) => ({
  id: row.id,
  projectId,
  name: row.name,
  source: row.source,
  timestamp: isoOf(row.timestamp),
  environment: row.environment,
  createdAt: isoOf(row.created_at),
  updatedAt: isoOf(row.updated_at),
  comment: orNull(row.comment),
  configId: orNull(row.config_id),
  metadata: metadataOf(row.metadata),
  authorUserId: orNull(row.author_user_id),
  queueId: orNull(row.queue_id),
});

/** Value and text by data type (contract §5.3): a TEXT has no `value`, a number has the key `stringValue` with null. */
function values(row: StoredScore) {
  switch (row.data_type) {
    case 'NUMERIC':
      return { dataType: row.data_type, value: row.value ?? 0, stringValue: null };
    case 'BOOLEAN':
      return { dataType: row.data_type, value: row.value ?? 0, stringValue: row.value === 1 ? 'True' : 'False' };
    case 'CATEGORICAL':
    case 'CORRECTION':
      return { dataType: row.data_type, value: row.value ?? 0, stringValue: row.string_value };
    case 'TEXT':
      return { dataType: row.data_type, stringValue: row.string_value };
  }
}

/** `ScoreV1`, as traces and the first version of the score API show it. */
export const scoreV1Body = (projectId: string, row: StoredScore) => ({
  ...common(projectId, row),
  traceId: row.trace_id,
  observationId: orNull(row.observation_id),
  ...values(row),
});

/** `Score` of the second version. */
export const scoreV2Body = (projectId: string, row: StoredScore) => ({
  ...common(projectId, row),
  traceId: orNull(row.trace_id),
  observationId: orNull(row.observation_id),
  sessionId: orNull(row.session_id),
  datasetRunId: orNull(row.dataset_run_id),
  executionTraceId: orNull(row.execution_trace_id),
  ...values(row),
});
