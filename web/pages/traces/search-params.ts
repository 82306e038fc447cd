import { z } from 'zod';
import { PRESETS } from './time-range.ts';

const sort = z.string().regex(/^[A-Za-z_]+\.(asc|desc)$/);
/** The router reads digits alone as a number, and `true` as a truth: in a text they are text. */
const text = (longest: number) =>
  z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
    .pipe(z.string().max(longest))
    .optional()
    .catch(undefined);
const time = z.iso.datetime({ offset: true });

/**
 * The state of the traces page, all of it in the URL. A value that does not fit is left out instead of breaking the page.
 * - `list` which list; `q` the search box as typed (filter language and free text); `env` the environment switch
 * - `range` a preset, or `from` and `to`
 * - `sort` as `column.asc` or `column.desc`; absent: newest first
 * - `tail` follow what comes in
 * - `peek` the trace in the peek panel, `observation` the selected step in it, `view` how its steps are shown
 */
export const tracesSearch = z.object({
  list: z.enum(['traces', 'observations']).optional().catch(undefined),
  q: text(4_000),
  env: z.array(z.string()).max(50).optional().catch(undefined),
  range: z.enum(PRESETS).optional().catch(undefined),
  from: time.optional().catch(undefined),
  to: time.optional().catch(undefined),
  sort: sort.optional().catch(undefined),
  tail: z.boolean().optional().catch(undefined),
  peek: text(500),
  observation: text(500),
  view: z.enum(['tree', 'timeline', 'log', 'graph']).optional().catch(undefined),
});
export type TracesSearch = z.infer<typeof tracesSearch>;

/** For the router: any search object to the state of the page. */
export function validateTracesSearch(raw: unknown): TracesSearch {
  return tracesSearch.parse(typeof raw === 'object' && raw !== null ? raw : {});
}

export interface SortChoice {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

export function readSort(value: string | undefined): SortChoice | null {
  if (!value) return null;
  const dot = value.lastIndexOf('.');
  return { column: value.slice(0, dot), direction: value.endsWith('.asc') ? 'asc' : 'desc' };
}

/** What a click on a header does: largest first, then smallest first, then newest first again. */
export function nextSort(current: string | undefined, column: string): string | undefined {
  const now = readSort(current);
  if (now?.column !== column) return `${column}.desc`;
  return now.direction === 'desc' ? `${column}.asc` : undefined;
}
