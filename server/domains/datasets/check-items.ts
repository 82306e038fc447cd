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

/** Says what keeps an item from a dataset, a line each. */
export type ItemCheck = (item: Content) => string[];

/**
 * Checks items against the schemas of a dataset. An item without expected output is checked as null: a schema may allow that.
 * @throws AppError 400 when a schema is none
 */
export function itemCheck({ inputSchema, expectedOutputSchema }: Schemas): ItemCheck {
  const checks: [keyof Content, SchemaCheck][] = [];
  if (inputSchema) checks.push(['input', compileSchema(inputSchema, 'inputSchema')]);
  if (expectedOutputSchema) checks.push(['expectedOutput', compileSchema(expectedOutputSchema, 'expectedOutputSchema')]);
  return (item) => checks.flatMap(([field, check]) => check(item[field]).map((line) => `${field}: ${line}`));
}

/** @throws AppError 400 that says what keeps the item from the dataset */
export function assertItem(schemas: Schemas, item: Content): void {
  const lines = itemCheck(schemas)(item);
  if (lines.length > 0) throw invalidRequest(`Dataset item does not match the schema of its dataset: ${lines.join('; ')}`);
}
