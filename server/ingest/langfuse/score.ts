import { z } from 'zod';
import { SCORE_DATA_TYPES, scoreSource } from '../../../contract/score.ts';
import { AppError } from '../../lib/errors.ts';
import type { ScoreRow } from '../../store/analytics/rows.ts';
import { anything, environment, id, text, time } from './fields.ts';

/** Longest TEXT score (contract §2.4). */
const TEXT_LIMIT = 500;

/** A score as senders give it, every source (contract §1.5, §2.4). */
export const scoreInput = z
  .object({
    id: z.preprocess((value) => (value === '' ? undefined : value), id.nullish()),
    traceId: id.nullish(),
    sessionId: id.nullish(),
    datasetRunId: id.nullish(),
    observationId: id.nullish(),
    executionTraceId: id.nullish(),
    name: z.string().optional(),
    value: z.union([z.number(), z.string()], 'must be a number or a string'),
    dataType: z.enum(SCORE_DATA_TYPES).nullish(),
    source: scoreSource.nullish(),
    comment: text,
    metadata: anything,
    environment,
    configId: text,
    queueId: text,
    authorUserId: text,
    timestamp: time.nullish(),
  })
  .superRefine((score, context) => {
    const fail = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const targets = (['traceId', 'sessionId', 'datasetRunId'] as const).filter((key) => given(score[key]));
    if (targets.length !== 1) {
      const said = targets.length === 0 ? 'none was' : `${targets.join(' and ')} were`;
      fail(targets[1] ?? 'traceId', `exactly one of traceId, sessionId, datasetRunId must be given, ${said}`);
    }
    // SDKs write what is no finite number as its name; taken for a category it would be the number 0.
    if (
      typeof score.value === 'string' &&
      /^[+-]?(nan|inf(inity)?)$/i.test(score.value) &&
      !given(score.dataType) &&
      !given(score.configId)
    ) {
      fail('value', `${score.value} is not a finite number; a category of this name needs dataType CATEGORICAL`);
    }
    if (given(score.observationId) && !given(score.traceId)) fail('observationId', 'may only be given together with traceId');
    if (score.dataType === 'CORRECTION') {
      if (given(score.configId)) fail('configId', 'a CORRECTION has no config');
      if (!given(score.traceId)) fail('traceId', 'a CORRECTION belongs to a trace or one of its observations');
    } else if ((score.name ?? '') === '') {
      fail('name', 'must not be empty');
    }
    if (score.source === 'ANNOTATION' && score.dataType !== 'CORRECTION' && !given(score.configId)) {
      fail('configId', 'an ANNOTATION needs the config of its score');
    }
  });

/** The same as an event of the batch protocol: there a score is of source API and has no author, whatever it says (contract §2.4). */
export const scoreEventInput = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null) return value;
  const { source: _source, authorUserId: _author, executionTraceId: _trace, ...rest } = value as Record<string, unknown>;
  return rest;
}, scoreInput);

export type ScoreInput = z.output<typeof scoreInput>;
export type ScoreDataType = ScoreRow['data_type'];

/**
 * What is kept of a `score-create`: whole, so that its row needs no further rule. `value` and `stringValue` are as in `ScoreRow`
 * (`stringValue` empty for NUMERIC). Keys that were not given are absent.
 */
export interface ScoreBody
  extends Pick<
    ScoreInput,
    | 'traceId'
    | 'sessionId'
    | 'datasetRunId'
    | 'observationId'
    | 'executionTraceId'
    | 'comment'
    | 'metadata'
    | 'environment'
    | 'configId'
    | 'queueId'
    | 'authorUserId'
    | 'timestamp'
  > {
  id: string;
  name: string;
  dataType: ScoreDataType;
  value: number | null;
  stringValue: string;
  source: ScoreRow['source'];
}

/** What a score config demands. Numbers are inclusive limits. */
export interface ScoreConfigRule {
  name: string;
  dataType: Exclude<ScoreDataType, 'CORRECTION'>;
  isArchived: boolean;
  minValue?: number | null;
  maxValue?: number | null;
  categories?: readonly { label: string; value: number }[] | null;
}

/** Finds the config of a project's score, or null when there is none. */
export type FindScoreConfig = (projectId: string, configId: string) => Promise<ScoreConfigRule | null> | ScoreConfigRule | null;

const given = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined && value !== '';

const broken = (field: string, message: string) =>
  new AppError(400, 'InvalidRequestError', `${field}: ${message}`, { details: [{ code: 'custom', path: [field], message }] });

/** A broken rule of a config: told apart from a broken schema for the counters. */
export class ScoreConfigError extends AppError {
  constructor(field: string, message: string) {
    super(400, 'InvalidRequestError', `${field}: ${message}`, { details: [{ code: 'custom', path: [field], message }] });
  }
}

/**
 * Applies the rules of contract §2.4: the data type from the config, else from the value; the value in the form that is kept; the
 * config's name, range and categories. Unlike the original, a score that breaks its config is refused in the answer. A score without
 * an id gets `fallbackId`.
 * @throws AppError 400 naming the field; 404 when there is no such config
 */
export async function settleScore(
  score: ScoreInput,
  fallbackId: string,
  projectId: string,
  findScoreConfig: FindScoreConfig,
): Promise<ScoreBody> {
  const config = given(score.configId) ? await findScoreConfig(projectId, score.configId) : null;
  if (given(score.configId) && config === null) {
    throw new AppError(404, 'LangfuseNotFoundError', `configId: there is no score config ${JSON.stringify(score.configId)}`);
  }
  const { value, name, dataType: _dataType, source, ...rest } = score;
  const dataType = score.dataType ?? config?.dataType ?? (typeof value === 'number' ? 'NUMERIC' : 'CATEGORICAL');
  if (config?.isArchived) throw new ScoreConfigError('configId', `the score config "${config.name}" is archived`);
  if (config && config.dataType !== dataType) {
    throw new ScoreConfigError('dataType', `must be ${config.dataType} as in the score config "${config.name}", is ${dataType}`);
  }
  return {
    ...rest,
    id: score.id ?? fallbackId,
    name: dataType === 'CORRECTION' ? 'output' : (config?.name ?? name ?? ''),
    dataType,
    source: source ?? 'API',
    ...settleValue(dataType, value, config),
  };
}

function settleValue(
  dataType: ScoreDataType,
  value: number | string,
  config: ScoreConfigRule | null,
): Pick<ScoreBody, 'value' | 'stringValue'> {
  if (dataType === 'NUMERIC') {
    if (typeof value !== 'number') throw broken('value', 'must be a number for a NUMERIC score');
    if (given(config?.minValue) && value < config.minValue) {
      throw new ScoreConfigError('value', `${value} is below ${config.minValue}, the least of the score config "${config.name}"`);
    }
    if (given(config?.maxValue) && value > config.maxValue) {
      throw new ScoreConfigError('value', `${value} is above ${config.maxValue}, the most of the score config "${config.name}"`);
    }
    return { value, stringValue: '' };
  }
  if (dataType === 'BOOLEAN') {
    if (value !== 0 && value !== 1) throw broken('value', 'must be 0 or 1 for a BOOLEAN score');
    return { value, stringValue: value === 1 ? 'True' : 'False' };
  }
  if (typeof value !== 'string') throw broken('value', `must be a string for a ${dataType} score`);
  if (dataType === 'CORRECTION') return { value: 0, stringValue: value };
  if (dataType === 'TEXT') {
    if (value.length < 1 || value.length > TEXT_LIMIT)
      throw broken('value', `must have 1 to ${TEXT_LIMIT} characters for a TEXT score`);
    return { value: null, stringValue: value };
  }
  if (!config) return { value: 0, stringValue: value };
  const category = config.categories?.find(({ label }) => label === value);
  if (!category) {
    const known = (config.categories ?? []).map(({ label }) => JSON.stringify(label)).join(', ');
    throw new ScoreConfigError('value', `is none of the categories of the score config "${config.name}": ${known}`);
  }
  return { value: category.value, stringValue: value };
}
