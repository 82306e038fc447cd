import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import type { InputOf, Operation, OutputOf } from '../../contract/operation.ts';
import { ApiError, call } from './client.ts';

/** The cache key of an operation's answer. `[operation.id]` alone covers all its inputs: `invalidateQueries({ queryKey: [listApiKeys.id] })`. */
export function keyOf<Op extends Operation>(operation: Op, input: InputOf<Op>): [string, InputOf<Op>] {
  return [operation.id, input];
}

/** Everything `useQuery`, `ensureQueryData` and friends need to read an operation: `useQuery(queryOf(getTrace, { projectId, traceId }))`. */
export function queryOf<Op extends Operation>(operation: Op, input: InputOf<Op>) {
  return queryOptions<OutputOf<Op>, Error, OutputOf<Op>, [string, InputOf<Op>]>({
    queryKey: keyOf(operation, input),
    queryFn: ({ signal }) => call(operation, input, { signal }),
  });
}

/** Trying again helps when the server was away or busy, never when it understood and refused. */
export function shouldRetry(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}

/** The query cache of the app; `onSignedOut` is told when any call is answered 401. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { staleTime: 15_000, retry: shouldRetry, refetchOnWindowFocus: false } },
  });
}
