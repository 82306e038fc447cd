import { readCursor, writeCursor } from '../../query/cursor.ts';
import type { ExperimentScope } from '../../query/experiments/experiment-rows.ts';
import { listTracedLinks } from '../../query/experiments/list-traced-links.ts';
import { type ItemPlace, pageTracedItems, type TracedItem } from '../../query/experiments/page-traced-items.ts';
import type { RunLink } from '../datasets/index.ts';
import { linkKey } from './link-key.ts';
import { presentLinks, presentTraced } from './present-items.ts';
import { dateOf, isWithin, microsOfDate, narrows, rangeOf } from './scope.ts';
import type { ExperimentItem, ExperimentsDeps, Page } from './types.ts';

/** An item in the list: named by its steps, or by a link alone. `id` of a link is the link's. */
type Listed = ItemPlace & { traced?: TracedItem; link?: RunLink };

/** Links that are looked at in one go. */
const CHUNK = 300;

/**
 * Items of experiments of both origins, newest first. What steps name is asked of the analytics store; links between items and traces
 * that no step names are in the settings, ordered by when what they link began. Both are read downwards from the cursor side by side.
 */
export async function listItems(
  deps: ExperimentsDeps,
  projectId: string,
  scope: ExperimentScope,
  page: { cursor?: string | undefined; limit: number },
): Promise<Page<ExperimentItem>> {
  const after = placeOf(page.cursor);
  const size = page.limit + 1;
  const traced = await pageTracedItems(deps.store, projectId, scope, after, size);
  // A full page of traced items ends somewhere: links before that cannot be on it.
  const floor = traced.length >= size ? traced.at(-1)!.at : scope.from;
  const alone = await linksAlone(deps, projectId, { ...scope, from: Math.max(scope.from, floor) }, after, size);
  const all = [...traced.map((one) => ({ ...one, traced: one })), ...alone].sort(newestFirst);
  const shown = all.slice(0, page.limit);
  const end = all.length > page.limit ? shown.at(-1) : undefined;
  return {
    data: await present(deps, projectId, shown),
    nextCursor: end ? writeCursor('experiment-item', [end.at, end.traceId, end.id, end.experimentId]) : null,
  };
}

function placeOf(cursor: string | undefined): ItemPlace | null {
  const key = readCursor(cursor, 'experiment-item', ['number', 'string', 'string', 'string']);
  if (!key) return null;
  return { at: Number(key[0]), traceId: String(key[1]), id: String(key[2]), experimentId: String(key[3]) };
}

/** Texts by their bytes, as the analytics store compares them. */
const compareTexts = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const newestFirst = (a: ItemPlace, b: ItemPlace): number =>
  b.at - a.at || compareTexts(b.traceId, a.traceId) || compareTexts(b.id, a.id) || compareTexts(b.experimentId, a.experimentId);

/** Links that no step names, those of the range beyond `after`, newest first. */
async function linksAlone(
  { store, links }: ExperimentsDeps,
  projectId: string,
  scope: ExperimentScope,
  after: ItemPlace | null,
  size: number,
): Promise<Listed[]> {
  const range = rangeOf(scope);
  let runIds: string[] | undefined;
  if (narrows(scope, ['experimentId', 'experimentName', 'datasetId'])) {
    const runs = await links.listActivity(projectId, range);
    runIds = runs
      .filter(({ id, name, datasetId }) => isWithin(scope, { experimentId: id, experimentName: name, datasetId }))
      .map(({ id }) => id);
  }
  const found: Listed[] = [];
  let last: RunLink | undefined;
  while (found.length < size) {
    const chunk = await links.page(projectId, range, {
      runIds,
      until: after ? dateOf(after.at) : undefined,
      after: last,
      size: CHUNK,
    });
    const wanted = chunk.filter(({ itemId }) => isWithin(scope, { experimentItemId: itemId }));
    const named = await listTracedLinks(store, projectId, unique(wanted, 'runId'), unique(wanted, 'traceId'), scope.hidden);
    const covered = new Set(named.map(linkKey));
    for (const link of wanted) {
      if (covered.has(linkKey({ ...link, experimentId: link.runId }))) continue;
      const place = { at: microsOfDate(link.startedAt), traceId: link.traceId, id: link.id, experimentId: link.runId };
      if (after && newestFirst(place, after) <= 0) continue;
      found.push({ ...place, link });
    }
    if (chunk.length < CHUNK) break;
    last = chunk.at(-1);
  }
  return found;
}

const unique = (links: readonly RunLink[], key: 'runId' | 'traceId') => [...new Set(links.map((link) => link[key]))];

async function present(deps: ExperimentsDeps, projectId: string, shown: readonly Listed[]): Promise<ExperimentItem[]> {
  const [traced, linked] = await Promise.all([
    presentTraced(
      deps,
      projectId,
      shown.flatMap((one) => one.traced ?? []),
    ),
    presentLinks(
      deps,
      projectId,
      shown.flatMap((one) => one.link ?? []),
    ),
  ]);
  return shown.flatMap((one) => (one.traced ? traced.get(one.traced) : linked.get(one.link!)) ?? []);
}
