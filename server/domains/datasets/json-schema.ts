import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { invalidRequest } from '../../lib/errors.ts';

/** A schema is code that runs in our process: no more of it than anybody needs. */
const MAX_SCHEMA_CHARACTERS = 200_000;

/** Says what is wrong with a value, a line each; empty when nothing is. */
export type SchemaCheck = (value: unknown) => string[];

/**
 * Patterns inside schemas come from users as well: RE2 takes linear time on whatever they say. The compiler tells patterns apart by
 * their text; `code` is what it would write into a stand-alone module, which nobody makes.
 */
const linearTime = Object.assign(
  (pattern: string) => {
    const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => expression.matcher(text).find(), toString: () => pattern };
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
  const text = JSON.stringify(schema);
  let check = compiled.get(text);
  if (!check) {
    try {
      check = compile(schema as object, text);
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
  return (value) => {
    try {
      if (validate(value)) return [];
    } catch (error) {
      // A schema that refers to itself without end.
      return [`/ cannot be checked: ${(error as Error).message}`];
    }
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not valid'}`);
  };
}
