import { readCursor, writeCursor } from '../../query/cursor.ts';
import type { ExperimentScope } from '../../query/experiments/experiment-rows.ts';
import { listTracedExperiments } from '../../query/experiments/list-traced-experiments.ts';
import { listTracedLinks } from '../../query/experiments/list-traced-links.ts';
import { readExperiments } from '../../query/experiments/read-experiments.ts';
import { readSpansOfTraces } from '../../query/experiments/read-spans-of-traces.ts';
import { isoOf, objectOf, orNull } from '../../query/stored-values.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import type { RunLink } from '../datasets/index.ts';
import { linkKey } from './link-key.ts';
import { objectIn } from './present-items.ts';
import { isWithin, microsOfDate, rangeOf } from './scope.ts';
import type { Experiment, ExperimentsDeps, Page } from './types.ts';

/** What is known of an experiment before its page is read. */
interface Activity {
  id: string;
  name: string;
  datasetId: string;
  first: Micros;
  last: Micros;
  /** Items that steps name; null when only links know it. */
  traced: number | null;
  links: number;
}

/**
 * Experiments of both origins, by their latest activity: those that steps name, and runs over datasets whose links no step names (what
 * older SDKs make). Both are few in a project, so all are weighed and only a page is read.
 */
export async function listExperiments(
  { store, links }: ExperimentsDeps,
  projectId: string,
  scope: ExperimentScope,
  page: { cursor?: string | undefined; limit: number },
): Promise<Page<Experiment>> {
  const after = readCursor(page.cursor, 'experiment', ['number', 'string']);
  const all = (await activities({ store, links }, projectId, scope)).sort(latestFirst);
  const beyond = after ? all.filter((one) => latestFirst(one, { last: Number(after[0]), id: String(after[1]) }) > 0) : all;
  const shown = beyond.slice(0, page.limit);
  const end = beyond.length > page.limit ? shown.at(-1) : undefined;
  return {
    data: await describe({ store, links }, projectId, scope, shown),
    nextCursor: end ? writeCursor('experiment', [end.last, end.id]) : null,
  };
}

const latestFirst = (a: Pick<Activity, 'last' | 'id'>, b: Pick<Activity, 'last' | 'id'>): number =>
  b.last - a.last || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

async function activities({ store, links }: ExperimentsDeps, projectId: string, scope: ExperimentScope): Promise<Activity[]> {
  const [traced, runs] = await Promise.all([
    listTracedExperiments(store, projectId, scope),
    links.listActivity(projectId, rangeOf(scope)),
  ]);
  const byId = new Map<string, Activity>();
  for (const { items, ...one } of traced) byId.set(one.id, { ...one, traced: items, links: 0 });
  for (const run of runs) {
    const known = byId.get(run.id);
    if (known) known.links = run.links;
    else if (isWithin(scope, { experimentId: run.id, experimentName: run.name, datasetId: run.datasetId })) {
      byId.set(run.id, { ...run, first: microsOfDate(run.first), last: microsOfDate(run.last), traced: null });
    }
  }
  return [...byId.values()];
}

/** Reads what a page shows: links that no step names are items too, and what they link says when the experiment ended. */
async function describe(
  { store, links }: ExperimentsDeps,
  projectId: string,
  scope: ExperimentScope,
  shown: readonly Activity[],
): Promise<Experiment[]> {
  const ids = shown.map(({ id }) => id);
  const linked = shown.filter((one) => one.links > 0).map(({ id }) => id);
  const [runs, texts, all, named] = await Promise.all([
    links.describe(projectId, ids),
    readExperiments(store, projectId, ids),
    links.listOf(projectId, linked, rangeOf(scope)),
    listTracedLinks(store, projectId, linked, undefined, scope.hidden),
  ]);
  const covered = new Set(named.map(linkKey));
  const alone = all.filter((link) => !covered.has(linkKey({ ...link, experimentId: link.runId })));
  const spans = await readSpansOfTraces(store, projectId, [...new Set(alone.map(({ traceId }) => traceId))]);
  const byRun = Map.groupBy(alone, ({ runId }) => runId);
  return shown.map((one) => {
    const run = runs.get(one.id);
    const said = texts.get(one.id);
    const own: RunLink[] = byRun.get(one.id) ?? [];
    const last = Math.max(one.last, ...own.map(({ traceId }) => spans.get(traceId)?.ended ?? 0));
    return {
      id: one.id,
      name: run?.name ?? one.name,
      description: run?.description ?? orNull(said?.description ?? ''),
      startTime: isoOf(Math.min(one.first, ...own.map(({ startedAt }) => microsOfDate(startedAt)))),
      endTime: isoOf(last),
      itemCount: (one.traced ?? 0) + own.length,
      datasetId: run?.datasetId ?? orNull(one.datasetId),
      metadata: run?.metadata ? objectIn(run.metadata) : objectOf(said?.metadata ?? ''),
    };
  });
}
