import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from './support/api.ts';
import { type ClientName, pythonAvailable, runClient } from './support/clients.ts';
import { itWorks, shownClient } from './support/compatibility.ts';
import { startServer, type TestServer } from './support/server.ts';
import { startUnsteadyProxy } from './support/unsteady-proxy.ts';

/*
 * Experiments and runs over datasets, by the SDKs themselves as they come from their registries: what their runners write, and what can be
 * read back of it.
 */

const python = pythonAvailable();
if (!python) console.warn('python3 with venv is missing: the Python SDKs are not run.');

interface Told {
  runName: string;
  experimentId: string | null;
  datasetRunId: string | null;
  datasetRunUrl: string | null;
  runEvaluations: [string, number][];
  items: { traceId: string; output: string; scores: string[] }[];
}

interface Said {
  datasetId: string;
  version: string;
  inputs: string[];
  oldInputs: string[];
  run: Told;
  local: Told;
  versioned?: Told;
  runRead?: { description: string; metadata: unknown; items: string[] };
  runNames?: string[];
  linked?: { traceId: string; id: string };
  pages?: unknown[];
  experiments?: Record<string, unknown>[];
  experimentItems?: Item[];
}

interface ScoreV3 {
  name: string;
  value: unknown;
  comment: string | null;
  dataType: string;
  subject: { kind: string; id: string; traceId?: string };
}

interface Item {
  id: string;
  traceId: string;
  startTime: string;
  endTime: string;
  level: string;
  environment: string;
  experimentId: string;
  experimentName: string;
  experimentItemId: string;
  experimentDatasetId: string | null;
  experimentItemMetadata: unknown;
  experimentMetadata: unknown;
  experimentDescription: string | null;
  input: unknown;
  output: unknown;
  expectedOutput: unknown;
  scores: ScoreV3[];
}

interface Experiment {
  id: string;
  name: string;
  description: string | null;
  itemCount: number;
  datasetId: string | null;
  metadata: unknown;
  scores: ScoreV3[];
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

const since = new Date(Date.now() - 60_000).toISOString();
const query = (params: Record<string, string>) => new URLSearchParams({ fromStartTime: since, ...params }).toString();
const ALL = 'core,dataset,io,metadata,itemMetadata,experimentMetadata,scores';
const itemsOf = async (params: Record<string, string>) =>
  (await get<{ data: Item[] }>(server, `/api/public/experiment-items?${query({ fields: ALL, ...params })}`)).data;
const experimentsOf = async (params: Record<string, string>) =>
  (await get<{ data: Experiment[] }>(server, `/api/public/experiments?${query({ fields: 'core,metadata,scores', ...params })}`))
    .data;

/** Asks until the answer is as it must become: clients send their scores behind their runner's back. */
async function until<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  let answer = await ask();
  while (!enough(answer) && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 50));
    answer = await ask();
  }
  return answer;
}

async function run<T>(client: ClientName, script: string, dataset: string, url = server.url): Promise<T> {
  const env = {
    LANGFUSE_PUBLIC_KEY: server.publicKey,
    LANGFUSE_SECRET_KEY: server.secretKey,
    LANGFUSE_BASE_URL: url,
    LANGFUSE_HOST: url,
  };
  return runClient<T>(client, script, env, [dataset]);
}

const scoreCount = (items: readonly { scores: unknown[] }[]) => items.reduce((sum, { scores }) => sum + scores.length, 0);
const byItem = (items: readonly Item[], id: string) => items.find((item) => item.experimentItemId.endsWith(id))!;

/** Clients, their script, and whether theirs is a runner of experiments that only traces tell of. */
const RUNNERS: [ClientName, string][] = [
  ['langfuse-python-3', 'experiments-python.py'],
  ['langfuse-python-4', 'experiments-python.py'],
  ['langfuse-python-5', 'experiments-python.py'],
  ['langfuse-js-4', 'experiments-js.mjs'],
  ['langfuse-js-5', 'experiments-js.mjs'],
];

describe.each(RUNNERS)('the runner of %s', (client, script) => {
  itWorks(client, shownClient(client), 'experiments', async () => {
    const name = `cities of ${client}`;
    const said = await run<Said>(client, script, name);
    const links = client !== 'langfuse-python-5';

    // The dataset, now and as it was.
    expect(said.inputs).toEqual(['Atlantis?', 'France, again?', 'Italy?']);
    expect(said.oldInputs).toEqual(['Atlantis?', 'France?', 'Italy?']);

    // The run: two items of three, for one failed.
    expect(said.run).toMatchObject({ runName: 'run one', runEvaluations: [['mean exact', 0.5]] });
    expect(said.run.items.map(({ output, scores }) => [output, scores])).toEqual([
      ['Milan', ['exact', 'kind', 'short']],
      ['Paris', ['exact', 'kind', 'short']],
    ]);
    const derived = JSON.stringify(['langfuse-experiment-v1', server.projectId, said.datasetId, 'run one']);
    const experimentId = createHash('sha256').update(derived).digest('hex').slice(0, 16);
    expect(said.run.datasetRunId).toBe(experimentId);

    // As an experiment
    const [experiment, ...others] = await until(
      () => experimentsOf({ name: 'run one', datasetId: said.datasetId }),
      (found) => scoreCount(found) === 1,
    );
    expect(others).toEqual([]);
    expect(experiment).toMatchObject({
      id: experimentId,
      name: 'run one',
      description: 'First try',
      itemCount: 3,
      datasetId: said.datasetId,
      metadata: { model: 'none' },
      scores: [{ name: 'mean exact', value: 0.5, dataType: 'NUMERIC', subject: { kind: 'experiment', id: experimentId } }],
    });
    const items = await until(
      () => itemsOf({ experimentId }),
      (found) => scoreCount(found) === 6,
    );
    expect(items.map(({ experimentItemId }) => experimentItemId).sort()).toEqual([
      `${name}-fails`,
      `${name}-paris`,
      `${name}-rome`,
    ]);
    for (const item of items) {
      expect(item).toMatchObject({
        experimentId,
        experimentName: 'run one',
        experimentDatasetId: said.datasetId,
        experimentDescription: 'First try',
        environment: 'sdk-experiment',
        experimentMetadata: { model: 'none' },
      });
      expect(Date.parse(item.endTime)).toBeGreaterThanOrEqual(Date.parse(item.startTime));
    }
    expect(byItem(items, 'paris')).toMatchObject({
      traceId: said.run.items[1]!.traceId,
      level: 'DEFAULT',
      input: { question: 'France, again?' },
      output: 'Paris',
      expectedOutput: 'Paris',
      experimentItemMetadata: { hard: false },
    });
    expect(byItem(items, 'rome')).toMatchObject({
      traceId: said.run.items[0]!.traceId,
      input: { question: 'Italy?' },
      output: 'Milan',
      expectedOutput: 'Rome',
      experimentItemMetadata: { hard: true },
    });
    expect(byItem(items, 'fails').scores).toEqual([]);
    const wanted = { paris: [true, 'Paris', 1], rome: [true, 'Rome', 0] } as const;
    for (const [id, [short, capital, exact]] of Object.entries(wanted)) {
      const { scores } = byItem(items, id);
      const told = Object.fromEntries(scores.map((score) => [score.name, [score.dataType, score.value, score.comment]]));
      expect(told).toEqual({
        exact: ['NUMERIC', exact, `wanted ${capital}`],
        kind: ['CATEGORICAL', 'city', null],
        short: ['BOOLEAN', short, null],
      });
    }

    // Its scores by the other reads
    const v3 = await get<{ data: ScoreV3[] }>(server, `/api/public/v3/scores?experimentId=${experimentId}`);
    expect(v3.data.map(({ name, value }) => [name, value])).toEqual([['mean exact', 0.5]]);
    const v2 = await get<{ data: object[] }>(server, `/api/public/v2/scores?datasetRunId=${experimentId}`);
    expect(v2.data).toMatchObject([{ name: 'mean exact', value: 0.5, datasetRunId: experimentId, traceId: null, trace: null }]);

    // Over local data: no run of any dataset, no scores of the whole but those of Python 5.
    const local = await until(
      () => experimentsOf({ name: `local ${name}` }),
      (found) => found.reduce((sum, { itemCount }) => sum + itemCount, 0) === 2,
    );
    expect(local.reduce((sum, { itemCount }) => sum + itemCount, 0)).toBe(2);
    // Generation 4 of JS and 3 of Python make an experiment of each item of local data.
    const each = client === 'langfuse-python-3' || client === 'langfuse-js-4';
    expect(local).toHaveLength(each ? 2 : 1);
    for (const one of local) expect(one).toMatchObject({ datasetId: null, metadata: { where: 'local' } });
    if (!each) expect(local[0]!.id).toBe(said.local.experimentId);
    const rows = await until(
      () => itemsOf({ experimentName: `local ${name}` }),
      (found) => scoreCount(found) === 2,
    );
    const summary = rows.map((row) => [row.output, row.expectedOutput, row.scores[0]?.value, row.experimentItemMetadata]);
    expect(summary.sort()).toEqual([
      ['Milan', 'Rome', 0, {}],
      ['Paris', 'Paris', 1, { row: 'one' }],
    ]);

    // The run in the older reads
    if (links) {
      expect(said.runRead).toEqual({
        description: 'First try',
        metadata: { model: 'none' },
        items: [`${name}-fails`, `${name}-paris`, `${name}-rome`],
      });
      expect(said.runNames).toContain('run one');
      expect(said.run.datasetRunUrl).toBe(
        `${server.url}/project/${server.projectId}/datasets/${said.datasetId}/runs/${experimentId}`,
      );
    }

    // A run over the dataset as it was
    if (said.versioned) {
      const old = await itemsOf({ experimentName: 'of a version', datasetId: said.datasetId });
      expect(byItem(old, 'paris')).toMatchObject({ input: { question: 'France?' } });
    }

    // What the client itself reads back
    if (said.experiments) {
      expect(said.pages).toEqual([2, 1, null]);
      expect(said.experiments).toMatchObject([{ id: experimentId, itemCount: 3, scores: [{ name: 'mean exact', value: 0.5 }] }]);
      const ids = (of: readonly Item[]) => of.map(({ id }) => id).sort();
      expect(ids(said.experimentItems!)).toEqual(ids(items));
      expect(byItem(said.experimentItems!, 'rome')).toMatchObject({ output: 'Milan', expectedOutput: 'Rome' });
    }

    // By hand, as JS could before it had a runner
    if (said.linked) {
      expect(await itemsOf({ experimentName: 'by hand', datasetId: said.datasetId })).toMatchObject([
        {
          ...said.linked,
          experimentItemId: `${name}-rome`,
          input: { question: 'Italy?' },
          output: 'Rome',
          expectedOutput: 'Rome',
          experimentDescription: 'Linked',
          experimentMetadata: { by: 'hand' },
        },
      ]);
    }
  });
});

describe.each<[ClientName, string]>([
  ['langfuse-python-4', 'experiments-python.py'],
  ['langfuse-js-5', 'experiments-js.mjs'],
])('the runner of %s', (client, script) => {
  it.skipIf(!python && client.includes('python'))('links an item once, though answers get lost and it asks again', async () => {
    const name = `unsteady ${client}`;
    const proxy = await startUnsteadyProxy(server.url, (path) => path.endsWith('/dataset-run-items'), 2);
    try {
      const said = await run<Said>(client, script, name, proxy.url);
      expect(proxy.failed.length).toBeGreaterThanOrEqual(2);
      expect(said.runRead!.items).toEqual([`${name}-fails`, `${name}-paris`, `${name}-rome`]);
      const experiments = await experimentsOf({ name: 'run one', datasetId: said.datasetId });
      expect(experiments).toMatchObject([{ id: said.run.datasetRunId, itemCount: 3 }]);
    } finally {
      await proxy.close();
    }
  });
});

interface Linked {
  datasetId: string;
  observed: Record<string, string>;
  linked: { traceId: string; id: string };
  runRead: { description: string; metadata: unknown; items: string[][]; count: number };
  runNames: string[];
}

describe.each<[ClientName, string, description: string, by: string, count: number]>([
  ['langfuse-python-2', 'runs-python-2.py', 'With decorators', 'observe', 2],
  ['langfuse-js-3', 'runs-js-3.mjs', 'A trace each', 'trace', 1],
])('runs by hand with %s', (client, script, description, by, count) => {
  itWorks(client, shownClient(client), 'experiments', async () => {
    const name = `cities of ${client}`;
    const said = await run<Linked>(client, script, name);
    expect(said.runNames).toEqual(['linked', 'observed']);
    expect(said.runRead).toEqual({
      description: 'By hand',
      metadata: { by: 'link' },
      items: [[said.linked.traceId, said.linked.id]],
      count,
    });

    const [observed] = await experimentsOf({ name: 'observed', datasetId: said.datasetId });
    expect(observed).toMatchObject({ description, metadata: { by }, itemCount: 2, datasetId: said.datasetId, scores: [] });
    const items = await until(
      () => itemsOf({ experimentId: observed!.id }),
      (found) => scoreCount(found) === 2 && found.every(({ output }) => output !== null),
    );
    expect(Object.fromEntries(items.map((item) => [item.experimentItemId, item.traceId]))).toEqual(said.observed);
    expect(byItem(items, 'paris')).toMatchObject({
      output: 'Paris',
      expectedOutput: 'Paris',
      experimentItemMetadata: { row: 'paris' },
      environment: 'default',
      scores: [{ name: 'exact', value: 1, subject: { kind: 'trace', id: said.observed[`${name}-paris`] } }],
    });

    const linked = await itemsOf({ experimentName: 'linked', datasetId: said.datasetId });
    expect(linked).toHaveLength(count);
    expect(linked.find(({ id }) => id === said.linked.id)).toMatchObject({
      traceId: said.linked.traceId,
      experimentItemId: `${name}-rome`,
      input: 'Italy?',
      output: 'Rome!',
      expectedOutput: 'Rome',
      experimentMetadata: { by: 'link' },
    });
  });
});
