import { mapGently } from '../../lib/gently.ts';
import type { StoredScore } from '../../query/read-scores.ts';
import type { TraceFacts } from '../../query/read-traces.ts';
import { isoOf, metadataOf, orNull, parsedText } from '../../query/stored-values.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { observationBody, type PricesOfModel } from './observation-body.ts';
import { scoreV1Body } from './score-body.ts';

/** Groups of a trace's fields that a caller may choose (contract §1.2). */
export const TRACE_FIELDS = ['core', 'io', 'scores', 'observations', 'metrics'] as const;
export type TraceField = (typeof TRACE_FIELDS)[number];

/** The chosen groups; unknown names are ignored, nothing (known) chosen means all. */
export function traceFields(chosen: string | undefined): Set<TraceField> {
  const names = (chosen ?? '').split(',').map((name) => name.trim());
  const known = TRACE_FIELDS.filter((field) => names.includes(field));
  return new Set<TraceField>(known.length === 0 ? TRACE_FIELDS : ['core', ...known]);
}

/** `Trace` of the contract with the keys that the server adds. Without the group `io` (metadata null) input and output are null. */
export function traceBody(projectId: string, fact: TraceFacts, metadata: Record<string, string> | null) {
  return {
    id: fact.trace_id,
    projectId,
    timestamp: isoOf(fact.at),
    name: orNull(fact.name),
    environment: fact.environment,
    release: orNull(fact.release),
    version: orNull(fact.version),
    userId: orNull(fact.userId),
    sessionId: orNull(fact.sessionId),
    tags: fact.tags,
    public: fact.public,
    bookmarked: fact.bookmarked,
    input: metadata && parsedText(fact.input),
    output: metadata && parsedText(fact.output),
    metadata: metadataOf(metadata ?? {}),
    externalId: null,
    createdAt: isoOf(fact.createdAt),
    updatedAt: isoOf(fact.updatedAt),
    htmlPath: `/project/${encodeURIComponent(projectId)}/traces/${encodeURIComponent(fact.trace_id)}`,
  };
}

/** Latency in seconds and cost in USD; -1 when the group `metrics` was not asked for. */
export const traceMetrics = (fact: Pick<TraceFacts, 'latency' | 'totalCost'>, asked: boolean) => ({
  latency: asked ? (fact.latency ?? 0) : -1,
  totalCost: asked ? (fact.totalCost ?? 0) : -1,
});

/** Steps and scores of one trace, whole. */
export const traceMembers = async (
  projectId: string,
  observations: readonly ObservationRow[],
  scores: readonly StoredScore[],
  pricesOf: PricesOfModel,
) => ({
  observations: await mapGently(observations, (row) => observationBody(projectId, row, pricesOf(row))),
  scores: scores.filter(({ data_type }) => data_type !== 'CORRECTION').map((score) => scoreV1Body(projectId, score)),
});
