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
  executionTraceId: orNull(row.execution_trace_id),
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

/** Groups of a score's fields in the third version; `core` is always there. */
export const SCORE_V3_FIELDS = ['core', 'details', 'subject', 'annotation'] as const;

/** `ScoreV3`: the value is of the type that the data type means (contract §5.3). */
export function scoreV3Body(projectId: string, row: StoredScore, fields: ReadonlySet<string>) {
  const { comment, configId, metadata, authorUserId, queueId, ...core } = common(projectId, row);
  return {
    ...core,
    dataType: row.data_type,
    value: valueV3(row),
    ...(fields.has('details') && { comment, configId, metadata }),
    ...(fields.has('subject') && { subject: subjectOf(row) }),
    ...(fields.has('annotation') && { authorUserId, queueId }),
  };
}

function valueV3(row: StoredScore): number | boolean | string {
  if (row.data_type === 'NUMERIC') return row.value ?? 0;
  return row.data_type === 'BOOLEAN' ? row.value === 1 : row.string_value;
}

function subjectOf(row: StoredScore) {
  if (row.observation_id !== '') return { kind: 'observation', id: row.observation_id, traceId: orNull(row.trace_id) };
  if (row.trace_id !== '') return { kind: 'trace', id: row.trace_id };
  return row.session_id !== '' ? { kind: 'session', id: row.session_id } : { kind: 'experiment', id: row.dataset_run_id };
}
