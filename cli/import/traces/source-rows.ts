/* Rows as the public API of every generation shows them: what the import reads of them (contract, Appendix A). Old servers leave out fields. */

/** Of a list of traces. */
export interface TraceRow {
  id: string;
  timestamp: string;
  name?: string | null;
  input?: unknown;
  output?: unknown;
  sessionId?: string | null;
  release?: string | null;
  version?: string | null;
  userId?: string | null;
  metadata?: unknown;
  tags?: string[] | null;
  public?: boolean | null;
  bookmarked?: boolean | null;
  environment?: string | null;
  updatedAt?: string | null;
}

interface Step {
  id: string;
  traceId: string | null;
  type: string;
  startTime: string;
  name?: string | null;
  endTime?: string | null;
  completionStartTime?: string | null;
  modelParameters?: unknown;
  input?: unknown;
  output?: unknown;
  metadata?: unknown;
  level?: string | null;
  statusMessage?: string | null;
  parentObservationId?: string | null;
  version?: string | null;
  environment?: string | null;
  usageDetails?: Record<string, number> | null;
  costDetails?: Record<string, number> | null;
  promptName?: string | null;
  promptVersion?: number | null;
  updatedAt?: string | null;
}

/** Of the first version of observations: values are parsed JSON. */
export interface ObservationRowV1 extends Step {
  model?: string | null;
  usage?: { input?: number | null; output?: number | null; total?: number | null } | null;
  calculatedInputCost?: number | null;
  calculatedOutputCost?: number | null;
  calculatedTotalCost?: number | null;
}

/** Of the second version: input and output are texts as stored, metadata is flat, and fields of the trace are on every step. */
export interface ObservationRowV2 extends Step {
  providedModelName?: string | null;
  userId?: string | null;
  sessionId?: string | null;
  bookmarked?: boolean | null;
  public?: boolean | null;
  isRootObservation?: boolean | null;
  traceName?: string | null;
  tags?: string[] | null;
  release?: string | null;
}

/** Of any version of scores. */
export interface ScoreRow {
  id: string;
  name: string;
  dataType?: string | null;
  value?: number | string | boolean | null;
  stringValue?: string | null;
  source: string;
  timestamp: string;
  environment?: string | null;
  comment?: string | null;
  metadata?: unknown;
  configId?: string | null;
  queueId?: string | null;
  authorUserId?: string | null;
  traceId?: string | null;
  observationId?: string | null;
  sessionId?: string | null;
  datasetRunId?: string | null;
  /** Version 3 only. */
  subject?: { kind: string; id: string; traceId?: string | null } | null;
}
