import { z } from 'zod';
import { checkConditions, findColumn, type ListName } from '../../../contract/filter/columns.ts';
import { type FilterCondition, filter as filterSchema } from '../../../contract/filter/condition.ts';
import { storable } from '../../../contract/storable.ts';
import { givenTime, readableTime } from '../../../contract/time.ts';
import { invalidRequest } from '../../lib/errors.ts';

/** An empty value counts as absent (contract §0.3). */
const absentIfEmpty = (value: unknown) => (value === '' ? undefined : value);

/** A parameter that stands once; of a repeated one the last counts. */
const once = (value: unknown) => absentIfEmpty(Array.isArray(value) ? value[value.length - 1] : value);

export const text = z.preprocess(once, z.string().optional());

/** As `text`, for what the metadata store is asked. */
export const storableText = z.preprocess(once, storable.optional());

/** A list by repetition. */
export const texts = z.preprocess((value) => {
  const list = (Array.isArray(value) ? value : [value]).filter((each) => each !== undefined && each !== '');
  return list.length > 0 ? list : undefined;
}, z.array(z.string()).optional());

/** A list by repetition or by commas. */
export const commaTexts = z.preprocess((value) => {
  const list = (Array.isArray(value) ? value : [value])
    .flatMap((each) => (typeof each === 'string' ? each.split(',') : [each]))
    .map((each) => (typeof each === 'string' ? each.trim() : each))
    .filter((each) => each !== undefined && each !== '');
  return list.length > 0 ? list : undefined;
}, z.array(z.string()).optional());

/** ISO-8601 with `Z` or an offset. */
export const time = z.preprocess(once, givenTime.optional());

/** As `time`, in any form that JavaScript reads. */
export const anyTime = z.preprocess(once, readableTime.optional());

export const number = z.preprocess(once, z.coerce.number().optional());

export const flag = z.preprocess(
  once,
  z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
);

export const option = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.preprocess(once, z.enum(values).optional());

/** `page` from 1, `limit` 1 to 100; outside is a 400, not a clamp. */
export const pageParams = {
  page: z.preprocess(once, z.coerce.number().int().min(1).default(1)),
  limit: z.preprocess(once, z.coerce.number().int().min(1).max(100).default(50)),
};

/** Advanced filter: JSON text of a list of conditions. What is wrong with one is said with its place in the list and its column. */
export const advanced = z.preprocess(
  once,
  z
    .string()
    .transform((text, context) => {
      const given = readJson(text);
      if (!Array.isArray(given)) {
        context.addIssue({ code: 'custom', message: 'filter must be a JSON array of conditions' });
        return z.NEVER;
      }
      const parsed = filterSchema.safeParse(given);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues) {
        const message = `${conditionAt(given, issue.path)}: ${issue.message}`;
        context.issues.push({ ...issue, input: given, message } as z.core.$ZodRawIssue);
      }
      return z.NEVER;
    })
    .optional(),
);

/** Undefined for what is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `filter[1] (column "name")`. */
function conditionAt(filter: readonly unknown[], path: readonly PropertyKey[]): string {
  const condition: unknown = filter[Number(path[0])];
  const column = typeof condition === 'object' && condition !== null && 'column' in condition ? condition.column : undefined;
  return `filter[${String(path[0])}]${typeof column === 'string' ? ` (column "${column.slice(0, 100)}")` : ''}`;
}

/** `meta` of a numbered page. */
export const pageMeta = (page: number, limit: number, totalItems: number) => ({
  page,
  limit,
  totalItems,
  totalPages: Math.ceil(totalItems / limit),
});

/**
 * Conditions of a request: those of the advanced filter, and those of the simple parameters on columns that it does not name.
 * @throws AppError 400 that names an unknown column or one that the condition does not fit
 */
export function conditionsOf(
  list: ListName,
  advancedFilter: readonly FilterCondition[] | undefined,
  simple: readonly (FilterCondition | undefined)[],
): FilterCondition[] {
  const given = advancedFilter ?? [];
  const problem = checkConditions(list, given) ?? wordless(given);
  if (problem) throw invalidRequest(problem);
  const named = new Set<string | undefined>(given.map(({ column }) => findColumn(list, column)?.id));
  return [...given, ...simple.filter((condition) => condition !== undefined).filter(({ column }) => !named.has(column))];
}

/** `matches` looks for words: which condition has none; null: none has none. */
function wordless(conditions: readonly FilterCondition[]): string | null {
  const at = conditions.findIndex(
    ({ operator, ...condition }) =>
      operator === 'matches' && 'value' in condition && !/[\p{L}\p{N}]/u.test(String(condition.value)),
  );
  if (at === -1) return null;
  return `filter[${at}]: "matches" needs a value with at least one word.`;
}

/** Conditions of simple parameters; undefined for absent ones. */
export const equals = (column: string, value: string | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'string', column, operator: '=', value };

export const anyOf = (column: string, value: string[] | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'stringOptions', column, operator: 'any of', value };

export const allOf = (column: string, value: string[] | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'arrayOptions', column, operator: 'all of', value };

export const since = (column: string, value: string | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'datetime', column, operator: '>=', value };

export const before = (column: string, value: string | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'datetime', column, operator: '<', value };

export const isTrue = (column: string, value: boolean | undefined): FilterCondition | undefined =>
  value === undefined ? undefined : { type: 'boolean', column, operator: '=', value };
