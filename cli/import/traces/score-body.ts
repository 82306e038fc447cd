import { type Body, compact, environmentOf } from './bodies.ts';
import type { ScoreRow } from './source-rows.ts';

/** A score as it is written; `source` stands beside, because only some may be claimed. */
export interface ScoreToWrite {
  body: Body;
  source: string;
}

/** What the score is of. */
function targetOf(row: ScoreRow) {
  const { subject } = row;
  if (!subject) {
    const { traceId, observationId, sessionId, datasetRunId } = row;
    return traceId ? { traceId, observationId } : { sessionId, datasetRunId };
  }
  if (subject.kind === 'observation') return { traceId: subject.traceId, observationId: subject.id };
  if (subject.kind === 'trace') return { traceId: subject.id };
  return subject.kind === 'session' ? { sessionId: subject.id } : { datasetRunId: subject.id };
}

/** Value by data type: texts as text, truth as 0 or 1, whatever version of the API said it (contract §5.3). */
function valueToWrite({ value, stringValue }: ScoreRow, dataType: string): number | string {
  if (dataType === 'NUMERIC') return Number(value ?? 0);
  if (dataType === 'BOOLEAN') return value === true || value === 1 ? 1 : 0;
  return typeof value === 'string' ? value : (stringValue ?? '');
}

const dataTypeOf = ({ dataType, stringValue }: ScoreRow) => dataType ?? (stringValue ? 'CATEGORICAL' : 'NUMERIC');

/** A score of any version of the API, as a `score-create` or a POST of one score takes it. */
export function scoreToWrite(row: ScoreRow): ScoreToWrite {
  const dataType = dataTypeOf(row);
  const value = valueToWrite(row, dataType);
  const body = compact({
    id: row.id,
    ...targetOf(row),
    name: row.name,
    dataType,
    comment: row.comment,
    metadata: row.metadata,
    configId: row.configId,
    queueId: row.queueId,
    environment: environmentOf(row.environment),
    timestamp: new Date(row.timestamp).toISOString(),
  });
  return { body: { ...body, value }, source: row.source };
}
