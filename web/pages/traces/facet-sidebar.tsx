import { Ban, ChevronRight, X } from 'lucide-react';
import { useState } from 'react';
import type { FilterColumn } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { formatCompact, formatCount } from '../../../contract/format.ts';
import { isObservationType, ObservationTypeIcon } from '../../lib/observation-type.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { cn } from '../../ui/cn.ts';
import { SearchInput } from '../../ui/input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { clearFacet, facetChoice, numberBounds, onlyFacet, toggleFacet, withNumberBounds } from './facet-conditions.ts';

export interface FacetValue {
  value: string;
  count: number;
}

export interface FacetSidebarProps {
  list: 'traces' | 'observations';
  columns: readonly FilterColumn[];
  /** Counts by column id; a column that is missing is still on its way. */
  facets: ReadonlyMap<string, readonly FacetValue[]>;
  loading: boolean;
  open: ReadonlySet<string>;
  onOpen(column: string, open: boolean): void;
  conditions: readonly FilterCondition[];
  onConditions(conditions: FilterCondition[]): void;
}

/** Values of the columns with their counts: tick to include, exclude, or look at one only. */
export function FacetSidebar(props: FacetSidebarProps) {
  const { list, columns, facets, loading, open, onOpen, conditions, onConditions } = props;
  return (
    <section aria-label="Filters" className="flex flex-col py-1">
      {columns.map((column) => (
        <Facet
          key={column.id}
          list={list}
          column={column}
          values={facets.get(column.id)}
          loading={loading}
          open={open.has(column.id)}
          onOpen={(next) => onOpen(column.id, next)}
          conditions={conditions}
          onConditions={onConditions}
        />
      ))}
    </section>
  );
}

const FEW = 7;

interface FacetProps {
  list: 'traces' | 'observations';
  column: FilterColumn;
  values: readonly FacetValue[] | undefined;
  loading: boolean;
  open: boolean;
  onOpen(open: boolean): void;
  conditions: readonly FilterCondition[];
  onConditions(conditions: FilterCondition[]): void;
}

function Facet({ list, column, values, loading, open, onOpen, conditions, onConditions }: FacetProps) {
  const [all, setAll] = useState(false);
  const [text, setText] = useState('');
  const { included, excluded } = facetChoice(list, conditions, column);
  const chosen = included.size + excluded.size;
  const known = values ?? [];
  // What is chosen is shown even where the counts no longer have it.
  const missing = [...included, ...excluded]
    .filter((value) => !known.some((each) => each.value === value))
    .map((value) => ({ value, count: 0 }));
  const found = [...missing, ...known].filter(({ value }) => !text || value.toLowerCase().includes(text.toLowerCase()));
  const shown = all ? found : found.slice(0, Math.max(FEW, missing.length));
  return (
    <div className="border-line border-b py-0.5 last:border-b-0">
      <div className="flex h-7 items-center pr-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onOpen(!open)}
          className="flex h-full min-w-0 flex-1 items-center gap-1 rounded-md pl-2 text-left font-medium text-muted text-sm hover:text-fg focus-visible:-outline-offset-2"
        >
          <ChevronRight aria-hidden className={cn('size-3.5 shrink-0 text-faint transition-transform', open && 'rotate-90')} />
          <span className="truncate">{column.label}</span>
        </button>
        {chosen > 0 && (
          <button
            type="button"
            aria-label={`Clear ${column.label}`}
            className="flex items-center gap-0.5 rounded-sm bg-accent-soft px-1 text-2xs text-accent"
            onClick={() => onConditions(clearFacet(list, conditions, column))}
          >
            {chosen} <X aria-hidden className="size-3" />
          </button>
        )}
      </div>
      {open && (
        <div className="px-2 pb-2">
          {values === undefined && loading ? (
            <div className="flex flex-col gap-2 py-1 pl-5">
              <Skeleton className="h-3 w-4/5" />
              <Skeleton className="h-3 w-3/5" />
            </div>
          ) : known.length + missing.length === 0 ? (
            <p className="pl-5 text-faint text-xs">{values === undefined ? 'Could not be counted' : 'No values'}</p>
          ) : column.kind === 'numberMap' ? (
            <ul className="flex flex-col gap-1 pl-1">
              {known.map(({ value, count }) => (
                <NumberFacet
                  key={value}
                  column={column}
                  name={value}
                  count={count}
                  conditions={conditions}
                  onConditions={onConditions}
                />
              ))}
            </ul>
          ) : (
            <>
              {all && known.length > 12 && (
                <SearchInput
                  label={`Search in ${column.label}`}
                  placeholder="Search"
                  className="mb-1 [&_input]:h-6 [&_input]:text-sm"
                  value={text}
                  onValueChange={setText}
                />
              )}
              <ul>
                {shown.map(({ value, count }) => (
                  <FacetRow
                    key={value}
                    value={value}
                    count={count}
                    state={included.has(value) ? 'included' : excluded.has(value) ? 'excluded' : 'free'}
                    isType={column.id === 'type'}
                    onToggle={(mode) => onConditions(toggleFacet(list, conditions, column, value, mode))}
                    onOnly={() => onConditions(onlyFacet(list, conditions, column, value))}
                  />
                ))}
              </ul>
              {known.length > FEW && (
                <button
                  type="button"
                  className="mt-0.5 ml-6 rounded-sm text-faint text-xs hover:text-fg"
                  onClick={() => setAll(!all)}
                >
                  {all ? 'Show fewer' : `Show ${known.length - FEW} more`}
                </button>
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}

interface FacetRowProps {
  value: string;
  count: number;
  state: 'free' | 'included' | 'excluded';
  isType: boolean;
  onToggle(mode: 'include' | 'exclude'): void;
  onOnly(): void;
}

function FacetRow({ value, count, state, isType, onToggle, onOnly }: FacetRowProps) {
  const label = value === '' ? '(empty)' : value;
  return (
    <li className="group flex h-6 items-center gap-1.5 rounded-sm pl-1 hover:bg-hover">
      <Checkbox
        aria-label={state === 'excluded' ? `${label}, excluded` : label}
        checked={state === 'included' ? true : state === 'excluded' ? 'indeterminate' : false}
        onCheckedChange={() => onToggle(state === 'excluded' ? 'exclude' : 'include')}
        className={cn(
          'size-3.5',
          state === 'excluded' && 'data-[state=indeterminate]:border-danger data-[state=indeterminate]:bg-danger',
        )}
      />
      {isType && isObservationType(value) && <ObservationTypeIcon type={value} />}
      <button
        type="button"
        tabIndex={-1}
        title={`Only ${label}`}
        onClick={onOnly}
        className={cn('min-w-0 flex-1 truncate text-left text-sm', state === 'excluded' ? 'text-faint line-through' : 'text-fg')}
      >
        {label}
      </button>
      <button
        type="button"
        aria-label={state === 'excluded' ? `Do not exclude ${label}` : `Exclude ${label}`}
        onClick={() => onToggle('exclude')}
        className="flex size-5 items-center justify-center rounded-sm text-faint opacity-0 hover:text-danger focus-visible:opacity-100 group-hover:opacity-100"
      >
        <Ban aria-hidden className="size-3" />
      </button>
      <span className="min-w-8 pr-1 text-right text-faint text-xs" title={formatCount(count)}>
        {formatCompact(count)}
      </span>
    </li>
  );
}

interface NumberFacetProps {
  column: FilterColumn;
  name: string;
  count: number;
  conditions: readonly FilterCondition[];
  onConditions(conditions: FilterCondition[]): void;
}

function NumberFacet({ column, name, count, conditions, onConditions }: NumberFacetProps) {
  const bounds = numberBounds(conditions, column, name);
  const set = (side: 'min' | 'max', text: string) => {
    const value = text.trim() === '' ? undefined : Number(text);
    if (Number.isNaN(value) || value === bounds[side]) return;
    onConditions(withNumberBounds(conditions, column, name, { ...bounds, [side]: value }));
  };
  const box = (side: 'min' | 'max') => (
    <input
      key={`${side} ${bounds[side] ?? ''}`}
      type="number"
      step="any"
      aria-label={side === 'min' ? `${name} at least` : `${name} at most`}
      placeholder={side}
      defaultValue={bounds[side] ?? ''}
      onBlur={(event) => set(side, event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && set(side, event.currentTarget.value)}
      className="h-5.5 w-13 rounded-sm border border-line-strong bg-surface px-1 text-xs [appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none"
    />
  );
  return (
    <li className="flex items-center gap-1.5">
      <span className="min-w-0 flex-1 truncate text-sm" title={`${name} (${formatCount(count)})`}>
        {name}
      </span>
      {box('min')}
      <span className="text-faint text-xs">–</span>
      {box('max')}
    </li>
  );
}
