import { z } from 'zod';
import { type ColumnKind, findColumn, type ListName } from '../../../contract/filter/columns.ts';
import { type FilterCondition, type FilterType, filterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest } from '../../lib/errors.ts';

/** A condition as a tool takes it: the type may be left out, the column decides it. */
export const filterInput = z
  .array(
    z.object({
      column: z.string().describe('Name of a column.'),
      operator: z.string().describe('=, contains, any of, >, is null, … as the type of the column allows.'),
      value: z
        .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
        .optional()
        .describe('A list for "any of", "none of" and "all of"; an ISO-8601 time for columns of time; nothing for "is null".'),
      type: z.string().optional().describe('Type of the condition; follows from the column when absent.'),
      key: z.string().optional().describe('Key inside metadata or name of a score, for columns that have keys.'),
    }),
  )
  .describe('Conditions, all of which must hold. getObservationFilterSchema describes the columns.');
export type FilterInput = z.output<typeof filterInput>;

/**
 * Conditions on a list, with their types.
 * @throws AppError 400 that names an unknown column or what does not fit
 */
export function readFilter(list: ListName, given: FilterInput | undefined): FilterCondition[] {
  return readConditions('filter', given, (condition, place) => {
    const column = findColumn(list, condition.column);
    if (!column) throw invalidRequest(`${place}.column: Unknown column "${condition.column}" of ${list}.`);
    return typeFor(column.kind, condition);
  });
}

/** As `readFilter` where others than the columns of the list may be named: their type follows from the value. @throws AppError 400 */
export const readLooseFilter = (field: string, list: ListName, given: FilterInput | undefined): FilterCondition[] =>
  readConditions(field, given, (condition) => {
    const column = findColumn(list, condition.column);
    return column ? typeFor(column.kind, condition) : typeByValue(condition);
  });

/**
 * @param field under which the conditions were given, for messages
 * @param typeOf type of a condition that does not say it
 * @throws AppError 400 that names what does not fit
 */
export function readConditions(
  field: string,
  given: FilterInput | undefined,
  typeOf: (condition: FilterInput[number], place: string) => FilterType,
): FilterCondition[] {
  return (given ?? []).map((condition, index) => {
    const type = condition.type ?? typeOf(condition, `${field}[${index}]`);
    const value = condition.value ?? (type === 'positionInTrace' ? 1 : undefined);
    const read = filterCondition.safeParse({ ...condition, type, ...(value !== undefined && { value }) });
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const place = issue?.path.length ? `.${issue.path.join('.')}` : '';
    throw invalidRequest(`${field}[${index}]${place}: ${issue?.message} (a condition of type ${type})`);
  });
}

export function typeByValue({ operator, value }: FilterInput[number]): FilterType {
  if (operator === 'is null' || operator === 'is not null') return 'null';
  if (Array.isArray(value)) return 'stringOptions';
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string';
}

function typeFor(kind: ColumnKind, { operator, value, key }: FilterInput[number]): FilterType {
  if (operator === 'is null' || operator === 'is not null') return 'null';
  switch (kind) {
    case 'text':
      return Array.isArray(value) ? 'stringOptions' : 'string';
    case 'texts':
      return 'arrayOptions';
    case 'number':
      return 'number';
    case 'time':
      return 'datetime';
    case 'boolean':
      return 'boolean';
    case 'textMap':
      return typeof value === 'number' ? 'numberObject' : 'stringObject';
    case 'numberMap':
      return 'numberObject';
    case 'categoryMap':
      // Without a key: "name:value", one text for both.
      return key === undefined ? 'arrayOptions' : 'categoryOptions';
    case 'booleanMap':
      return 'booleanObject';
    case 'position':
      return 'positionInTrace';
  }
}
