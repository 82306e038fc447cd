import { type HttpClient, HttpError, type Request } from '../client/http.ts';

/** Rows of a page: the most that is asked for, and what is tried when the server cannot answer with so many. Each divides the one before. */
export const PAGE_SIZES = [50, 10, 5, 1] as const;

/** Whether a server may answer fewer rows where it could not answer more: too large, too long, or broken by it. */
export const isTooMuch = (error: unknown): boolean =>
  error instanceof HttpError && [413, 422, 500, 502, 504].includes(error.status);

export interface Page<T> {
  rows: T[];
  /** Of all pages together, where the server says it. */
  total: number | undefined;
}

/**
 * Everything of a list with pages (contract §0.3), from the `start`th row on. Where the server fails with many rows, fewer are asked for.
 */
export async function* pagesFrom<T>(http: HttpClient, request: Request, start = 0): AsyncGenerator<Page<T> & { next: number }> {
  let size = 0;
  for (let offset = start; ; ) {
    const limit = PAGE_SIZES[size]!;
    try {
      const { data, meta } = await http.json<{ data: T[]; meta: { totalItems?: number; totalPages: number } }>({
        ...request,
        query: { ...request.query, page: Math.floor(offset / limit) + 1, limit },
      });
      offset = (Math.floor(offset / limit) + 1) * limit;
      if (data.length > 0) yield { rows: data, total: meta.totalItems, next: offset };
      if (data.length === 0 || offset >= meta.totalPages * limit) return;
    } catch (error) {
      if (!isTooMuch(error) || size === PAGE_SIZES.length - 1) throw error;
      size += 1;
    }
  }
}

/** All rows of such a list. */
export async function allRows<T>(http: HttpClient, request: Request): Promise<T[]> {
  const all: T[] = [];
  for await (const { rows } of pagesFrom<T>(http, request)) all.push(...rows);
  return all;
}
