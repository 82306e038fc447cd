import type { Model } from '../../contract/model.ts';
import type { PromptSummary } from '../../contract/prompt.ts';
import type { ImportRun } from './import-run.ts';
import type { Kind } from './kinds.ts';
import { allRows } from './pages.ts';
import { readDatasets } from './settings/datasets.ts';
import { PUBLIC, type Source, unless404 } from './source.ts';

/** What the source has, by kind; null where it can be known only by copying. */
export type Counts = Partial<Record<Kind, number | null>>;

type Query = Record<string, string | number | undefined>;

/** Counts at the source what would come, and writes nothing. */
export async function countSource({
  source,
  parts,
  since,
  until,
}: Pick<ImportRun, 'source' | 'parts' | 'since' | 'until'>): Promise<Counts> {
  const { http } = source;
  /** Null where there is no such list. */
  const totalOf = async (path: string, query: Query = {}) =>
    (await unless404(http.json<{ meta: { totalItems?: number } }>({ path: PUBLIC + path, query: { ...query, limit: 1 } })))?.meta
      .totalItems ?? null;
  const counts: Counts = {};
  if (parts.has('score-configs')) counts['score configs'] = await totalOf('/score-configs');
  if (parts.has('models')) {
    const models = await allRows<Model>(http, { path: `${PUBLIC}/models` });
    counts.models = models.filter((model) => !model.isLangfuseManaged).length;
  }
  if (parts.has('prompts')) {
    const prompts = await allRows<PromptSummary>(http, { path: `${PUBLIC}/v2/prompts` });
    counts['prompt versions'] = prompts.reduce((sum, { versions }) => sum + versions.length, 0);
  }
  if (parts.has('datasets')) {
    const datasets = await readDatasets(http);
    let items = 0;
    for (const { name } of datasets) items += (await totalOf('/dataset-items', { datasetName: name })) ?? 0;
    Object.assign(counts, { datasets: datasets.length, 'dataset items': items, runs: null, 'run items': null });
  }
  if (parts.has('queues')) Object.assign(counts, { queues: await totalOf('/annotation-queues'), 'queue items': null });
  if (parts.has('traces')) {
    const range = { fromTimestamp: since, toTimestamp: until };
    counts.traces = source.legacyReads ? await totalOf('/traces', { ...range, fields: 'core' }) : null;
    counts.observations = source.legacyReads
      ? await totalOf('/observations', { fromStartTime: since, toStartTime: until })
      : await countByMetrics(source, since, until);
    counts.scores = (await totalOf('/v2/scores', range)) ?? (await totalOf('/scores', range));
  }
  if (parts.has('comments')) counts.comments = await totalOf('/comments');
  if (parts.has('media')) counts.media = null;
  return counts;
}

/** The newest servers count steps by their metrics only. */
async function countByMetrics({ http }: Source, since: string | undefined, until: string): Promise<number | null> {
  const query = JSON.stringify({
    view: 'observations',
    metrics: [{ measure: 'count', aggregation: 'count' }],
    fromTimestamp: since ?? '2020-01-01T00:00:00.000Z',
    toTimestamp: until,
  });
  const answer = await unless404(
    http.json<{ data: Record<string, unknown>[] }>({ path: `${PUBLIC}/v2/metrics`, query: { query } }),
  );
  const count = answer?.data[0]?.count_count;
  return count === undefined ? null : Number(count);
}
