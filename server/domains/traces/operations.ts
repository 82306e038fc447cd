import * as api from '../../../contract/api/traces.ts';
import { checkConditions, type ListName } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { microsOf } from '../../query/conditions.ts';
import { listFacets } from '../../query/facets.ts';
import { getObservation } from '../../query/get-observation.ts';
import { getTrace } from '../../query/get-trace.ts';
import { getHistogram } from '../../query/histogram.ts';
import { listObservations } from '../../query/list-observations.ts';
import type { ListScope } from '../../query/list-scope.ts';
import { listTraceObservations } from '../../query/list-trace-observations.ts';
import { listTraces } from '../../query/list-traces.ts';
import type { FindPrices } from '../../query/present-observation.ts';
import { readTraceFacts } from '../../query/read-traces.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';

/** What a page may change of a trace. */
export interface TraceUpdate {
  bookmarked?: boolean | undefined;
  public?: boolean | undefined;
  tags?: string[] | undefined;
}

/**
 * Takes an edit of a trace through the door in, as the body of a `trace-create` event; resolves when it can be read. The body carries
 * the trace's own time, because an edit must not move the trace in time.
 */
export type AcceptTraceUpdate = (
  projectId: string,
  traceId: string,
  fields: TraceUpdate & { timestamp: string },
  userId: string | null,
) => Promise<void>;

export interface TracesDeps {
  store: AnalyticsStore;
  findPrices: FindPrices;
  acceptTraceUpdate: AcceptTraceUpdate;
}

/** Everything that pages and our own API can do with traces and their steps. */
export function traceOperations({ store, findPrices, acceptTraceUpdate }: TracesDeps): Implemented[] {
  return [
    implement(api.listTraces, (input) => listTraces(store, input.projectId, scopeOf('traces', input), input)),
    implement(api.listObservations, (input) => listObservations(store, input.projectId, scopeOf('observations', input), input)),
    implement(api.listFacets, (input) =>
      listFacets(store, input.projectId, input.list, scopeOf(input.list, input), input.columns),
    ),
    implement(api.getHistogram, (input) =>
      getHistogram(store, input.projectId, input.list, scopeOf(input.list, input), input.buckets),
    ),
    implement(api.getTrace, async ({ projectId, traceId }) => {
      return (await getTrace(store, projectId, traceId)) ?? missingTrace(traceId);
    }),
    implement(api.getObservation, async ({ projectId, traceId, observationId }) => {
      const found = await getObservation(store, findPrices, projectId, traceId, observationId);
      if (!found) throw notFound(`Observation ${observationId} not found within trace ${traceId}`);
      return found;
    }),
    implement(api.listTraceObservations, async ({ projectId, traceId, ...page }) => {
      return (await listTraceObservations(store, findPrices, projectId, traceId, page)) ?? missingTrace(traceId);
    }),
    implement(api.updateTrace, async ({ projectId, traceId, ...fields }, caller) => {
      const trace = (await readTraceFacts(store, projectId, [traceId])).get(traceId) ?? missingTrace(traceId);
      if (Object.values(fields).some((value) => value !== undefined)) {
        await acceptTraceUpdate(projectId, traceId, { ...fields, timestamp: preciseIsoOf(trace.at) }, caller.userId);
      }
      return { ok: true as const };
    }),
    implement(api.deleteTraces, async ({ projectId, traceIds }) => {
      const known = await readTraceFacts(store, projectId, traceIds);
      await store.deleteTraces(projectId, traceIds);
      return { deleted: known.size };
    }),
  ];
}

/** ISO-8601 UTC with microseconds. */
const preciseIsoOf = (time: Micros) =>
  `${new Date(Math.floor(time / 1000)).toISOString().slice(0, -1)}${String(time % 1000).padStart(3, '0')}Z`;

function missingTrace(traceId: string): never {
  throw notFound(`Trace ${traceId} not found within authorized project`);
}

/** Checks a list's scope. @throws AppError 400 that names the column of a condition that does not fit, or an impossible range. */
function scopeOf(
  list: ListName,
  input: { from?: string | undefined; to?: string | undefined; filter: FilterCondition[]; search?: string | undefined },
): ListScope {
  const problem = checkConditions(list, input.filter);
  if (problem) throw invalidRequest(problem);
  const from = input.from === undefined ? undefined : microsOf(input.from);
  const to = input.to === undefined ? undefined : microsOf(input.to);
  if (from !== undefined && to !== undefined && from > to) throw invalidRequest('`from` is later than `to`.');
  return { from, to, filter: input.filter, search: input.search };
}
