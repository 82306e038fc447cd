import { z } from 'zod';
import { LEVELS, observationType } from '../../../../contract/observation.ts';
import { invalidRequest, notFound } from '../../../lib/errors.ts';
import { listFacets } from '../../../query/facets.ts';
import { findObservations } from '../../../query/read-observations.ts';
import { pageOfObservations, presentObservations } from '../../langfuse/observation-fields.ts';
import { anyOf, before, conditionsOf, equals, isTrue, since } from '../../langfuse/query-params.ts';
import type { ReadDeps } from '../../langfuse/read-routes.ts';
import { id, time } from '../fields.ts';
import { filterInput, readFilter } from '../filter-input.ts';
import { conditionTypes, describeColumns } from '../filter-schema.ts';
import {
  type Choice,
  chooseFields,
  DEFAULT_FIELDS,
  FIELDS_BY_GROUP,
  isLarge,
  LARGE_FIELDS,
  pick,
} from '../observation-choice.ts';
import { type Tool, type ToolCaller, tool } from '../tool.ts';
import { observationUrl } from '../urls.ts';
import { readPlace, writePlace } from '../value-cursor.ts';

const fields = z
  .array(z.string())
  .optional()
  .describe('Names of the fields wanted, or ["*"] for all. getObservationFieldSchema lists them.');
const expandMetadataKeys = z
  .array(z.string())
  .optional()
  .describe('Keys of metadata whose values are wanted whole; the others are cut to 200 characters.');

const listInput = z.object({
  fields,
  expandMetadataKeys,
  limit: z.number().int().min(1).max(100).default(50).describe('Rows of a page.'),
  cursor: z.string().optional().describe('meta.cursor of the page before.'),
  type: observationType.optional(),
  name: z.string().optional(),
  userId: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  traceId: z.string().optional(),
  version: z.string().optional(),
  parentObservationId: z.string().optional(),
  isRootObservation: z.boolean().optional().describe('Only the top steps of traces, or only the others.'),
  environment: z
    .union([z.string().transform((name) => [name]), z.array(z.string()).min(1)])
    .optional()
    .describe('One or several.'),
  fromStartTime: time.optional().describe('Started at this time or later.'),
  toStartTime: time.optional().describe('Started before this time.'),
  filter: filterInput.optional(),
});
type ListInput = z.output<typeof listInput>;

const valuesInput = z.object({
  column: z.string().describe('A column with valuesListed in getObservationFilterSchema.'),
  fromStartTime: time.optional().describe('Of observations that started at this time or later.'),
  toStartTime: time.optional().describe('Of observations that started before this time.'),
  observationType: observationType.optional().describe('Of observations of this type.'),
  isRootObservation: z.boolean().optional(),
  hasParentObservation: z.boolean().optional(),
  limit: z.number().int().min(1).max(100).default(50).describe('Values of a page.'),
  cursor: z.string().optional().describe('meta.cursor of the page before.'),
});

/** Steps of traces, and what can be asked of them (contract §1.3, §5.6, §6). */
export function observationTools(deps: Pick<ReadDeps, 'store' | 'findPrices'>): Tool[] {
  const present = (observation: Record<string, unknown>, choice: Choice, caller: ToolCaller) => ({
    ...pick(observation, choice),
    url: observationUrl(caller, String(observation.traceId ?? ''), String(observation.id)),
  });

  return [
    tool({
      name: 'listObservations',
      description:
        'List observations (the steps of traces), newest first, with the fields you choose. input, output and metadata need traceId, a filter on id or traceId, or a time range. For totals use queryMetrics, for one whole run getTrace.',
      effect: 'reads',
      input: listInput,
      async run(asked, caller) {
        const choice = chooseFields(asked.fields, DEFAULT_FIELDS);
        const filter = filterOf(asked);
        if (isLarge(choice)) requireNarrow(asked, filter);
        const { data, nextCursor } = await pageOfObservations(
          deps,
          caller.projectId,
          { filter },
          { cursor: asked.cursor, limit: asked.limit },
          { groups: choice.groups, expandMetadata: asked.expandMetadataKeys },
        );
        return {
          data: data.map((observation) => present(observation, choice, caller)),
          meta: nextCursor === null ? {} : { cursor: nextCursor },
        };
      },
    }),
    tool({
      name: 'getObservation',
      description:
        'Get one observation. All fields unless you name some; input and output come whole, however long, so name only the fields you need.',
      effect: 'reads',
      input: z.object({ observationId: id('observation'), fields, expandMetadataKeys }),
      async run({ observationId, fields: wanted, expandMetadataKeys: expandMetadata }, caller) {
        const choice = chooseFields(wanted, ['*']);
        const [row] = await findObservations(deps.store, caller.projectId, observationId);
        if (!row) throw notFound('Observation not found within authorized project');
        const [observation] = await presentObservations(deps, caller.projectId, [row], {
          groups: ['core', ...choice.groups],
          expandMetadata,
        });
        return present(observation!, choice, caller);
      },
    }),
    tool({
      name: 'getObservationFieldSchema',
      description: 'The fields that observations have, for `fields` of listObservations and getObservation.',
      effect: 'reads',
      input: z.object({}),
      run: async () => ({
        groups: Object.fromEntries(FIELDS_BY_GROUP),
        defaultOfList: DEFAULT_FIELDS,
        large: LARGE_FIELDS,
      }),
    }),
    tool({
      name: 'getObservationFilterSchema',
      description: 'The columns by which observations can be filtered, and the operators of each type of condition.',
      effect: 'reads',
      input: z.object({}),
      run: async () => ({ types: conditionTypes(), columns: describeColumns('observations') }),
    }),
    tool({
      name: 'getObservationFilterValues',
      description: 'The values that occur in a column, most frequent first, with the number of observations that have them.',
      effect: 'reads',
      expensive: true,
      input: valuesInput,
      async run(asked, { projectId }) {
        const filter = conditionsOf('observations', undefined, [
          since('startTime', asked.fromStartTime),
          before('startTime', asked.toStartTime),
          equals('type', asked.observationType),
          isTrue('isRootObservation', asked.isRootObservation),
          isTrue('hasParentObservation', asked.hasParentObservation),
        ]);
        const from = readPlace(asked.cursor);
        const to = from + asked.limit;
        const { facets, total } = await listFacets(deps.store, projectId, 'observations', { filter }, [asked.column], to + 1);
        const values = facets[0]?.values ?? [];
        return {
          column: facets[0]?.column ?? asked.column,
          data: values.slice(from, to),
          meta: { totalObservations: total, ...(values.length > to && { cursor: writePlace(to) }) },
        };
      },
    }),
  ];
}

const filterOf = (asked: ListInput) =>
  conditionsOf('observations', readFilter('observations', asked.filter), [
    equals('type', asked.type),
    equals('name', asked.name),
    equals('userId', asked.userId),
    equals('level', asked.level),
    equals('traceId', asked.traceId),
    equals('version', asked.version),
    equals('parentObservationId', asked.parentObservationId),
    isTrue('isRootObservation', asked.isRootObservation),
    anyOf('environment', asked.environment),
    since('startTime', asked.fromStartTime),
    before('startTime', asked.toStartTime),
  ]);

/** Texts of any length are read only where it is clear which ones. @throws AppError 400 */
function requireNarrow(asked: ListInput, filter: readonly { column: string; type: string; operator: string }[]): void {
  const ranged = asked.fromStartTime !== undefined || filter.some(isLowerBound);
  const named = filter.some(({ column, operator }) => ['id', 'traceId'].includes(column) && ['=', 'any of'].includes(operator));
  if (ranged || named) return;
  throw invalidRequest(
    'fields: input, output and metadata need traceId, a filter on id or traceId, or a time range from fromStartTime.',
  );
}

const isLowerBound = ({ column, type, operator }: { column: string; type: string; operator: string }) =>
  column === 'startTime' && type === 'datetime' && operator.startsWith('>');
