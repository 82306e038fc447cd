import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { withDoubles } from '../../../contract/json/parse.ts';
import { isTooDeep } from '../../ingest/langfuse/nesting.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { runLimited, TimeLimitExceeded } from '../../lib/run-limited.ts';

/** A schema is code that runs in our process: no more of it than anybody needs. */
const MAX_SCHEMA_CHARACTERS = 200_000;

/** Time to turn a schema into a check, ms. */
const COMPILE_MS = 2000;

/**
 * Says what is wrong with a value, a line each; empty when nothing is. A few lines of schema can ask for more steps than anybody has
 * time for (references that double, `uniqueItems` of a long list), so that a check is broken off after `limitMs`; what was not checked
 * does not match.
 */
export type SchemaCheck = (value: unknown, limitMs: number) => string[];

/**
 * Patterns inside schemas come from users as well: RE2 takes linear time on whatever they say. The compiler tells patterns apart by
 * their text; `code` is what it would write into a stand-alone module, which nobody makes.
 */
const linearTime = Object.assign(
  (pattern: string) => {
    const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => expression.test(text), toString: () => pattern };
  },
  { code: 're2' },
);

/** Knows what a schema may say. */
const metaSchema = new Ajv2020({ strict: false, logger: false });

/** Checked schemas by their text: every write of an item asks for those of its dataset. */
const compiled = new LRUCache<string, SchemaCheck>({ max: 200 });

/**
 * Compiles a JSON Schema of draft 2020-12. References to other documents are not followed.
 * @param field which one it is, for the message
 * @throws AppError 400 that says why the schema is none
 */
export function compileSchema(schema: unknown, field: string): SchemaCheck {
  if (isTooDeep(schema)) throw invalidRequest(`${field} is nested too deep.`);
  const text = JSON.stringify(schema);
  let check = compiled.get(text);
  if (!check) {
    try {
      check = runLimited(COMPILE_MS, () => compile(JSON.parse(text) as object, text));
    } catch (error) {
      throw invalidRequest(`${field} is not a valid JSON Schema (draft 2020-12): ${(error as Error).message}`);
    }
    compiled.set(text, check);
  }
  return check;
}

function compile(schema: object, text: string): SchemaCheck {
  if (text.length > MAX_SCHEMA_CHARACTERS) throw new Error(`longer than ${MAX_SCHEMA_CHARACTERS} characters`);
  if (!metaSchema.validateSchema(schema)) throw new Error(metaSchema.errorsText());
  // A compiler each: schemas of different projects may bear the same `$id`, and a compiler keeps all that it ever compiled.
  const ajv = new Ajv2020({ strict: false, logger: false, meta: false, validateSchema: false, code: { regExp: linearTime } });
  addFormats.default(ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  if ('$async' in validate) throw new Error('$async is not supported');
  return (value, limitMs) => {
    try {
      if (runLimited(limitMs, () => validate(withDoubles(value)))) return [];
    } catch (error) {
      if (error instanceof TimeLimitExceeded) return ['/ cannot be checked: the schema takes too long'];
      // A schema that refers to itself without end.
      return [`/ cannot be checked: ${(error as Error).message}`];
    }
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not valid'}`);
  };
}
