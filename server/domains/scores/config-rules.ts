import type { ScoreCategory, ScoreConfig } from '../../../contract/score-config.ts';
import { AppError } from '../../lib/errors.ts';

/** What the rules look at. */
export type ConfigShape = Pick<ScoreConfig, 'dataType' | 'minValue' | 'maxValue' | 'categories'>;

/** The two answers of a BOOLEAN score; nobody chooses others. */
export const BOOLEAN_CATEGORIES: readonly ScoreCategory[] = [
  { label: 'True', value: 1 },
  { label: 'False', value: 0 },
];

interface Problem {
  field: 'minValue' | 'maxValue' | 'categories';
  message: string;
}

/** What is wrong with a config, by contract §1.6; null when nothing is. For BOOLEAN `categories` are those that its author gave. */
export function findProblem(config: ConfigShape): Problem | null {
  const { dataType, minValue, maxValue } = config;
  const categories = config.categories ?? [];
  if (dataType === 'NUMERIC') {
    if (categories.length > 0) return { field: 'categories', message: 'a NUMERIC score has a range, not categories' };
    if (minValue !== null && maxValue !== null && minValue >= maxValue) {
      return { field: 'maxValue', message: 'must be greater than minValue' };
    }
    return null;
  }
  if (minValue !== null) return { field: 'minValue', message: `a ${dataType} score has no range` };
  if (maxValue !== null) return { field: 'maxValue', message: `a ${dataType} score has no range` };
  if (dataType !== 'CATEGORICAL') {
    if (categories.length === 0) return null;
    const message = dataType === 'BOOLEAN' ? 'a BOOLEAN score is True or False, nothing else' : 'a TEXT score has no categories';
    return { field: 'categories', message };
  }
  if (categories.length === 0) return { field: 'categories', message: 'a CATEGORICAL score needs at least one category' };
  for (const key of ['label', 'value'] as const) {
    const repeated = firstRepeated(categories.map((category) => category[key]));
    if (repeated !== undefined) {
      return { field: 'categories', message: `${key}s must be unique, ${JSON.stringify(repeated)} is there twice` };
    }
  }
  return null;
}

/** @throws AppError 400 naming the field */
export function requireValid(config: ConfigShape): void {
  const problem = findProblem(config);
  if (!problem) return;
  const { field, message } = problem;
  throw new AppError(400, 'InvalidRequestError', `${field}: ${message}`, {
    details: [{ code: 'custom', path: [field], message }],
  });
}

function firstRepeated<T>(values: readonly T[]): T | undefined {
  const seen = new Set<T>();
  return values.find((value) => seen.size === seen.add(value).size);
}
