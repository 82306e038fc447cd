import type { ZodError, z } from 'zod';
import type { Operation } from '../../../contract/operation.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { knownKeys } from './known-keys.ts';

interface Sent {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * Path parameters win: they are what the scope check looked at.
 * @throws AppError 400 that names what the operation does not know: left aside in silence, a mistyped filter would answer with everything
 */
export function readInput(operation: Operation, sent: Sent): unknown {
  const params = (sent.params ?? {}) as Record<string, unknown>;
  const query = (sent.query ?? {}) as Record<string, unknown>;
  if (operation.method === 'GET' || operation.method === 'DELETE') {
    refuseUnknown('query parameter', Object.keys(query), knownKeys(operation.input));
    return parseQuery(operation.input, { ...query, ...params });
  }
  refuseUnknown('query parameter', Object.keys(query), NONE);
  const body = sent.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidRequest('The body must be a JSON object.');
  refuseUnknown('field', Object.keys(body), knownKeys(operation.input));
  return operation.input.parse({ ...body, ...params });
}

const NONE: ReadonlySet<string> = new Set();

function refuseUnknown(what: string, names: readonly string[], known: ReadonlySet<string> | null): void {
  const unknown = known === null ? [] : names.filter((name) => !known.has(name)).map((name) => name.slice(0, 100));
  if (unknown.length === 0) return;
  const details = unknown.slice(0, MOST_NAMED).map((name) => ({ path: name, message: `is no ${what} of this operation` }));
  throw invalidRequest(details.map(({ path, message }) => `${path}: ${message}`).join('; '), details);
}

/** Names that one answer lists. */
const MOST_NAMED = 20;

/**
 * Query values are text; what is not text in the schema is sent as JSON. Which it is, the schema decides: a value is first taken as it
 * stands, and read as JSON only where the schema refuses that. So `search=123` stays a text and `columns=["a"]` becomes a list.
 */
function parseQuery(schema: z.ZodType, given: Record<string, unknown>): unknown {
  const plain = schema.safeParse(given);
  if (plain.success) return plain.data;
  return schema.parse(withJson(given, plain.error));
}

function withJson(given: Record<string, unknown>, refused: ZodError): Record<string, unknown> {
  const values = { ...given };
  for (const field of new Set(refused.issues.map((issue) => String(issue.path[0])))) {
    const value = values[field];
    if (typeof value !== 'string') continue;
    try {
      values[field] = JSON.parse(value);
    } catch {
      // Not JSON either: the schema's own complaint about the text is the better message.
    }
  }
  return values;
}
