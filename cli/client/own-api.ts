import type { InputOf, Operation, OutputOf } from '../../contract/operation.ts';
import { encodeRequest } from '../../contract/request.ts';
import type { HttpClient, Request } from './http.ts';

export { API_ROOT } from '../../contract/request.ts';

/**
 * Calls an operation of the contract.
 * @throws CliError
 */
export async function callOperation<Op extends Operation>(
  http: HttpClient,
  operation: Op,
  input: InputOf<Op>,
  { repeatable }: Pick<Request, 'repeatable'> = {},
): Promise<OutputOf<Op>> {
  return http.json<OutputOf<Op>>({ method: operation.method, ...encodeRequest(operation, input), repeatable });
}
