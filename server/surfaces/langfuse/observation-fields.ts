import { isWholeKey } from '../../../contract/metadata.ts';
import { mapGently } from '../../lib/gently.ts';
import { listObservationRows } from '../../query/list-observations.ts';
import type { ListScope } from '../../query/list-scope.ts';
import { readTraceFacts, type TraceFacts } from '../../query/read-traces.ts';
import { isoOf, isoOrNull, orNull } from '../../query/stored-values.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { loadPrices, modelParameters, type PricesOfModel, promptLink } from './observation-body.ts';
import type { ReadDeps } from './read-routes.ts';

/** Characters of a metadata value that are shown unless its key is asked for. */
const METADATA_LENGTH = 200;

/** What a group's fields are made of. */
interface Source {
  row: ObservationRow;
  trace: TraceFacts | undefined;
  /** Keys of metadata that are shown whole, with what is below them. */
  expand: ReadonlySet<string>;
}

const seconds = (from: number, to: number | null) => (to === null ? null : (to - from) / 1e6);

/** The groups of fields that a caller may choose; `core` is always there (contract §1.3). */
const GROUPS: Record<string, (source: Source) => Record<string, unknown>> = {
  core: ({ row }) => ({
    id: row.id,
    traceId: orNull(row.trace_id),
    startTime: isoOf(row.start_time),
    endTime: isoOrNull(row.end_time),
    projectId: row.project_id,
    parentObservationId: orNull(row.parent_id),
    type: row.type,
  }),
  basic: ({ row, trace }) => ({
    name: orNull(row.name),
    level: row.level,
    statusMessage: orNull(row.status_message),
    version: orNull(row.version),
    environment: row.environment,
    bookmarked: row.bookmarked,
    public: row.public,
    userId: orNull(row.user_id || (trace?.userId ?? '')),
    sessionId: orNull(row.session_id || (trace?.sessionId ?? '')),
    isRootObservation: row.parent_id === '' || row.is_app_root,
  }),
  time: ({ row }) => ({
    completionStartTime: isoOrNull(row.completion_start_time),
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  }),
  io: ({ row }) => ({ input: orNull(row.input), output: orNull(row.output) }),
  metadata: ({ row, expand }) => ({ metadata: cutMetadata(row.metadata, expand) }),
  model: ({ row }) => ({
    model: orNull(row.model),
    providedModelName: orNull(row.model),
    internalModelId: orNull(row.price_model_id),
    modelParameters: modelParameters(row),
  }),
  usage: ({ row }) => ({
    usageDetails: row.usage_details,
    costDetails: row.cost_details,
    totalCost: row.total_cost,
    usagePricingTierName: orNull(row.price_tier_name),
  }),
  prompt: ({ row }) => promptLink(row),
  metrics: ({ row }) => ({
    latency: seconds(row.start_time, row.end_time),
    timeToFirstToken: seconds(row.start_time, row.completion_start_time),
  }),
  trace_context: ({ row, trace }) => ({
    tags: row.tags.length > 0 ? [...row.tags].sort() : (trace?.tags ?? []),
    release: orNull(row.release || (trace?.release ?? '')),
    traceName: orNull(row.trace_name || (trace?.name ?? '')),
  }),
};

/** Columns that are read only for their group. */
const ONLY_FOR: Partial<Record<string, (keyof ObservationRow)[]>> = {
  io: ['input', 'output'],
  metadata: ['metadata'],
  model: ['model_parameters'],
};
const NEVER: (keyof ObservationRow)[] = [
  'trace_input',
  'trace_output',
  'trace_metadata',
  'events',
  'links',
  'tool_definitions',
  'tool_calls',
];

function cutMetadata(flat: Record<string, string>, expand: ReadonlySet<string>): Record<string, string> {
  const whole = (path: string) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) if (expand.has(path.slice(0, end))) return true;
    return false;
  };
  return Object.fromEntries(
    Object.entries(flat)
      .filter(([path]) => !isWholeKey(path))
      .map(([path, value]) => [
        path,
        whole(path) ? value : [...value.slice(0, 2 * METADATA_LENGTH)].slice(0, METADATA_LENGTH).join(''),
      ]),
  );
}

const decimal = (price: number | undefined): string | null => {
  if (price === undefined) return null;
  const shortest = String(price);
  if (!shortest.includes('e')) return shortest;
  return price.toFixed(20).replace(/\.?0+$/, '');
};

/** Names of the groups, `core` first. */
export const OBSERVATION_GROUPS: readonly string[] = Object.keys(GROUPS);

/** Names of the fields of a group, as it makes them. */
export const fieldsOfGroup = (group: string): string[] =>
  Object.keys(GROUPS[group]!({ row: emptyObservation('', '', ''), trace: undefined, expand: new Set() }));

/** Fields of the model's prices: there always, but null unless the group `model` is asked for. */
export const PRICE_FIELDS = ['modelId', 'inputPrice', 'outputPrice', 'totalPrice'] as const;

/** What is shown when no group is chosen. */
const DEFAULT_GROUPS: readonly string[] = ['core', 'basic'];

/** The groups of a choice: unknown names are ignored, and a choice of nothing (known) is none. */
export function chosenGroups(fields: readonly string[] | undefined): readonly string[] {
  const known = (fields ?? []).filter((field) => OBSERVATION_GROUPS.includes(field));
  return known.length > 0 ? known : DEFAULT_GROUPS;
}

/** Columns that a choice of groups leaves unread. */
export const columnsWithout = (groups: readonly string[]): (keyof ObservationRow)[] => [
  ...NEVER,
  ...Object.entries(ONLY_FOR).flatMap(([group, columns]) => (groups.includes(group) ? [] : (columns ?? []))),
];

/** A page of observations with the chosen groups of fields, newest first; `nextCursor` is null on the last one. */
export async function pageOfObservations(
  deps: Pick<ReadDeps, 'store' | 'findPrices'>,
  projectId: string,
  scope: ListScope,
  page: { cursor?: string | undefined; limit: number },
  chosen: { groups: readonly string[]; expandMetadata?: readonly string[] | undefined },
): Promise<{ data: Record<string, unknown>[]; nextCursor: string | null }> {
  const groups = OBSERVATION_GROUPS.filter((group) => group === 'core' || chosen.groups.includes(group));
  const { rows, nextCursor } = await listObservationRows(deps.store, projectId, scope, page, columnsWithout(groups));
  return { data: await presentObservations(deps, projectId, rows, { ...chosen, groups }), nextCursor };
}

/** Rows as the groups of fields show them. */
export async function presentObservations(
  { store, findPrices }: Pick<ReadDeps, 'store' | 'findPrices'>,
  projectId: string,
  rows: readonly ObservationRow[],
  { groups, expandMetadata }: { groups: readonly string[]; expandMetadata?: readonly string[] | undefined },
): Promise<Record<string, unknown>[]> {
  const needsTrace = groups.includes('basic') || groups.includes('trace_context');
  const withModel = groups.includes('model');
  const [traces, pricesOf] = await Promise.all([
    needsTrace ? readTraceFacts(store, projectId, [...new Set(rows.map(({ trace_id }) => trace_id))]) : null,
    loadPrices(findPrices, projectId, withModel ? rows : []),
  ]);
  const expand = new Set(expandMetadata);
  return mapGently(rows, (row) => ({
    ...Object.assign({}, ...groups.map((group) => GROUPS[group]!({ row, trace: traces?.get(row.trace_id), expand }))),
    ...priceFields(row, withModel ? pricesOf : null),
  }));
}

function priceFields(row: ObservationRow, pricesOf: PricesOfModel | null): Record<(typeof PRICE_FIELDS)[number], string | null> {
  const prices = pricesOf?.(row);
  return {
    modelId: pricesOf ? orNull(row.price_model_id) : null,
    inputPrice: decimal(prices?.input),
    outputPrice: decimal(prices?.output),
    totalPrice: decimal(prices?.total),
  };
}
