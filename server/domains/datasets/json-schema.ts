import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { invalidRequest } from '../../lib/errors.ts';

/** A schema is code that runs in our process: no more of it than anybody needs. */
const MAX_SCHEMA_CHARACTERS = 200_000;

/** Says what is wrong with a value, a line each; empty when nothing is. */
export type SchemaCheck = (value: unknown) => string[];

/**
 * Patterns inside schemas come from users as well: RE2 takes linear time on whatever they say.
 * `code` is what the compiler would write into a stand-alone module, which nobody makes.
 */
const linearTime = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  { code: 're2' },
);

const ajv = new Ajv2020({
  strict: false,
  // One of each is enough to say; collecting all would let a long value cost us a long answer.
  allErrors: false,
  // Schemas of different projects may bear the same `$id`.
  addUsedSchema: false,
  logger: false,
  code: { regExp: linearTime },
});
addFormats.default(ajv);

/**
 * Compiles a JSON Schema of draft 2020-12. References to other documents are not followed.
 * @param field which one it is, for the message
 * @throws AppError 400 that says why the schema is none
 */
export function compileSchema(schema: unknown, field: string): SchemaCheck {
  const refuse = (why: string) => invalidRequest(`${field} is not a valid JSON Schema (draft 2020-12): ${why}`);
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS) throw refuse(`longer than ${MAX_SCHEMA_CHARACTERS} characters`);
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema as object);
  } catch (error) {
    throw refuse((error as Error).message);
  } finally {
    ajv.removeSchema(schema as object);
  }
  if ('$async' in validate) throw refuse('$async is not supported');
  return (value) => {
    try {
      if (validate(value)) return [];
    } catch (error) {
      // A schema that refers to itself without end.
      return [`cannot be checked: ${(error as Error).message}`];
    }
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not valid'}`);
  };
}
