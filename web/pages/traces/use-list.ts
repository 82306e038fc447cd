import { useCallback, useMemo, useState } from 'react';
import { z } from 'zod';
import { listObservations, listTraces } from '../../../contract/api/traces.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { type ParsedFilter, parseFilter } from '../../../contract/filter/parse.ts';
import { call } from '../../lib/client.ts';
import { useStored } from '../../lib/stored.ts';
import { facetColumnsOf } from './facet-conditions.ts';
import type { FacetValue } from './facet-sidebar.tsx';
import { toRow } from './observation-columns.tsx';
import { readSort, type TracesSearch } from './search-params.ts';
import { boundsOf, reachesNow } from './time-range.ts';
import { useLiveRows } from './use-live-rows.ts';
import { type Scope, useFacets, useObservationList, useTraceList } from './use-traces.ts';

export type List = 'traces' | 'observations';

/** What the list is narrowed to, from the address. `now` is when presets such as the last hour end. */
export function useScope(
  projectId: string,
  list: List,
  search: TracesSearch,
  now: number,
): { parsed: ParsedFilter; scope: Scope } {
  const { range, from, to, env, q } = search;
  const parsed = useMemo(() => parseFilter(list, q ?? ''), [list, q]);
  const scope = useMemo<Scope>(() => {
    const filter: FilterCondition[] = [...parsed.conditions];
    if (env && env.length > 0) filter.push({ type: 'stringOptions', column: 'environment', operator: 'any of', value: env });
    return { projectId, ...boundsOf({ range, from, to }, now), filter, ...(parsed.search ? { search: parsed.search } : {}) };
  }, [projectId, range, from, to, now, parsed, env]);
  return { parsed, scope };
}

/** The rows of the list with what comes in, while the tail is on. */
export function useRows(projectId: string, list: List, search: TracesSearch, scope: Scope, now: number, atTop: boolean) {
  const sorted = readSort(search.sort);
  const traces = useTraceList(scope, sorted, list === 'traces');
  const observations = useObservationList(scope, sorted, list === 'observations');
  const query = list === 'traces' ? traces : observations;
  // Rows that come in are the newest: in another order they have no place at the top.
  const tailing = search.tail === true && sorted === null && reachesNow(search, now);
  const live = useLiveRows<{ id: string }>(projectId, {
    enabled: tailing,
    paused: !atTop,
    scope: JSON.stringify([list, scope]),
    base: query.rows,
    ask: async (traceIds) => {
      const column = list === 'traces' ? 'id' : 'traceId';
      const condition: FilterCondition = { type: 'stringOptions', column, operator: 'any of', value: traceIds };
      const input = { ...scope, filter: [...scope.filter, condition], limit: 200 };
      if (list === 'traces') return (await call(listTraces, input)).data;
      return (await call(listObservations, input)).data.map(toRow);
    },
  });
  return { query, sorted, tailing, live };
}

const OPEN_AT_FIRST = ['environment', 'name', 'type', 'level'];
const NO_VALUES: readonly FacetValue[] = [];

/** The sidebar's columns with their counts: of those that are unfolded, of the environments, and of the column that is being typed. */
export function useFacetCounts(list: List, scope: Scope, shown: boolean) {
  const [open, setOpen] = useStored(`facets-open:${list}`, z.array(z.string()), OPEN_AT_FIRST);
  const [typed, setTyped] = useState<string>();
  const columns = useMemo(() => facetColumnsOf(list), [list]);
  const wanted = useMemo(
    () =>
      columns
        .map(({ id }) => id)
        .filter((id) => id === 'environment' || id === typed || (shown && open.includes(id)))
        .slice(0, 20),
    [columns, shown, open, typed],
  );
  const { data, isFetching } = useFacets(scope, list, wanted, true);
  const counts = useMemo(
    () => new Map<string, readonly FacetValue[]>(data?.facets.map(({ column, values }) => [column, values])),
    [data],
  );
  const valuesOf = useCallback((column: string) => counts.get(column) ?? NO_VALUES, [counts]);
  const onOpen = (column: string, next: boolean) => setOpen(next ? [...open, column] : open.filter((id) => id !== column));
  return { columns, counts, valuesOf, total: data?.total, isFetching, open, onOpen, setTyped };
}
