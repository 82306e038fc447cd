import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowUp, PanelLeft, Radio, RotateCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import { getHistogram, listFacets, listObservations, listTraces } from '../../../contract/api/traces.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { printCondition, printFilter } from '../../../contract/filter/print.ts';
import { formatCount } from '../../../contract/format.ts';
import type { TraceSummary } from '../../../contract/trace.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useStored } from '../../lib/stored.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { DataTable, type DataTableHandle } from '../../ui/data-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StatusLight } from '../../ui/status-light.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { Chips } from './chips.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { EnvironmentSwitch } from './environment-switch.tsx';
import { FacetSidebar } from './facet-sidebar.tsx';
import { Histogram } from './histogram.tsx';
import { Nothing } from './nothing.tsx';
import { OBSERVATION_COLUMNS_SHOWN, OBSERVATION_TABLE, type ObservationRow } from './observation-columns.tsx';
import { Peek } from './peek.tsx';
import { SearchBox } from './search-box.tsx';
import { nextSort, type TracesSearch } from './search-params.ts';
import { SelectionBar } from './selection-bar.tsx';
import { TimeRangePicker } from './time-range-picker.tsx';
import { TRACE_COLUMNS_SHOWN, TRACE_TABLE } from './trace-columns.tsx';
import { type List, useFacetCounts, useRows, useScope } from './use-list.ts';
import { usePicked } from './use-picked.ts';
import { useTableLayout } from './use-table-layout.ts';

const ROUTE = '/app/project/$projectId/traces';

const choices = (columns: readonly { meta?: { label: string } }[]) =>
  columns.map((column) => ({ id: 'accessorKey' in column ? String(column.accessorKey) : '', label: column.meta?.label ?? '' }));
const TRACE_CHOICES = choices(TRACE_TABLE);
const OBSERVATION_CHOICES = choices(OBSERVATION_TABLE);
const TRACE_IDS = TRACE_CHOICES.map(({ id }) => id);
const OBSERVATION_IDS = OBSERVATION_CHOICES.map(({ id }) => id);

/** The list of traces or of their steps: search, filters, time, live tail, peek. All of its state is in the address. */
export function TracesPage() {
  const { projectId } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  // The other list has other columns and rows; nothing of the state below means the same there.
  return (
    <TraceList
      key={`${projectId} ${search.list ?? 'traces'}`}
      projectId={projectId}
      search={search}
      list={search.list ?? 'traces'}
    />
  );
}

function TraceList({ projectId, search, list }: { projectId: string; search: TracesSearch; list: List }) {
  const navigate = useNavigate({ from: '/project/$projectId/traces' });
  const { project } = useProject();
  const client = useQueryClient();
  const set = useCallback(
    (change: Partial<TracesSearch>, replace = true) =>
      void navigate({ search: (now) => ({ ...now, ...change }), replace, resetScroll: false }),
    [navigate],
  );

  const [now, setNow] = useState(() => Date.now());
  const { parsed, scope } = useScope(projectId, list, search, now);
  const table = useRef<DataTableHandle>(null);
  const [atTop, setAtTop] = useState(true);
  const { query, sorted, tailing, live } = useRows(projectId, list, search, scope, now, atTop);
  const rows = live.rows;
  const [sidebar, setSidebar] = useStored('facets', z.boolean(), true);
  const facets = useFacetCounts(list, scope, sidebar);

  // Peek and keys
  const traceOf = useCallback((row: { id: string }) => (list === 'traces' ? row.id : (row as ObservationRow).traceId), [list]);
  const [active, setActive] = useState<string>();
  const activeIndex = active === undefined ? -1 : rows.findIndex(({ id }) => id === active);
  const peekRow = (row: { id: string }, replace: boolean) =>
    set({ peek: traceOf(row), observation: list === 'traces' ? undefined : (row as ObservationRow).observationId }, replace);
  // A shared address opens the peek panel; its row is the active one as soon as it is there.
  useEffect(() => {
    if (active !== undefined || !search.peek) return;
    const row = rows.find(
      (each) =>
        traceOf(each) === search.peek && (list === 'traces' || (each as ObservationRow).observationId === search.observation),
    );
    if (row) setActive(row.id);
  }, [active, rows, search.peek, search.observation, list, traceOf]);
  const goTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setActive(row.id);
    // From here on the grid's own keys work too.
    if (document.activeElement === document.body) table.current?.focus();
    if (search.peek) peekRow(row, true);
    if (index > rows.length - 10 && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  const openPage = () => {
    const row = rows[activeIndex];
    const traceId = search.peek ?? (row && traceOf(row));
    if (traceId)
      void navigate({
        to: '/project/$projectId/traces/$traceId',
        params: { projectId, traceId },
        search: { observation: search.observation, view: search.view },
      });
  };
  const closePeek = () => {
    set({ peek: undefined, observation: undefined });
    table.current?.focus();
  };
  const refresh = () => {
    setNow(Date.now());
    const lists = [listTraces, listObservations, listFacets, getHistogram];
    void Promise.all(lists.map(({ id }) => client.invalidateQueries({ queryKey: [id] }))).then(live.reset);
  };
  const picked = usePicked(projectId, rows, traceOf, refresh);
  useShortcuts([
    { keys: 'j', label: 'Next row', group: 'Traces', run: () => goTo(activeIndex + 1) },
    { keys: 'k', label: 'Previous row', group: 'Traces', run: () => goTo(activeIndex - 1) },
    { keys: 'o', label: 'Open the page of the row', group: 'Traces', run: openPage },
    {
      keys: 'x',
      label: 'Pick the row',
      group: 'Traces',
      run: () => active && picked.toggle(active),
    },
    { keys: 'r', label: 'Read again', group: 'Traces', run: refresh },
    {
      keys: 'l',
      label: 'Live tail on or off',
      group: 'Traces',
      run: () => set({ tail: search.tail ? undefined : true, sort: undefined }),
    },
    { keys: 'f', label: 'Filters on or off', group: 'Traces', run: () => setSidebar(!sidebar) },
  ]);
  useShortcuts([{ keys: 'esc', label: 'Pick none', group: 'Traces', run: picked.clear }], picked.count > 0 && !search.peek);

  // Changing the filter
  const write = (conditions: readonly FilterCondition[], words = parsed.search) =>
    set({ q: printFilter(conditions, words) || undefined }, false);
  const setText = useCallback((text: string) => set({ q: text.trim() || undefined }, false), [set]);
  const chips = useMemo(() => parsed.conditions.map((condition) => ({ condition, text: printCondition(condition) })), [parsed]);
  const narrowed = parsed.conditions.length > 0 || parsed.search !== '' || (search.env?.length ?? 0) > 0;

  const layout = useTableLayout(
    list,
    list === 'traces' ? TRACE_IDS : OBSERVATION_IDS,
    list === 'traces' ? TRACE_COLUMNS_SHOWN : OBSERVATION_COLUMNS_SHOWN,
  );
  const onEndNear = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage]);

  const shared = {
    ref: table,
    label: list === 'traces' ? 'Traces' : 'Observations',
    total: facets.total ?? -1,
    visibility: layout.visibility,
    sizes: layout.sizes,
    onSizes: layout.onSizes,
    selection: picked.picked,
    onSelection: picked.setPicked,
    sorted,
    onSort: (column: string) => set({ sort: nextSort(search.sort, column) }, false),
    activeId: active,
    onActive: (id: string) => goTo(rows.findIndex((row) => row.id === id)),
    onOpen: (id: string) => {
      const row = rows.find((each) => each.id === id);
      if (!row) return;
      setActive(id);
      // The second Enter goes on from the panel to the page.
      if (id === active && search.peek === traceOf(row)) openPage();
      else peekRow(row, search.peek !== undefined);
    },
    onEndNear,
    loading: query.isPending ? ('first' as const) : query.isFetchingNextPage ? ('more' as const) : (false as const),
    onTop: setAtTop,
    fresh: live.fresh,
    empty: (
      <Nothing
        projectId={projectId}
        list={list}
        narrowed={narrowed}
        bounded={search.range !== 'all'}
        onClear={() => set({ q: undefined, env: undefined }, false)}
        onAllTime={() => set({ range: 'all', from: undefined, to: undefined }, false)}
      />
    ),
  };

  return (
    <Page>
      <PageHeader
        title="Traces"
        detail={
          <>
            <Segmented<List>
              label="List"
              value={list}
              onValueChange={(next) =>
                void navigate({
                  search: ({ range, from, to, env }) => ({ list: next === 'traces' ? undefined : next, range, from, to, env }),
                  replace: false,
                })
              }
              options={[
                { value: 'traces', label: 'Traces' },
                { value: 'observations', label: 'Observations' },
              ]}
            />
            {facets.total !== undefined && <span className="whitespace-nowrap text-sm">{formatCount(facets.total)}</span>}
          </>
        }
        actions={
          <>
            <EnvironmentSwitch
              chosen={search.env ?? []}
              values={facets.valuesOf('environment')}
              onChoice={(env) => set({ env: env.length > 0 ? env : undefined }, false)}
            />
            <TimeRangePicker
              choice={search}
              onChoice={(choice) => {
                setNow(Date.now());
                set({ range: choice.range, from: choice.from, to: choice.to }, false);
              }}
            />
            <Tooltip
              content={sorted === null ? 'Follow what comes in' : 'Live tail needs the newest first: it takes the sorting off'}
              shortcut="l"
            >
              <Button
                size="md"
                aria-pressed={search.tail === true}
                onClick={() => set({ tail: search.tail ? undefined : true, sort: undefined })}
                className={cn(tailing && 'border-accent/40 bg-accent-soft text-accent')}
              >
                {tailing ? (
                  <StatusLight tone={live.state === 'open' ? 'good' : 'waiting'} pulse={live.state === 'open'} />
                ) : (
                  <Radio aria-hidden className="text-muted" />
                )}
                Live
              </Button>
            </Tooltip>
            <IconButton label="Read again" shortcut="r" onClick={refresh}>
              <RotateCw aria-hidden className={cn(query.isFetching && !query.isFetchingNextPage && 'animate-spin')} />
            </IconButton>
          </>
        }
      />
      <div className="flex min-h-0 flex-1">
        {/* The peek panel needs the room; the filters are back when it closes. */}
        {sidebar && !search.peek && (
          <aside
            aria-label="Filters by value"
            className="w-56 shrink-0 overflow-y-auto border-line border-r focus-visible:-outline-offset-2"
          >
            <FacetSidebar
              list={list}
              columns={facets.columns}
              facets={facets.counts}
              loading={facets.isFetching}
              open={new Set(facets.open)}
              onOpen={facets.onOpen}
              conditions={parsed.conditions}
              onConditions={write}
            />
          </aside>
        )}
        <div className="relative flex min-w-0 flex-1 flex-col">
          <div className="flex flex-col gap-2 border-line border-b px-3 py-2">
            <div className="flex items-center gap-1">
              <IconButton
                label={sidebar ? 'Hide the filters' : 'Show the filters'}
                shortcut="f"
                aria-pressed={sidebar}
                onClick={() => setSidebar(!sidebar)}
                className="mr-1"
              >
                <PanelLeft aria-hidden />
              </IconButton>
              <SearchBox
                list={list}
                text={search.q ?? ''}
                onText={setText}
                valuesOf={facets.valuesOf}
                onColumn={facets.setTyped}
              />
              <ColumnPicker
                columns={list === 'traces' ? TRACE_CHOICES : OBSERVATION_CHOICES}
                shown={layout.shown}
                onToggle={layout.onToggle}
                onReset={layout.onReset}
              />
            </div>
            <Chips
              conditions={chips}
              search={parsed.search || undefined}
              onRemove={(condition) => write(parsed.conditions.filter((other) => other !== condition))}
              onRemoveSearch={() => write(parsed.conditions, '')}
              onClear={() => set({ q: undefined }, false)}
            />
            <Histogram scope={scope} list={list} onRange={(range) => set({ ...range, range: undefined }, false)} />
          </div>
          <div className={cn('relative min-h-0 flex-1', query.isPlaceholderData && 'opacity-60')}>
            {query.error && rows.length === 0 ? (
              <ErrorState title={`The ${list} could not be loaded`} error={query.error} onRetry={() => void query.refetch()} />
            ) : list === 'traces' ? (
              <DataTable {...shared} columns={TRACE_TABLE} rows={rows as TraceSummary[]} />
            ) : (
              <DataTable {...shared} columns={OBSERVATION_TABLE} rows={rows as ObservationRow[]} />
            )}
            {live.held > 0 && (
              <Button
                variant="primary"
                className="absolute top-10 left-1/2 z-20 -translate-x-1/2 rounded-full shadow-pop"
                onClick={() => table.current?.scrollToTop()}
              >
                <ArrowUp aria-hidden /> {formatCount(live.held)} new
              </Button>
            )}
            <SelectionBar
              rows={picked.count}
              traces={picked.traces.length}
              mayChange={mayAs(project.role, 'MEMBER')}
              busy={picked.marking}
              onBookmark={() => void picked.bookmark()}
              onDelete={picked.deleteAll}
              onClear={picked.clear}
            />
          </div>
        </div>
      </div>
      {search.peek && (
        <Peek
          projectId={projectId}
          traceId={search.peek}
          observationId={search.observation}
          view={search.view ?? 'tree'}
          onSelect={(observation) => set({ observation })}
          onView={(view) => set({ view: view === 'tree' ? undefined : view })}
          onPrevious={activeIndex > 0 ? () => goTo(activeIndex - 1) : undefined}
          onNext={activeIndex >= 0 && activeIndex < rows.length - 1 ? () => goTo(activeIndex + 1) : undefined}
          onClose={closePeek}
          onDeleted={() => {
            closePeek();
            live.reset();
          }}
        />
      )}
    </Page>
  );
}
