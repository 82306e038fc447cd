import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { Experiment, ExperimentItem, Experiments, Scored } from '../../domains/experiments/index.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { microsOf } from '../../query/conditions.ts';
import { advanced, anyOf, commaTexts, text, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { SCORE_V3_FIELDS, scoreV3Body } from './score-body.ts';

export const EXPERIMENT_FIELDS = ['core', 'metadata', 'scores'] as const;
export const ITEM_FIELDS = ['core', 'dataset', 'io', 'metadata', 'itemMetadata', 'experimentMetadata', 'scores'] as const;

/** A number up to `most`, 50 unless another is asked for. */
const upTo = (most: number) =>
  z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(1).max(most).default(50));

const common = {
  limit: upTo(100),
  scoreLimit: upTo(50),
  cursor: text,
  fromStartTime: time.pipe(z.string('fromStartTime is required')),
  toStartTime: time,
  filter: advanced,
};

const experimentParams = z.object({
  ...common,
  fields: commaTexts.pipe(z.array(z.enum(EXPERIMENT_FIELDS)).default(['core'])),
  id: commaTexts,
  name: commaTexts,
  datasetId: commaTexts,
});

const itemParams = z.object({
  ...common,
  fields: commaTexts.pipe(z.array(z.enum(ITEM_FIELDS)).default(['core', 'dataset'])),
  experimentId: commaTexts,
  experimentName: commaTexts,
  experimentItemId: commaTexts,
  datasetId: commaTexts,
});

/** Names of columns on the wire, and what the domain calls them. */
export const EXPERIMENT_COLUMNS = { id: 'experimentId', name: 'experimentName', datasetId: 'datasetId' };
export const ITEM_COLUMNS = {
  experimentId: 'experimentId',
  experimentName: 'experimentName',
  experimentItemId: 'experimentItemId',
  datasetId: 'datasetId',
};

type Params = { fromStartTime: string; toStartTime?: string | undefined; filter?: FilterCondition[] | undefined };

/**
 * What a list is narrowed to. A condition of the filter replaces the simple parameter on its column.
 * @throws AppError 400 for a column that there is not
 */
export function experimentScope(
  { fromStartTime, toStartTime, filter = [] }: Params,
  columns: Record<string, string>,
  simple: (FilterCondition | undefined)[],
) {
  for (const { column } of filter) {
    if (Object.hasOwn(columns, column)) continue;
    throw invalidRequest(`filter: there is no column "${column}" here. Columns: ${Object.keys(columns).join(', ')}.`);
  }
  const named = new Set(filter.map(({ column }) => column));
  const conditions = [...filter, ...simple.filter((one) => one !== undefined).filter(({ column }) => !named.has(column))];
  return {
    from: microsOf(fromStartTime),
    to: toStartTime === undefined ? undefined : microsOf(toStartTime),
    conditions: conditions.map((condition) => ({ ...condition, column: columns[condition.column]! })),
  };
}

const meta = (nextCursor: string | null) => (nextCursor === null ? {} : { cursor: nextCursor });
const ALL_SCORE_FIELDS: ReadonlySet<string> = new Set(SCORE_V3_FIELDS);

export function experimentBody(projectId: string, { metadata, scores, ...core }: Scored<Experiment>, fields: readonly string[]) {
  return {
    ...core,
    ...(fields.includes('metadata') && { metadata }),
    ...(fields.includes('scores') && { scores: scores.map((score) => scoreV3Body(projectId, score, ALL_SCORE_FIELDS)) }),
  };
}

export function itemBody(projectId: string, item: Scored<ExperimentItem>, fields: readonly string[]) {
  const { experimentDatasetId, experimentItemVersion, input, output, expectedOutput, metadata, scores, ...rest } = item;
  const { experimentItemMetadata, experimentMetadata, experimentDescription, ...core } = rest;
  return {
    ...core,
    ...(fields.includes('dataset') && { experimentDatasetId, experimentItemVersion }),
    ...(fields.includes('io') && { input, output, expectedOutput }),
    ...(fields.includes('metadata') && { metadata }),
    ...(fields.includes('itemMetadata') && { experimentItemMetadata }),
    ...(fields.includes('experimentMetadata') && { experimentMetadata, experimentDescription }),
    ...(fields.includes('scores') && { scores: scores.map((score) => scoreV3Body(projectId, score, ALL_SCORE_FIELDS)) }),
  };
}

/** Experiments and their items in the Langfuse API (contract §1.9). */
export function experimentRoutes(deps: { access: ReadDeps['access']; experiments: Experiments }): FastifyPluginAsync {
  const { access, experiments } = deps;
  return async (fastify) => {
    fastify.get('/experiments', async (request) => {
      const projectId = await projectOf(access, request);
      const { fields, id, name, datasetId, ...asked } = experimentParams.parse(request.query);
      const scope = experimentScope(asked, EXPERIMENT_COLUMNS, [
        anyOf('id', id),
        anyOf('name', name),
        anyOf('datasetId', datasetId),
      ]);
      const scoreLimit = fields.includes('scores') ? asked.scoreLimit : undefined;
      const { data, nextCursor } = await experiments.list(projectId, scope, { ...asked, scoreLimit });
      return { data: data.map((one) => experimentBody(projectId, one, fields)), meta: meta(nextCursor) };
    });

    fastify.get('/experiment-items', async (request) => {
      const projectId = await projectOf(access, request);
      const { fields, ...asked } = itemParams.parse(request.query);
      const scope = experimentScope(asked, ITEM_COLUMNS, [
        anyOf('experimentId', asked.experimentId),
        anyOf('experimentName', asked.experimentName),
        anyOf('experimentItemId', asked.experimentItemId),
        anyOf('datasetId', asked.datasetId),
      ]);
      const scoreLimit = fields.includes('scores') ? asked.scoreLimit : undefined;
      const { data, nextCursor } = await experiments.listItems(projectId, scope, { ...asked, scoreLimit });
      return { data: data.map((item) => itemBody(projectId, item, fields)), meta: meta(nextCursor) };
    });
  };
}
