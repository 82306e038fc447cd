import type { Dataset, DatasetRun, DatasetRunItem } from '../../../contract/dataset.ts';
import { inParallel } from '../../client/in-parallel.ts';
import { cursorPagesOf } from '../../client/pages.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';
import { bringUnlistedItem, readDatasets } from './datasets.ts';

type Http = ImportRun['source']['http'];
/** Earlier than every experiment: their lists must be given a beginning. */
const BEGINNING = '2020-01-01T00:00:00.000Z';

type Run = Pick<DatasetRun, 'id' | 'name' | 'description' | 'metadata'>;
type Link = Pick<DatasetRunItem, 'datasetItemId' | 'traceId' | 'observationId' | 'createdAt'>;

const runsPath = (dataset: string) => `${PUBLIC}/datasets/${encodeURIComponent(dataset)}/runs`;
const runPath = (dataset: string, run: string) => `${runsPath(dataset)}/${encodeURIComponent(run)}`;

interface Experiment extends Run {
  datasetId: string | null;
  startTime: string;
}
interface ExperimentItem {
  id: string;
  traceId: string;
  startTime: string;
  experimentItemId: string;
}

/** Runs over a dataset, newest first: by the old routes, else the experiments that the newest servers make of them (contract §1.9). */
async function readRuns(http: Http, dataset: Dataset): Promise<Run[]> {
  const listed = await unless404(allRows<DatasetRun>(http, { path: runsPath(dataset.name) }));
  if (listed) return listed;
  const found: Run[] = [];
  const query = { fromStartTime: BEGINNING, datasetId: dataset.id, fields: 'core,metadata' };
  const pages = cursorPagesOf<Experiment>(http, { path: `${PUBLIC}/experiments`, query });
  for await (const page of pages) found.push(...page);
  return found;
}

/** Links of a run, oldest first. */
async function readLinks(http: Http, dataset: Dataset, run: Run): Promise<Link[]> {
  const listed = await unless404(http.json<{ datasetRunItems: DatasetRunItem[] }>({ path: runPath(dataset.name, run.name) }));
  const links: Link[] = listed?.datasetRunItems ?? [];
  if (!listed) {
    const query = { fromStartTime: BEGINNING, experimentId: run.id, fields: 'core' };
    for await (const page of cursorPagesOf<ExperimentItem>(http, { path: `${PUBLIC}/experiment-items`, query })) {
      for (const { id, traceId, experimentItemId, startTime } of page)
        links.push({ datasetItemId: experimentItemId, traceId, observationId: id, createdAt: startTime });
    }
  }
  return links.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

const keyOf = ({ datasetItemId, traceId, observationId }: Link) =>
  JSON.stringify([datasetItemId, traceId, observationId ?? null]);

/** Copies runs over datasets: which trace came of which item. */
export async function importRuns(run: ImportRun): Promise<void> {
  const { source, target, tally, progress } = run;
  const inTarget = new Map((await readDatasets(target.http)).map((dataset) => [dataset.name, dataset]));
  for (const dataset of await readDatasets(source.http)) {
    const there = inTarget.get(dataset.name);
    if (!there) continue;
    const runs = (await readRuns(source.http, dataset)).reverse();
    for (const [index, each] of runs.entries()) {
      progress.at(index, runs.length);
      try {
        await bringRun(run, dataset, there, each);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        tally.failed('runs', `${dataset.name} / ${each.name}`, error.message);
      }
    }
  }
}

async function bringRun(run: ImportRun, dataset: Dataset, there: Dataset, each: Run): Promise<void> {
  const { source, target, tally, concurrency } = run;
  const links = await readLinks(source.http, dataset, each);
  const known = await unless404(
    target.http.json<DatasetRun & { datasetRunItems: DatasetRunItem[] }>({ path: runPath(dataset.name, each.name) }),
  );
  if (links.length === 0 && !known) return tally.failed('runs', `${dataset.name} / ${each.name}`, 'it has no items');
  const linked = new Set(known?.datasetRunItems.map(keyOf));
  const missing = links.filter((link) => !linked.has(keyOf(link)));
  tally.alreadyThere('run items', links.length - missing.length);
  const bring = async (link: Link) => {
    const id = `${dataset.name} / ${each.name} / ${link.datasetItemId}`;
    try {
      if (!(await linkItem(run, each, link))) {
        // Archived items are in no list.
        if (
          !(await bringUnlistedItem(run, { ...dataset, id: there.id }, link.datasetItemId)) ||
          !(await linkItem(run, each, link))
        )
          return tally.failed('run items', id, 'its dataset item is not there any more');
      }
      tally.copied('run items');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('run items', id, error.message);
    }
  };
  // The first one makes the run.
  for (const link of missing.slice(0, 1)) await bring(link);
  await inParallel(missing.slice(1), concurrency, bring);
  if (known) tally.alreadyThere('runs');
  else if (missing.length > 0) tally.copied('runs');
}

/** @returns false when there is no such item */
async function linkItem({ target }: ImportRun, { name, description, metadata }: Run, link: Link): Promise<boolean> {
  const body = {
    runName: name,
    runDescription: description ?? undefined,
    metadata: metadata ?? undefined,
    datasetItemId: link.datasetItemId,
    traceId: link.traceId,
    observationId: link.observationId ?? undefined,
    createdAt: link.createdAt,
  };
  // The same link twice is one.
  const made = target.http.json({ method: 'POST', path: `${PUBLIC}/dataset-run-items`, body, repeatable: true });
  return (await unless404(made)) !== undefined;
}

/** Ids of the source's runs and what they are in the target. */
export async function matchRuns({ source, target }: Pick<ImportRun, 'source' | 'target'>): Promise<Map<string, string>> {
  const matched = new Map<string, string>();
  const inTarget = new Map((await readDatasets(target.http)).map((dataset) => [dataset.name, dataset]));
  for (const dataset of await readDatasets(source.http)) {
    const there = inTarget.get(dataset.name);
    if (!there) continue;
    const runs = await readRuns(source.http, dataset);
    if (runs.length === 0) continue;
    const byName = new Map((await readRuns(target.http, there)).map(({ name, id }) => [name, id]));
    for (const { id, name } of runs) {
      const found = byName.get(name);
      if (found !== undefined) matched.set(id, found);
    }
  }
  return matched;
}
