import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { LEVELS } from '../../../contract/observation.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { listObservationRows } from '../../query/list-observations.ts';
import { readTraceFacts, type TraceFacts } from '../../query/read-traces.ts';
import { isoOf, isoOrNull, orNull } from '../../query/stored-values.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { loadPrices, modelParameters, promptLink } from './observation-body.ts';
import {
  advanced,
  anyOf,
  before,
  commaTexts,
  conditionsOf,
  equals,
  flag,
  isTrue,
  option,
  since,
  text,
  texts,
  time,
} from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  fields: commaTexts,
  expandMetadata: commaTexts,
  limit: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(0).max(1000).default(50)),
  cursor: text,
  parseIoAsJson: flag,
  name: text,
  userId: text,
  sessionId: text,
  type: text,
  traceId: text,
  level: option(LEVELS),
  parentObservationId: text,
  isRootObservation: flag,
  environment: texts,
  fromStartTime: time,
  toStartTime: time,
  version: text,
  filter: advanced,
});

/** Characters of a metadata value that are shown unless its key is asked for. */
const METADATA_LENGTH = 200;

/** What a group's fields are made of. */
interface Source {
  row: ObservationRow;
  trace: TraceFacts | undefined;
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
    Object.entries(flat).map(([path, value]) => [path, whole(path) ? value : [...value].slice(0, METADATA_LENGTH).join('')]),
  );
}

const decimal = (price: number | undefined): string | null => {
  if (price === undefined) return null;
  const shortest = String(price);
  if (!shortest.includes('e')) return shortest;
  return price.toFixed(20).replace(/\.?0+$/, '');
};

/** Observations of the Langfuse API, second version: cursor pages, groups of fields, texts as stored (contract §1.3). */
export function observationV2Routes({ access, store, findPrices }: ReadDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/v2/observations', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      if (params.parseIoAsJson) {
        throw invalidRequest('parseIoAsJson=true is not supported: input and output are returned as they were stored.');
      }
      const filter = conditionsOf('observations', params.filter, [
        equals('name', params.name),
        equals('userId', params.userId),
        equals('sessionId', params.sessionId),
        equals('type', params.type),
        equals('traceId', params.traceId),
        equals('level', params.level),
        equals('parentObservationId', params.parentObservationId),
        isTrue('isRootObservation', params.isRootObservation),
        anyOf('environment', params.environment),
        since('startTime', params.fromStartTime),
        before('startTime', params.toStartTime),
        equals('version', params.version),
      ]);
      const asked = params.fields ?? ['core', 'basic'];
      const groups = Object.keys(GROUPS).filter((group) => group === 'core' || asked.includes(group));
      const without = [
        ...NEVER,
        ...Object.entries(ONLY_FOR).flatMap(([group, columns]) => (groups.includes(group) ? [] : (columns ?? []))),
      ];
      const { rows, nextCursor } = await listObservationRows(
        store,
        projectId,
        { filter },
        { cursor: params.cursor, limit: params.limit },
        without,
      );
      const needsTrace = groups.includes('basic') || groups.includes('trace_context');
      const withModel = groups.includes('model');
      const [traces, pricesOf] = await Promise.all([
        needsTrace ? readTraceFacts(store, projectId, [...new Set(rows.map(({ trace_id }) => trace_id))]) : null,
        loadPrices(findPrices, projectId, withModel ? rows : []),
      ]);
      const expand = new Set(params.expandMetadata);
      const data = rows.map((row) => {
        const source = { row, trace: traces?.get(row.trace_id), expand };
        const prices = withModel ? pricesOf(row) : null;
        return {
          ...Object.assign({}, ...groups.map((group) => GROUPS[group]!(source))),
          modelId: withModel ? orNull(row.price_model_id) : null,
          inputPrice: decimal(prices?.input),
          outputPrice: decimal(prices?.output),
          totalPrice: decimal(prices?.total),
        };
      });
      return { data, meta: nextCursor === null ? {} : { cursor: nextCursor } };
    });
  };
}
