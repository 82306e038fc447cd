import { type Body, compact, environmentOf } from './bodies.ts';
import type { ObservationRowV2 } from './source-rows.ts';

type Row = Omit<ObservationRowV2, 'traceId'> & { traceId: string };

/**
 * What steps say of their traces, as `trace-create` bodies (contract §3.10): one for each trace that is met, with what these steps know.
 * The target unites the parts of a trace whose steps came in several pages: the earliest time counts, of texts the last.
 */
export function foldTraces(rows: readonly ObservationRowV2[]): Body[] {
  const byTrace = new Map<string, Row[]>();
  for (const row of rows) {
    if (!row.traceId) continue;
    const steps = byTrace.get(row.traceId) ?? [];
    steps.push(row as Row);
    byTrace.set(row.traceId, steps);
  }
  return [...byTrace.values()].map(foldTrace);
}

function foldTrace(rows: readonly Row[]): Body {
  const ordered = rows.toSorted((a, b) => Date.parse(a.startTime) - Date.parse(b.startTime));
  const latest = <Key extends keyof Row>(key: Key): Row[Key] | undefined =>
    ordered.findLast((row) => (Array.isArray(row[key]) ? row[key].length > 0 : row[key]))?.[key];
  const root = ordered.findLast(({ parentObservationId }) => !parentObservationId);
  return compact({
    id: ordered[0]!.traceId,
    timestamp: new Date(ordered[0]!.startTime).toISOString(),
    name: latest('traceName')?.slice(0, 1000),
    userId: latest('userId'),
    sessionId: latest('sessionId'),
    release: latest('release'),
    version: latest('version'),
    environment: environmentOf(latest('environment')),
    tags: latest('tags')?.toSorted(),
    public: ordered.some((row) => row.public) || undefined,
    bookmarked: root?.bookmarked || undefined,
    metadata: root?.metadata,
  });
}
