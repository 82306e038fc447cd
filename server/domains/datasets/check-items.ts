import { invalidRequest } from '../../lib/errors.ts';
import { compileSchema, type SchemaCheck } from './json-schema.ts';

/** The schemas of a dataset; null or undefined where it has none. */
export interface Schemas {
  inputSchema: unknown;
  expectedOutputSchema: unknown;
}

interface Content {
  input: unknown;
  expectedOutput: unknown;
}

/** Time of a check of items, ms: for all of them together, and beside that for each. */
const TIME = { all: 500, each: 2 };

/** Says what keeps an item from a dataset, a line each. */
export type ItemCheck = (item: Content) => string[];

/**
 * Checks items against the schemas of a dataset, for one request: its time is bounded. An item without expected output is checked as null: a schema may allow that.
 * @throws AppError 400 when a schema is none
 */
export function itemCheck({ inputSchema, expectedOutputSchema }: Schemas): ItemCheck {
  const checks: [keyof Content, SchemaCheck][] = [];
  if (inputSchema) checks.push(['input', compileSchema(inputSchema, 'inputSchema')]);
  if (expectedOutputSchema) checks.push(['expectedOutput', compileSchema(expectedOutputSchema, 'expectedOutputSchema')]);
  let left = TIME.all;
  const checked = (item: Content, [field, check]: (typeof checks)[number]): string[] => {
    const begun = performance.now();
    left += TIME.each;
    const lines = check(item[field], left);
    left -= performance.now() - begun;
    return lines.map((line) => `${field}: ${line}`);
  };
  return (item) => checks.flatMap((each) => checked(item, each));
}

/** @throws AppError 400 that says what keeps the item from the dataset */
export function assertItem(check: ItemCheck, item: Content): void {
  const lines = check(item);
  if (lines.length > 0)
    throw invalidRequest(`Dataset item validation failed: it does not match the schema of its dataset: ${lines.join('; ')}`);
}
