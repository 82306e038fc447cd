import { z } from 'zod';
import { isStorable, storable } from './storable.ts';
import { givenTime } from './time.ts';

const SEARCHES = ['contains', 'does not contain', 'starts with', 'ends with'] as const;
const texts = z.array(storable).min(1).max(1000);

/** `%` and `_` stand for anything, `\` takes that from the character after it: so there must be one. */
const searchable = (value: string) => /(?:^|[^\\])(?:\\\\)*$/.test(value);
const endsWithEscape = 'must not end with a single \\';

/**
 * One condition on a version of a prompt; conditions are AND-ed. Equality minds the case; searches do not, and know `%` and `_` as SQL
 * patterns do. `config` is one key of the version's configuration. As the SDKs of version 5 describe it.
 */
export const promptCondition = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('string'),
      column: z.enum(['id', 'name', 'type']),
      operator: z.enum(['=', ...SEARCHES, 'is not empty']),
      value: storable,
    }),
    z.object({
      type: z.literal('stringOptions'),
      column: z.enum(['id', 'name', 'type']),
      operator: z.enum(['any of', 'none of']),
      value: texts,
    }),
    z.object({
      type: z.literal('number'),
      column: z.enum(['version']),
      operator: z.enum(['=', '>', '<', '>=', '<=']),
      value: z.number(),
    }),
    z.object({
      type: z.literal('datetime'),
      column: z.enum(['createdAt', 'updatedAt']),
      operator: z.enum(['>', '<', '>=', '<=']),
      value: givenTime,
    }),
    z.object({
      type: z.literal('arrayOptions'),
      column: z.enum(['labels', 'tags']),
      operator: z.enum(['any of', 'all of', 'none of']),
      value: texts,
    }),
    z.object({
      type: z.literal('stringObject'),
      column: z.enum(['config']),
      key: z.string().min(1).max(200).refine(isStorable, 'must be valid Unicode without the character NUL'),
      operator: z.enum(['=', ...SEARCHES, 'is set', 'is not set']),
      value: storable,
    }),
  ])
  .superRefine((condition, context) => {
    const { operator, value } = condition;
    if (typeof value !== 'string' || !(SEARCHES as readonly string[]).includes(operator) || searchable(value)) return;
    context.addIssue({ code: 'custom', path: ['value'], message: endsWithEscape });
  });
export type PromptCondition = z.output<typeof promptCondition>;

export const promptConditions = z.array(promptCondition).max(100);
