import { ApiError } from './client.ts';

/** The messages of an answer 400, by field: `action.url`. Empty for every other error. */
export function fieldErrors(error: unknown): Map<string, string> {
  const details = error instanceof ApiError && Array.isArray(error.details) ? error.details : [];
  return new Map(
    (details as { path?: unknown; message?: unknown }[])
      .filter(({ path }) => typeof path === 'string' && path !== '')
      .map(({ path, message }) => [path as string, capitalised(String(message))]),
  );
}

export function capitalised(text: string): string;
export function capitalised(text: string | undefined): string | undefined;
export function capitalised(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What an error says that has no place beside a field; undefined when all of it has. */
export function errorBeside(error: unknown, isShown: (field: string) => boolean): string | undefined {
  if (error === undefined || error === null) return undefined;
  const fields = [...fieldErrors(error)];
  if (fields.length === 0) return error instanceof Error ? error.message : String(error);
  const rest = fields.filter(([field]) => !isShown(field)).map(([field, message]) => `${field}: ${message}`);
  return rest.length === 0 ? undefined : rest.join('; ');
}
