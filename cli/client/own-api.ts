import type { InputOf, Operation, OutputOf } from '../../contract/operation.ts';
import type { HttpClient, QueryValue, Request } from './http.ts';

/** Where Telltale's own API lives. */
export const API_ROOT = '/api/v1';

/**
 * Calls an operation of the contract: path parameters are filled in, what is left goes into the query (GET, DELETE; what is no text as
 * JSON) or into the body.
 * @throws CliError
 */
export async function callOperation<Op extends Operation>(
  http: HttpClient,
  operation: Op,
  input: InputOf<Op>,
  { repeatable }: Pick<Request, 'repeatable'> = {},
): Promise<OutputOf<Op>> {
  const rest = new Map(Object.entries((input ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined));
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const inQuery = operation.method === 'GET' || operation.method === 'DELETE';
  const query: Record<string, QueryValue> = {};
  if (inQuery) for (const [name, value] of rest) query[name] = typeof value === 'string' ? value : JSON.stringify(value);
  return http.json<OutputOf<Op>>({
    method: operation.method,
    path: API_ROOT + path,
    query,
    body: inQuery ? undefined : Object.fromEntries(rest),
    repeatable,
  });
}
