import type { AnnotationItem, AnnotationQueue } from '../../../contract/annotation.ts';
import { createOnce } from '../create-once.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows, pagesFrom } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';

const PATH = `${PUBLIC}/annotation-queues`;
const itemsPath = (queueId: string) => `${PATH}/${encodeURIComponent(queueId)}/items`;

/** Oldest first. Servers of before there were queues have none. */
const readQueues = async (http: ImportRun['source']['http']) =>
  ((await unless404(allRows<AnnotationQueue>(http, { path: PATH }))) ?? []).reverse();

/** Queues by their ids at the source, as they are in the target: names are unique in a project. */
export async function matchQueues({ source, target }: Pick<ImportRun, 'source' | 'target'>): Promise<Map<string, string>> {
  const [there, here] = await Promise.all([readQueues(source.http), readQueues(target.http)]);
  const byName = new Map(here.map(({ name, id }) => [name, id]));
  return new Map(there.flatMap(({ id, name }) => (byName.has(name) ? [[id, byName.get(name)!]] : [])));
}

/** Copies the queues themselves: before scores, which name them. */
export async function importQueues(run: ImportRun): Promise<void> {
  const { source, target, tally, signal, ids } = run;
  const here = await readQueues(target.http);
  const find = (among: readonly AnnotationQueue[], name: string) => among.find((queue) => queue.name === name);
  for (const { id, name, description, scoreConfigIds } of await readQueues(source.http)) {
    if (find(here, name)) {
      tally.alreadyThere('queues');
      continue;
    }
    const configs = await Promise.all(scoreConfigIds.map((configId) => ids.scoreConfig(configId)));
    const known = configs.filter((configId) => configId !== undefined);
    if (known.length < configs.length) tally.note('queues came without some of their score configs: these are not in the target');
    try {
      const body = { name, description: description ?? null, scoreConfigIds: known };
      await createOnce(
        () => target.http.json<AnnotationQueue>({ method: 'POST', path: PATH, body }),
        async () => find(await readQueues(target.http), name),
        signal,
      );
      tally.copied('queues');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('queues', id, `${name}: ${error.message}`);
    }
  }
}

const keyOf = ({ objectType, objectId }: AnnotationItem) => JSON.stringify([objectType, objectId]);

/** Copies what waits in the queues and what was done. */
export async function importQueueItems(run: ImportRun): Promise<void> {
  const { source, target } = run;
  const matched = await matchQueues(run);
  for (const { id } of await readQueues(source.http)) {
    const queueId = matched.get(id);
    if (queueId === undefined) continue;
    const known = new Map<string, AnnotationItem>();
    for await (const { rows } of pagesFrom<AnnotationItem>(target.http, { path: itemsPath(queueId) }))
      for (const item of rows) known.set(keyOf(item), item);
    // Oldest first, for the same order in the target. An item of a queue is small.
    const items = (await allRows<AnnotationItem>(source.http, { path: itemsPath(id) })).reverse();
    await bringItems(run, queueId, items, known);
  }
}

async function bringItems(run: ImportRun, queueId: string, items: AnnotationItem[], known: Map<string, AnnotationItem>) {
  const { target, tally, signal, progress } = run;
  const path = itemsPath(queueId);
  const reread = async (wanted: AnnotationItem) => {
    for await (const { rows } of pagesFrom<AnnotationItem>(target.http, { path })) {
      const found = rows.find((each) => keyOf(each) === keyOf(wanted));
      if (found) return found;
    }
    return undefined;
  };
  for (const [index, item] of items.entries()) {
    progress.at(index, items.length);
    const { objectId, objectType, status } = item;
    const there = known.get(keyOf(item));
    try {
      if (there && there.status === status) tally.alreadyThere('queue items');
      else if (there) {
        await target.http.json({ method: 'PATCH', path: `${path}/${there.id}`, body: { status }, repeatable: true });
        tally.copied('queue items');
      } else {
        const body = { objectId, objectType, status };
        const made = await createOnce(
          () => target.http.json<AnnotationItem>({ method: 'POST', path, body }),
          () => reread(item),
          signal,
        );
        known.set(keyOf(item), made);
        tally.copied('queue items');
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('queue items', item.id, error.message);
    }
  }
}
