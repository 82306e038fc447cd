import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { SCORE_DATA_TYPES, SCORE_SOURCES } from '../../../contract/score.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { listScores, type ScoreScope } from '../../query/list-scores.ts';
import { anyOf, anyTime, before, commaTexts, conditionsOf, number, since, text } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { SCORE_V3_FIELDS, scoreV3Body } from './score-body.ts';

/** A list by commas of which every element is one of `values`, whatever its case. */
const oneOrMore = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  commaTexts.transform((list) => list?.map((each) => each.toUpperCase())).pipe(z.array(z.enum(values)).optional());

/** Parameters of the second version that the third knows no more: without a value they are as if absent. */
const FORMER = ['userId', 'traceTags'];
const withoutEmptyFormer = (query: unknown) =>
  Object.fromEntries(Object.entries(query as object).filter(([name, value]) => value !== '' || !FORMER.includes(name)));

/** Unknown parameters are refused (contract §1.5, §8.17). */
const known = z.strictObject({
  limit: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(1).max(100).default(50)),
  cursor: text,
  fields: commaTexts.pipe(z.array(z.enum(SCORE_V3_FIELDS)).optional()),
  id: commaTexts,
  name: commaTexts,
  source: oneOrMore(SCORE_SOURCES),
  dataType: oneOrMore(SCORE_DATA_TYPES),
  environment: commaTexts,
  configId: commaTexts,
  queueId: commaTexts,
  authorUserId: commaTexts,
  value: commaTexts,
  valueMin: number,
  valueMax: number,
  traceId: commaTexts,
  sessionId: commaTexts,
  observationId: commaTexts,
  experimentId: commaTexts,
  fromTimestamp: anyTime,
  toTimestamp: anyTime,
});
const params = z.preprocess(withoutEmptyFormer, known);
type Params = z.output<typeof params>;

/** Reads of scores, third version (contract §1.5). */
export function scoreV3Routes({ access, store }: ReadDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/v3/scores', async (request) => {
      const projectId = await projectOf(access, request);
      const asked = params.parse(request.query);
      const { scores, nextCursor } = await listScores(store, projectId, scoreV3Scope(asked), asked);
      // Groups are added to the core, which is all that comes without them: so the clients say of `fields`.
      const fields = new Set<string>(asked.fields);
      return {
        data: scores.map((score) => scoreV3Body(projectId, score, fields)),
        meta: { limit: asked.limit, ...(nextCursor !== null && { cursor: nextCursor }) },
      };
    });
  };
}

/** What the third version can be asked for, all optional. */
export type ScoreV3Query = Partial<Omit<Params, 'limit' | 'cursor' | 'fields'>>;

/** @throws AppError 400 for what does not go together, or a value that is none of its data type */
export function scoreV3Scope(asked: ScoreV3Query): ScoreScope {
  const subjects = [asked.traceId, asked.sessionId, asked.experimentId].filter((id) => id !== undefined);
  if (subjects.length > 1) throw invalidRequest('traceId, sessionId and experimentId exclude each other.');
  if (asked.observationId !== undefined && asked.traceId === undefined) throw invalidRequest('observationId needs traceId.');
  const values = valuesOf(asked);
  return {
    filter: conditionsOf('scores', undefined, [
      anyOf('name', asked.name),
      anyOf('source', asked.source),
      anyOf('dataType', asked.dataType),
      anyOf('environment', asked.environment),
      anyOf('traceId', asked.traceId),
      anyOf('sessionId', asked.sessionId),
      anyOf('observationId', asked.observationId),
      since('timestamp', asked.fromTimestamp),
      before('timestamp', asked.toTimestamp),
      anyOf('stringValue', values.texts),
    ]),
    ids: asked.id,
    configIds: asked.configId,
    queueIds: asked.queueId,
    authorUserIds: asked.authorUserId,
    datasetRunIds: asked.experimentId,
    values: values.numbers,
    valueMin: asked.valueMin,
    valueMax: asked.valueMax,
  };
}

/** `value` means numbers, true/false or categories, by the one data type that must be given with it. */
function valuesOf(asked: ScoreV3Query): { numbers?: number[]; texts?: string[] } {
  const [dataType, ...others] = asked.dataType ?? [];
  const only = others.length === 0 ? dataType : undefined;
  if ((asked.valueMin !== undefined || asked.valueMax !== undefined) && only !== 'NUMERIC') {
    throw invalidRequest('valueMin and valueMax need dataType=NUMERIC.');
  }
  if (asked.value === undefined) return {};
  if (only === 'CATEGORICAL') return { texts: asked.value };
  if (only === 'NUMERIC') {
    const numbers = asked.value.map(Number);
    if (numbers.some((value) => !Number.isFinite(value))) throw invalidRequest('value must be numbers for dataType=NUMERIC.');
    return { numbers };
  }
  if (only === 'BOOLEAN') {
    const numbers = asked.value.map((value) => ({ true: 1, false: 0 })[value.toLowerCase()]);
    if (numbers.includes(undefined)) throw invalidRequest('value must be true or false for dataType=BOOLEAN.');
    return { numbers: numbers as number[] };
  }
  throw invalidRequest('value needs exactly one dataType of NUMERIC, BOOLEAN and CATEGORICAL.');
}
