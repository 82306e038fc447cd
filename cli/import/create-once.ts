import { setTimeout as wait } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import { HttpError } from '../client/http.ts';
import { EXIT } from '../exit-codes.ts';

const ATTEMPTS = 8;

/**
 * Makes something that has no id of ours, once: when the answer is lost, it is looked up before it is tried again.
 * @param find gives what `create` would have given, when it is there
 */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (signal.aborted || attempt === ATTEMPTS || !mayHaveHappened(error)) throw error;
      await wait(250 * 2 ** (attempt - 1), undefined, { signal });
      const found = await find();
      if (found !== undefined) return found;
    }
  }
}

function mayHaveHappened(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return error instanceof CliError && error.exitCode === EXIT.unreachable;
}
