import { z } from 'zod';
import { readableTime } from '../time.ts';

const text = z.enum(['=', 'contains', 'does not contain', 'starts with', 'ends with', 'matches']);
const numeric = z.enum(['=', '>', '<', '>=', '<=']);
const equality = z.enum(['=', '<>']);
const values = z.array(z.string());

/** Texts below the keys of a map column. */
export const mapTextCondition = z.object({
  type: z.literal('stringObject'),
  column: z.string(),
  key: z.string(),
  operator: text,
  value: z.string(),
});

/** All kinds of conditions but `mapTextCondition`. */
export const otherConditions = [
  z.object({
    type: z.literal('datetime'),
    column: z.string(),
    operator: z.enum(['>', '<', '>=', '<=']),
    value: readableTime,
  }),
  z.object({ type: z.literal('string'), column: z.string(), operator: text, value: z.string() }),
  z.object({
    type: z.literal('stringOptions'),
    column: z.string(),
    operator: z.enum(['any of', 'none of']),
    value: values.min(1),
  }),
  z.object({
    type: z.literal('arrayOptions'),
    column: z.string(),
    operator: z.enum(['any of', 'none of', 'all of']),
    value: values,
  }),
  z.object({
    type: z.literal('categoryOptions'),
    column: z.string(),
    key: z.string(),
    operator: z.enum(['any of', 'none of']),
    value: values,
  }),
  z.object({ type: z.literal('number'), column: z.string(), operator: numeric, value: z.number() }),
  z.object({ type: z.literal('numberObject'), column: z.string(), key: z.string(), operator: numeric, value: z.number() }),
  z.object({ type: z.literal('booleanObject'), column: z.string(), key: z.string(), operator: equality, value: z.boolean() }),
  z.object({ type: z.literal('boolean'), column: z.string(), operator: equality, value: z.boolean() }),
  z.object({
    type: z.literal('null'),
    column: z.string(),
    operator: z.enum(['is null', 'is not null']),
    value: z.string().nullish(),
  }),
  z.object({
    type: z.literal('positionInTrace'),
    column: z.string(),
    key: z.enum(['root', 'first', 'last', 'nthFromEnd', 'nthFromStart']),
    operator: z.literal('=').default('='),
    /** Which one, from 1; only the nth ones need it. */
    value: z.number().default(1),
  }),
] as const;

/**
 * One condition of the filter language; conditions are AND-ed. The same JSON is used in URLs, in both APIs, in saved views,
 * monitors and evaluators. `column` names a column of the list being filtered, `key` a key inside a map column.
 */
export const filterCondition = z.discriminatedUnion('type', [...otherConditions, mapTextCondition]);
export type FilterCondition = z.infer<typeof filterCondition>;
export type FilterType = FilterCondition['type'];

export const filter = z.array(filterCondition);
