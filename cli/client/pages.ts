import type { HttpClient, Request } from './http.ts';

/** Everything of a list of the Langfuse API that has pages (contract §0.3), page by page. */
export async function* pagesOf<T>(http: HttpClient, request: Request, limit = 100): AsyncGenerator<T[]> {
  for (let page = 1; ; page++) {
    const { data, meta } = await http.json<{ data: T[]; meta: { totalPages: number } }>({
      ...request,
      query: { ...request.query, page, limit },
    });
    if (data.length > 0) yield data;
    if (page >= meta.totalPages || data.length === 0) return;
  }
}

/** Everything of a list of the Langfuse API that has cursors, page by page. */
export async function* cursorPagesOf<T>(http: HttpClient, request: Request, limit = 100): AsyncGenerator<T[]> {
  let cursor: string | undefined;
  do {
    const answer: { data: T[]; meta: { cursor?: string | null } } = await http.json({
      ...request,
      query: { ...request.query, cursor, limit },
    });
    if (answer.data.length > 0) yield answer.data;
    cursor = answer.meta.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Items of pages, one by one; ends after `most`. */
export async function* itemsOf<T>(pages: AsyncIterable<T[]>, most = Number.POSITIVE_INFINITY): AsyncGenerator<T> {
  let count = 0;
  for await (const page of pages) {
    for (const item of page) {
      if (count++ >= most) return;
      yield item;
    }
    if (count >= most) return;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
