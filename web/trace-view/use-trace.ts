import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import {
  deleteTraces,
  getHistogram,
  getObservation,
  getTrace,
  listFacets,
  listObservations,
  listTraceObservations,
  listTraces,
  updateTrace,
} from '../../contract/api/traces.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import { call } from '../lib/client.ts';
import { keyOf, queryOf } from '../lib/query.ts';

/** Steps that have ended do not change any more, save by a late update; a minute is fresh enough. */
const STEP_FRESH_MS = 60_000;

export function useTrace(projectId: string, traceId: string) {
  return useQuery(queryOf(getTrace, { projectId, traceId }));
}

const stepQuery = (projectId: string, traceId: string, observationId: string) => ({
  ...queryOf(getObservation, { projectId, traceId, observationId }),
  staleTime: STEP_FRESH_MS,
});

/** One step whole; the one that was shown before stays while the next is fetched. */
export function useStep(projectId: string, traceId: string, observationId: string) {
  return useQuery(stepQuery(projectId, traceId, observationId));
}

/** Fetches steps ahead of the reader, after a pause, so that running through the tree asks for nothing. */
export function usePrefetchSteps(projectId: string, traceId: string, ids: readonly string[]) {
  const client = useQueryClient();
  const key = ids.join('\n');
  useEffect(() => {
    if (!key) return;
    const timer = setTimeout(() => {
      for (const id of key.split('\n')) void client.prefetchQuery(stepQuery(projectId, traceId, id));
    }, 150);
    return () => clearTimeout(timer);
  }, [client, projectId, traceId, key]);
}

/** All steps whole, in start order, a page at a time. */
export function useStepLog(projectId: string, traceId: string) {
  return useInfiniteQuery({
    queryKey: [listTraceObservations.id, { projectId, traceId }],
    queryFn: ({ pageParam, signal }) =>
      call(listTraceObservations, { projectId, traceId, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: STEP_FRESH_MS,
  });
}

const LISTS = [listTraces, listObservations, listFacets, getHistogram];

/** Bookmark, public, tags: shown at once, taken back when the server refuses. */
export function useUpdateTrace(projectId: string, traceId: string) {
  const client = useQueryClient();
  const key = keyOf(getTrace, { projectId, traceId });
  return useMutation({
    mutationFn: (change: { bookmarked?: boolean; public?: boolean; tags?: string[] }) =>
      call(updateTrace, { projectId, traceId, ...change }),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<TraceDetail>(key);
      if (before) client.setQueryData<TraceDetail>(key, { ...before, ...change });
      return { before };
    },
    onError: (_error, _change, context) => {
      if (context?.before) client.setQueryData(key, context.before);
    },
    onSettled: () => Promise.all([key, ...LISTS.map(({ id }) => [id])].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Deletes traces; lists are read again. Resolves with the number deleted. */
export function useDeleteTraces(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (traceIds: string[]) => call(deleteTraces, { projectId, traceIds }),
    onSuccess: async (_answer, traceIds) => {
      for (const traceId of traceIds) client.removeQueries({ queryKey: keyOf(getTrace, { projectId, traceId }) });
      await Promise.all(LISTS.map(({ id }) => client.invalidateQueries({ queryKey: [id] })));
    },
  });
}
