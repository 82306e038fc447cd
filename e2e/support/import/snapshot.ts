import { get } from '../api.ts';
import type { TestServer } from '../server.ts';

type Thing = Record<string, unknown>;
type Snapshot = Record<string, unknown>;

const without = (thing: Thing, ...keys: string[]) =>
  Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)));
/** Differ from server to server by nature. */
const OWN = ['createdAt', 'updatedAt', 'projectId', 'htmlPath'];

async function list<T = Thing>(server: TestServer, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const separator = path.includes('?') ? '&' : '?';
    const { data, meta } = await get<{ data: T[]; meta: { totalPages: number } }>(
      server,
      `/api/public${path}${separator}page=${page}&limit=100`,
    );
    all.push(...data);
    if (page >= meta.totalPages) return all;
  }
}

const sorted = (things: Thing[], key = 'id') => things.toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));

/**
 * All that a project holds, read over the public API and put into a form in which two servers can be compared: ids that servers give out
 * are replaced by the names of what they mean. Shares no code with the import.
 * @param own with the times at which a server wrote its rows
 */
export async function snapshotOf(server: TestServer, { own = false } = {}): Promise<Snapshot> {
  const strip = (thing: Thing, ...keys: string[]) => without(thing, ...(own ? [] : OWN), ...keys);
  const configs = await list(server, '/score-configs');
  const configNames = new Map(configs.map(({ id, name }) => [id, name]));
  const queues = await list(server, '/annotation-queues');
  const datasets = await list<Thing & { name: string }>(server, '/v2/datasets');

  const prompts: Thing[] = [];
  const promptIds = new Map<unknown, string>();
  for (const summary of await list<{ name: string; versions: number[]; labels: string[]; tags: string[] }>(
    server,
    '/v2/prompts',
  )) {
    for (const version of summary.versions) {
      const path = `/api/public/v2/prompts/${encodeURIComponent(summary.name)}?version=${version}&resolve=false`;
      const prompt = await get(server, path);
      promptIds.set(prompt.id, `${summary.name} ${version}`);
      prompts.push({ ...strip(prompt, 'id', 'createdBy'), labels: (prompt.labels as string[]).toSorted() });
    }
  }

  const items: Thing[] = [];
  const runs: Thing[] = [];
  const runNames = new Map<unknown, string>();
  for (const { name } of datasets) {
    const encoded = encodeURIComponent(name);
    // In their order.
    for (const item of await list(server, `/dataset-items?datasetName=${encoded}`)) {
      const media = (
        item.mediaReferences as { field: string; jsonPath: string; media: { mediaId: string; contentLength: number } }[]
      ).map(({ field, jsonPath, media: { mediaId, contentLength } }) => ({ field, jsonPath, mediaId, contentLength }));
      items.push({ ...strip(item, 'datasetId', 'mediaReferences'), media });
    }
    for (const run of await list<Thing & { name: string }>(server, `/datasets/${encoded}/runs`)) {
      runNames.set(run.id, `${name} / ${run.name}`);
      const whole = await get(server, `/api/public/datasets/${encoded}/runs/${encodeURIComponent(run.name)}`);
      const links = (whole.datasetRunItems as Thing[]).map((link) =>
        without(link, 'id', 'datasetRunId', ...(own ? [] : ['updatedAt'])),
      );
      runs.push({ ...strip(whole, 'id', 'datasetId'), datasetRunItems: sorted(links, 'datasetItemId') });
    }
  }
  const archived = await Promise.all(['item-5'].map((id) => get(server, `/api/public/dataset-items/${id}`).catch(() => ({}))));

  const traces = (await list(server, '/traces')).map(({ scores: _, observations: steps, ...trace }) => ({
    ...strip(trace),
    observations: (steps as string[]).toSorted(),
  }));
  const observations = (await list(server, '/observations')).map(({ promptId, modelId, usagePricingTierId, ...step }) => ({
    ...strip(step),
    prompt: promptIds.get(promptId) ?? promptId,
    // Own models have other ids; that there is one is what counts.
    priced: modelId !== null && usagePricingTierId !== null,
  }));

  const scores = (await list(server, '/v2/scores?fields=score')).map(({ configId, queueId, datasetRunId, ...score }) => ({
    ...strip(score),
    config: configNames.get(configId) ?? configId,
    queue: queues.find(({ id }) => id === queueId)?.name ?? null,
    run: runNames.get(datasetRunId) ?? datasetRunId,
  }));

  const queueItems: Thing[] = [];
  for (const queue of queues) {
    for (const item of await list(server, `/annotation-queues/${queue.id}/items`))
      queueItems.push({ ...strip(item, 'id', 'queueId', ...(own ? [] : ['completedAt'])), queue: queue.name });
  }
  const comments = (await list(server, '/comments')).map((comment) => ({
    ...strip(comment, 'id'),
    objectId: promptIds.get(comment.objectId) ?? comment.objectId,
  }));
  const models = (await list(server, '/models')).filter(({ isLangfuseManaged }) => !isLangfuseManaged);

  return {
    configs: configs.map((config) => strip(config, 'id')),
    models: models.map((model) => ({
      ...strip(model, 'id'),
      pricingTiers: (model.pricingTiers as Thing[]).map((tier) => without(tier, 'id')),
    })),
    prompts: prompts.toSorted((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1)),
    datasets: datasets.map((dataset) => strip(dataset, 'id')),
    items,
    archived: archived.map((item) => strip(item, 'datasetId')),
    runs,
    traces: sorted(traces),
    observations: sorted(observations),
    scores: sorted(scores),
    queues: queues.map(({ scoreConfigIds, ...queue }) => ({
      ...strip(queue, 'id'),
      configs: (scoreConfigIds as string[]).map((id) => configNames.get(id)),
    })),
    queueItems,
    comments,
  };
}
