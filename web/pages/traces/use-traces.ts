import { keepPreviousData, type QueryKey, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getHistogram, listFacets, listObservations, listTraces } from '../../../contract/api/traces.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { toRow } from './observation-columns.tsx';

/** What both lists, their facets and their histogram are narrowed to. */
export interface Scope {
  readonly projectId: string;
  readonly from?: string;
  readonly to?: string;
  readonly filter: FilterCondition[];
  readonly search?: string;
}

export type OrderBy = { column: string; direction: 'asc' | 'desc' } | null;

const PAGE = 100;

/** Asks page after page, and shows what was there until the first page of another scope has come. */
function usePages<Page extends { nextCursor: string | null }>(
  key: QueryKey,
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>,
  enabled: boolean,
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}

const ordered = (scope: Scope, orderBy: OrderBy) => ({ ...scope, limit: PAGE, ...(orderBy ? { orderBy } : {}) });

export function useTraceList(scope: Scope, orderBy: OrderBy, enabled: boolean) {
  const query = usePages(
    [listTraces.id, scope, orderBy],
    (cursor, signal) => call(listTraces, { ...ordered(scope, orderBy), cursor }, { signal }),
    enabled,
  );
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data]);
  return { ...query, rows };
}

export function useObservationList(scope: Scope, orderBy: OrderBy, enabled: boolean) {
  const query = usePages(
    [listObservations.id, scope, orderBy],
    (cursor, signal) => call(listObservations, { ...ordered(scope, orderBy), cursor }, { signal }),
    enabled,
  );
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data.map(toRow)) ?? [], [query.data]);
  return { ...query, rows };
}

export function useHistogram(scope: Scope, list: 'traces' | 'observations', enabled: boolean) {
  return useQuery({ ...queryOf(getHistogram, { ...scope, list, buckets: 60 }), placeholderData: keepPreviousData, enabled });
}

/** Counts of the columns that are unfolded in the sidebar. */
export function useFacets(scope: Scope, list: 'traces' | 'observations', columns: string[], enabled: boolean) {
  return useQuery({
    ...queryOf(listFacets, { ...scope, list, columns }),
    placeholderData: keepPreviousData,
    enabled: enabled && columns.length > 0,
  });
}
