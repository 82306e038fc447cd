import type { InputOf, Operation } from './operation.ts';

/** Where our own API lives. */
export const API_ROOT = '/api/v1';

/** A call of an operation as it goes over the wire, without the server's address. */
export interface EncodedRequest {
  /** From the root of the server, parameters filled in. */
  path: string;
  query: Record<string, string>;
  /** JSON; undefined where an operation takes no body. */
  body: Record<string, unknown> | undefined;
}

/**
 * How an operation is called: path parameters are filled in, what is left goes into the query (GET, DELETE; values that are no texts as
 * JSON) or into the body. Undefined values are left out. `readInput` of the server is the way back.
 * @throws Error when a path parameter is missing: a mistake of the caller.
 */
export function encodeRequest<Op extends Operation>(operation: Op, input: InputOf<Op>): EncodedRequest {
  const rest = new Map(Object.entries((input ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined));
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    if (typeof value !== 'string' || value === '') throw new Error(`${operation.id} needs ${name}`);
    rest.delete(name);
    return encodeURIComponent(value);
  });
  const inQuery = operation.method === 'GET' || operation.method === 'DELETE';
  const query: Record<string, string> = {};
  if (inQuery) for (const [name, value] of rest) query[name] = typeof value === 'string' ? value : JSON.stringify(value);
  return { path: API_ROOT + path, query, body: inQuery ? undefined : Object.fromEntries(rest) };
}
