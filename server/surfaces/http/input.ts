import type { ZodError, z } from 'zod';
import type { Operation } from '../../../contract/operation.ts';
import { invalidRequest } from '../../lib/errors.ts';

interface Sent {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** Path parameters win: they are what the scope check looked at. */
export function readInput(operation: Operation, sent: Sent): unknown {
  const params = (sent.params ?? {}) as Record<string, unknown>;
  if (operation.method === 'GET' || operation.method === 'DELETE') {
    return parseQuery(operation.input, { ...(sent.query as Record<string, unknown>), ...params });
  }
  const body = sent.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidRequest('The body must be a JSON object.');
  return operation.input.parse({ ...body, ...params });
}

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
