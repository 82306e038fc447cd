import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, Plus } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { listPrices, matchPrice } from '../../../contract/api/prices.ts';
import { formatCount, formatPerMillion } from '../../../contract/format.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, SearchInput } from '../../ui/input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusLight } from '../../ui/status-light.tsx';
import { ModelForm } from './model-form.tsx';
import { OwnModelActions } from './own-model-actions.tsx';
import { findPrices, headlinePrices, type Price, priceLines, sortedTiers } from './price-columns.ts';
import { Repricings } from './repricings.tsx';

const route = getRouteApi('/app/project/$projectId/settings/models');
const ROW = 36;
const columns = 'grid grid-cols-[1.25rem_minmax(12rem,1fr)_repeat(3,6.5rem)] items-center gap-3 px-3';

/** Which models are known and what they cost: a searchable list, and a box that tells which price a name gets. */
export function ModelSettings() {
  const { project } = useProject();
  const { q = '', model } = route.useSearch();
  const navigate = route.useNavigate();
  const prices = useQuery({ ...queryOf(listPrices, { projectId: project.id }), staleTime: 5 * 60_000 });
  // The box has its own state: the address follows a moment later, and a value that lags would move the caret.
  const [typed, setTyped] = useState(q);
  const searched = useDeferredValue(typed);
  const found = useMemo(() => findPrices(prices.data?.data ?? [], searched), [prices.data, searched]);
  /** A model's id, null for a new one. */
  const [editing, setEditing] = useState<string | null>();
  const [repricing, setRepricing] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', label: 'Search the models', group: 'Models and prices', run: () => search.current?.focus() }]);
  const show = (next: string | undefined) => void navigate({ search: (old) => ({ ...old, model: next }), replace: true });

  return (
    <div className="mx-auto flex h-full min-h-0 w-full max-w-4xl flex-col gap-4 px-6 pt-6">
      <div className="flex items-end gap-4">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-md">Models and prices</h2>
          <p className="mt-0.5 text-muted">
            In USD per 1 million tokens. A step is priced when it comes in, by the first price whose pattern fits its model; the
            project’s own come before the built-in ones.
          </p>
        </div>
        {mayAs(project.role, 'MEMBER') && (
          <>
            <Button onClick={() => setRepricing(true)}>Price past days anew</Button>
            <Button variant="primary" onClick={() => setEditing(null)}>
              <Plus aria-hidden /> Add a model
            </Button>
          </>
        )}
      </div>
      <TryName
        onShow={(price) => {
          setTyped(price.modelName);
          void navigate({ search: { q: price.modelName, model: price.id }, replace: true });
        }}
      />
      <div className="flex items-center gap-3">
        <SearchInput
          ref={search}
          label="Search the models"
          placeholder="Search the models"
          className="w-72"
          value={typed}
          onValueChange={(next) => {
            setTyped(next);
            void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true });
          }}
        />
        <p className="text-muted" role="status">
          {prices.data && `${formatCount(found.length)} of ${formatCount(prices.data.data.length)}`}
        </p>
      </div>
      {prices.isError ? (
        <ErrorState title="The prices could not be loaded" error={prices.error} onRetry={() => void prices.refetch()} />
      ) : (
        <PriceTable
          prices={prices.isPending ? undefined : found}
          open={model}
          onOpen={show}
          actions={(price) =>
            price.owner === 'project' &&
            mayAs(project.role, 'MEMBER') && <OwnModelActions price={price} onEdit={() => setEditing(price.id)} />
          }
        />
      )}
      <Repricings projectId={project.id} open={repricing} onClose={() => setRepricing(false)} />
      <ModelForm projectId={project.id} editedId={editing} onClose={() => setEditing(undefined)} />
    </div>
  );
}

function PriceTable({
  prices,
  open,
  onOpen,
  actions,
}: {
  prices: Price[] | undefined;
  open: string | undefined;
  onOpen(id?: string): void;
  actions(price: Price): ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: prices?.length ?? 0,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => prices?.[index]?.id ?? index,
    estimateSize: () => ROW,
    overscan: 10,
  });
  // A link to one model opens with it in sight; afterwards the reader scrolls.
  const shown = useRef(false);
  useEffect(() => {
    if (shown.current || !prices || open === undefined) return;
    shown.current = true;
    const index = prices.findIndex((price) => price.id === open);
    if (index > 0) rows.scrollToIndex(index, { align: 'start' });
  }, [prices, open, rows]);
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-t-lg border border-line border-b-0">
      <div aria-hidden className={cn(columns, 'h-8 shrink-0 border-line border-b bg-sunken font-medium text-muted text-xs')}>
        <span />
        <span>Model</span>
        <span className="text-right">Input</span>
        <span className="text-right">Cached input</span>
        <span className="text-right">Output</span>
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {prices === undefined ? (
          Array.from({ length: 12 }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
            <div key={row} className={cn(columns, 'h-9 border-line border-b')} aria-busy>
              <span />
              <Skeleton className="h-3 w-40" />
              <Skeleton className="ml-auto h-3 w-10" />
              <Skeleton className="ml-auto h-3 w-10" />
              <Skeleton className="ml-auto h-3 w-10" />
            </div>
          ))
        ) : prices.length === 0 ? (
          <EmptyState title="No model has that name">
            A model without a price keeps its tokens and has no cost, unless the sender gives it.
          </EmptyState>
        ) : (
          <ul className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const price = prices[item.index]!;
              return (
                <li
                  key={item.key}
                  data-index={item.index}
                  ref={rows.measureElement}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <PriceRow
                    price={price}
                    open={open === price.id}
                    onToggle={() => onOpen(open === price.id ? undefined : price.id)}
                    actions={actions(price)}
                  />
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </div>
  );
}

function PriceRow({ price, open, onToggle, actions }: { price: Price; open: boolean; onToggle(): void; actions: ReactNode }) {
  const { input, output, cached } = headlinePrices(price);
  return (
    <div className="border-line border-b">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className={cn(columns, 'h-[35px] w-full text-left hover:bg-hover focus-visible:-outline-offset-2')}
      >
        <ChevronRight aria-hidden className={cn('size-3.5 text-faint transition-transform', open && 'rotate-90')} />
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{price.modelName}</span>
          {price.owner === 'project' && <Badge tone="accent">Own</Badge>}
          {price.tiers.length > 1 && <Badge>{price.tiers.length} tiers</Badge>}
        </span>
        <span className="text-right">
          <span className="sr-only">Input </span>
          {formatPerMillion(input)}
        </span>
        <span className="text-right text-muted">
          <span className="sr-only">Cached input </span>
          {formatPerMillion(cached)}
        </span>
        <span className="text-right">
          <span className="sr-only">Output </span>
          {formatPerMillion(output)}
        </span>
      </button>
      {open && <PriceDetail price={price} actions={actions} />}
    </div>
  );
}

function PriceDetail({ price, actions }: { price: Price; actions: ReactNode }) {
  const tiers = sortedTiers(price);
  return (
    <div className="border-line border-t bg-sunken px-11 py-3">
      <table className="text-left">
        <thead className="text-muted text-xs">
          <tr>
            <th scope="col" className="pr-8 pb-1 align-bottom font-medium">
              Usage
            </th>
            {tiers.map((tier) => (
              <th key={tier.name} scope="col" className="pr-8 pb-1 text-right align-bottom font-medium">
                {tier.name}
                {tier.conditions.length > 0 && (
                  <span className="block font-mono font-normal text-2xs text-faint">{tier.conditions.join(' and ')}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {priceLines(price).map((line) => (
            <tr key={line.usageTypes[0]}>
              <th scope="row" className="max-w-sm py-0.5 pr-8 font-normal">
                <code>{line.usageTypes[0]}</code>
                {line.usageTypes.length > 1 && (
                  <span className="block text-faint text-xs [overflow-wrap:anywhere]">
                    also {line.usageTypes.slice(1).join(', ')}
                  </span>
                )}
              </th>
              {line.byTier.map((usd, index) => (
                <td key={tiers[index]!.name} className="py-0.5 pr-8 text-right align-top">
                  {formatPerMillion(usd)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {price.tokenizer && (
        <p className="mt-2 text-muted text-xs">
          Tokens that nobody counted are estimated with the <code>{price.tokenizer}</code> tokeniser.
        </p>
      )}
      <details className="mt-2 text-muted text-xs">
        <summary className="w-fit rounded-sm hover:text-fg">Pattern</summary>
        <code className="mt-1 block [overflow-wrap:anywhere]">{price.matchPattern}</code>
      </details>
      {actions}
    </div>
  );
}

/** Which price a model name would get. */
function TryName({ onShow }: { onShow(price: Price): void }) {
  const { project } = useProject();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const match = useQuery({
    ...queryOf(matchPrice, { projectId: project.id, model: asked }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const price = asked === '' ? undefined : match.data?.price;
  return (
    <div className="flex items-end gap-4 rounded-lg border border-line bg-sunken p-3">
      <Field label="Try a model name" className="w-72 shrink-0">
        {(control) => (
          <Input
            {...control}
            placeholder="azure/gpt-4o-2024-08-06"
            spellCheck={false}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <p role="status" className="flex min-h-8 min-w-0 flex-1 items-center gap-2 text-muted">
        {asked === '' ? (
          'The name as your app sends it, with provider, region and date.'
        ) : match.isError ? (
          <span className="text-danger">{match.error.message}</span>
        ) : price ? (
          <>
            <StatusLight tone="good" />
            <span className="truncate">
              Priced as{' '}
              <button
                type="button"
                className="font-medium text-accent underline underline-offset-2"
                onClick={() => onShow(price)}
              >
                {price.modelName}
              </button>
              : {formatPerMillion(headlinePrices(price).input)} in, {formatPerMillion(headlinePrices(price).output)} out
            </span>
          </>
        ) : price === null ? (
          <>
            <StatusLight tone="waiting" /> No price fits. Its tokens are kept; its cost stays empty unless the sender gives it.
          </>
        ) : null}
      </p>
    </div>
  );
}
