import { z } from 'zod';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';

export const SCORE_CONFIG_DATA_TYPES = ['NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT'] as const;
export const scoreConfigDataType = z.enum(SCORE_CONFIG_DATA_TYPES);
export type ScoreConfigDataType = z.infer<typeof scoreConfigDataType>;

/** A value that a CATEGORICAL (or BOOLEAN) score may have, and the number that stands for it. */
export const scoreCategory = z.object({ label: z.string().min(1).max(1000), value: z.number() });
export type ScoreCategory = z.infer<typeof scoreCategory>;

/** What scores of one name must look like. */
export const scoreConfig = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  dataType: scoreConfigDataType,
  isArchived: z.boolean(),
  /** Inclusive limits; NUMERIC only. */
  minValue: z.number().nullable(),
  maxValue: z.number().nullable(),
  /** CATEGORICAL and BOOLEAN only. */
  categories: z.array(scoreCategory).nullable(),
  description: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type ScoreConfig = z.infer<typeof scoreConfig>;

/** Letters and digits of any script, and `_ . ( ) -` and space (contract §1.6). */
const name = z
  .string()
  .min(1)
  .max(35)
  .regex(/^[\p{L}\p{N}_ .()-]+$/u, 'may hold letters, digits, spaces and _ . ( ) - only');

const categories = z.array(scoreCategory.extend({ label: storable.min(1).max(1000) })).max(1000);

export const createScoreConfigInput = z.object({
  name,
  dataType: scoreConfigDataType,
  categories: categories.nullish(),
  minValue: z.number().nullish(),
  maxValue: z.number().nullish(),
  description: storable.nullish(),
});
export type CreateScoreConfig = z.output<typeof createScoreConfigInput>;

/** Absent fields stay as they are; null takes a limit or the description away. */
export const updateScoreConfigInput = z
  .object({
    isArchived: z.boolean().nullish(),
    name: name.nullish(),
    categories: categories.nullish(),
    minValue: z.number().nullish(),
    maxValue: z.number().nullish(),
    description: storable.nullish(),
  })
  .refine(
    (given) => Object.values(given).some((value) => value !== undefined),
    'needs at least one of isArchived, name, categories, minValue, maxValue, description',
  );
export type UpdateScoreConfig = z.output<typeof updateScoreConfigInput>;
