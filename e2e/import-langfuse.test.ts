import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { type CliOptions, type CliRun, runCli } from './support/cli.ts';
import { type Filled, fillSource } from './support/import/fill-source.ts';
import { snapshotOf } from './support/import/snapshot.ts';
import { type Fate, startSourceProxy } from './support/import/source-proxy.ts';
import { startSecondServer } from './support/second-server.ts';
import { startServer, type TestServer } from './support/server.ts';
import { startUnsteadyProxy } from './support/unsteady-proxy.ts';

/* `telltale import langfuse` as a process between two running servers. */

let source: TestServer;
let target: TestServer;
let filled: Filled;
let state: string;

beforeAll(async () => {
  source = await startServer();
  filled = await fillSource(source);
});
afterAll(() => source?.destroy());
beforeEach(async () => {
  target = await startSecondServer();
  state = mkdtempSync(join(tmpdir(), 'telltale-import-state-'));
});
afterEach(async () => {
  rmSync(state, { recursive: true, force: true });
  await target?.destroy();
});

interface Report {
  complete: boolean;
  counts: Record<string, { copied: number; alreadyThere: number; failed: number }>;
  problems: { kind: string; id: string; reason: string }[];
  notes: { text: string; times: number }[];
}

const importFrom = (url: string, args: string[] = [], options: CliOptions = {}, to = target.url): Promise<CliRun> =>
  runCli({ ...target, url: to }, ['import', 'langfuse', '--from', url, '--state', state, '--json', ...args], {
    ...options,
    env: { LANGFUSE_FROM_PUBLIC_KEY: source.publicKey, LANGFUSE_FROM_SECRET_KEY: source.secretKey },
  });

function reportOf({ code, stdout, stderr }: CliRun): Report {
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).not.toContain(source.secretKey);
  return JSON.parse(stdout) as Report;
}

/** What the source holds; one item of a dataset is archived, and one version of a prompt deleted. */
const totals: Record<string, number> = {
  traces: 130,
  observations: 520,
  scores: 160,
  'prompt versions': 6,
  'dataset items': 121,
};

/** Both servers, field by field. */
async function expectSame() {
  const [here, there] = [await snapshotOf(source), await snapshotOf(target)];
  for (const kind of Object.keys(here)) expect({ [kind]: there[kind] }).toEqual({ [kind]: here[kind] });
}

describe('from a server with the old reads', { timeout: 600_000 }, () => {
  it('copies everything, field by field, and a second run changes nothing', async () => {
    const report = reportOf(await importFrom(source.url));
    expect(report.problems).toEqual([]);
    expect(report.notes).toEqual([{ text: expect.stringContaining('kept their numbers'), times: 1 }]);
    await expectSame();
    expect(report.counts.traces).toEqual({ copied: filled.traces, alreadyThere: 0, failed: 0 });

    const before = await snapshotOf(target, { own: true });
    const again = reportOf(await importFrom(source.url));
    expect(Object.entries(again.counts).filter(([, { copied }]) => copied > 0)).toEqual([]);
    expect(await snapshotOf(target, { own: true })).toEqual(before);

    const media = await call<{ url: string }>(target, 'GET', `/api/public/media/${filled.media.id}`);
    expect(Buffer.from(await (await fetch(media.body.url)).arrayBuffer()).equals(filled.media.content)).toBe(true);
    expect(readdirSync(state)).toEqual([]);
  });

  it('goes on where it was after it was killed: nothing lost, nothing twice', async () => {
    let kill: (() => void) | undefined;
    let left = Number.POSITIVE_INFINITY;
    // As an old server of one's own is.
    const proxy = await startSourceProxy(source.url, (path) => {
      left -= 1;
      if (left === 0) kill?.();
      return /\/(v3|v2\/observations|v2\/metrics|experiments|experiment-items)\b/.test(path) ? 404 : 'pass';
    });
    try {
      const ended: (number | null)[] = [];
      // Within the settings, then twice within the traces.
      for (const [requests, signal] of [
        [30, 'SIGKILL'],
        [85, 'SIGINT'],
        [45, 'SIGKILL'],
      ] as const) {
        left = requests;
        const { code, stderr } = await importFrom(proxy.url, [], { onChild: (send) => (kill = () => send(signal)) });
        ended.push(code);
        if (signal === 'SIGINT') expect(stderr).toContain('The same command goes on where it was.');
      }
      expect(ended).toEqual([null, 130, null]);
      const before = proxy.count();
      const last = await importFrom(proxy.url);
      expect(last.stderr).toContain('Going on with the import that was cut off');
      const { counts } = reportOf(last);
      // More than a page of traces was done before and is not read again.
      expect(proxy.count() - before).toBeLessThan(filled.traces);
      for (const kind of ['traces', 'observations', 'prompt versions', 'dataset items', 'scores'])
        expect([kind, counts[kind]!.copied + counts[kind]!.alreadyThere]).toEqual([kind, totals[kind]]);
      await expectSame();
    } finally {
      await proxy.close();
    }
  });
});

const LEGACY = [
  /^\/traces/,
  /^\/observations/,
  /^\/v2\/scores/,
  /^\/scores/,
  /^\/sessions/,
  /^\/datasets\//,
  /^\/dataset-run-items/,
];
const FATES: Fate[] = [429, 'reset', 503, 'cut', 500];

describe('from a server without the old reads, busy and on a bad line', { timeout: 600_000 }, () => {
  it('copies steps and scores and makes the traces of them', async () => {
    let seen = 0;
    const met = new Set<Fate>();
    const proxy = await startSourceProxy(source.url, (path) => {
      const route = path.replace('/api/public', '').replace(/\?.*/, '');
      if (LEGACY.some((legacy) => legacy.test(route))) return 404;
      const fate = ++seen % 7 === 0 ? FATES[(seen / 7) % FATES.length]! : 'pass';
      met.add(fate);
      return fate;
    });
    // And the target does what it is asked, but not every answer arrives.
    const unsteady = await startUnsteadyProxy(target.url, () => true, 3);
    try {
      const { counts, problems } = reportOf(await importFrom(proxy.url, [], {}, unsteady.url));
      expect(problems).toEqual([]);
      expect(unsteady.failed.length).toBeGreaterThan(10);
      expect(met).toEqual(new Set(['pass', ...FATES]));
      expect([counts.traces!.copied, counts.observations!.copied, counts.scores!.copied]).toEqual([
        filled.traces,
        totals.observations,
        totals.scores,
      ]);
      const [here, there] = [await snapshotOf(source), await snapshotOf(target)];
      const same = Object.keys(here).filter((kind) => kind !== 'traces' && kind !== 'runs');
      for (const kind of same) expect({ [kind]: there[kind] }).toEqual({ [kind]: here[kind] });
      // What the newest reads do not tell of a trace: its own input, output and metadata, and what people marked it with.
      const told = (traces: unknown) =>
        (traces as Record<string, unknown>[]).map(({ input, output, metadata, public: _, bookmarked, ...rest }) => rest);
      expect(told(there.traces)).toEqual(told(here.traces));
      type Runs = { name: string; description: string; datasetRunItems: { datasetItemId: string; traceId: string }[] }[];
      const links = (runs: unknown) =>
        // Their order is that of their first steps, which began at once here.
        (runs as Runs)
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, description, datasetRunItems }) => ({
            name,
            description,
            links: datasetRunItems.map(({ datasetItemId, traceId }) => `${datasetItemId} ${traceId}`),
          }));
      expect(links(there.runs)).toEqual(links(here.runs));
      expect(links(here.runs)).toHaveLength(2);

      const before = await snapshotOf(target, { own: true });
      const again = reportOf(await importFrom(proxy.url));
      expect(Object.entries(again.counts).filter(([, { copied }]) => copied > 0)).toEqual([]);
      expect(await snapshotOf(target, { own: true })).toEqual(before);
    } finally {
      await unsteady.close();
      await proxy.close();
    }
  });
});

describe('the command', { timeout: 600_000 }, () => {
  it('counts without writing, and copies only what is asked for', async () => {
    const empty = await snapshotOf(target, { own: true });
    const { code, stdout } = await importFrom(source.url, ['--dry-run']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      counts: {
        traces: filled.traces,
        observations: totals.observations,
        scores: totals.scores,
        'prompt versions': 6,
        models: 2,
      },
    });
    expect(await snapshotOf(target, { own: true })).toEqual(empty);

    const { counts } = reportOf(await importFrom(source.url, ['--only', 'traces', '--since', '2026-03-01T12:01:00Z']));
    expect(Object.keys(counts).sort()).toEqual(['observations', 'scores', 'traces']);
    expect(counts.traces!.copied).toBe(10);
    const snapshot = await snapshotOf(target);
    expect(snapshot.prompts).toEqual([]);
    expect((snapshot.traces as { timestamp: string }[]).every(({ timestamp }) => timestamp >= '2026-03-01T12:01:00')).toBe(true);
  });

  it('says what could not come, with its id and why, and ends with 1', async () => {
    const own = (method: string, path: string, body: object) => call(target, method, `/api/public${path}`, body);
    await own('POST', '/v2/prompts', { name: 'answer', prompt: 'Written here', labels: ['production'] });
    await own('POST', '/models', { modelName: 'house', matchPattern: 'x', unit: 'TOKENS', inputPrice: 9 });
    const { code, stdout } = await importFrom(source.url, ['--only', 'prompts,models']);
    const report = JSON.parse(stdout) as Report;
    expect([code, report.complete]).toEqual([1, false]);
    expect(report.problems).toContainEqual({
      kind: 'prompt versions',
      id: 'answer 1',
      reason: 'the target has another content under this version',
    });
    expect(report.problems).toContainEqual({ kind: 'models', id: expect.any(String), reason: expect.stringContaining('house') });
    expect(report.counts.models).toEqual({ copied: 1, alreadyThere: 0, failed: 1 });
  });

  it('ends with 2 without an address, with 3 without keys and with wrong ones, and never prints the secret', async () => {
    const run = (args: string[], env: Record<string, string> = {}) => runCli(target, ['import', 'langfuse', ...args], { env });
    expect((await run([])).code).toBe(2);
    expect((await run(['--from', source.url, '--only', 'nonsense'])).code).toBe(2);
    expect((await run(['--from', source.url])).code).toBe(3);
    const wrong = await run(['--from', source.url], {
      LANGFUSE_FROM_PUBLIC_KEY: 'pk-x',
      LANGFUSE_FROM_SECRET_KEY: 'sk-wrong-one',
    });
    expect([wrong.code, wrong.stdout]).toEqual([3, '']);
    expect(wrong.stderr).toMatch(/^error: .*--from-public-key/);
    expect(wrong.stderr).not.toContain('sk-wrong-one');
    const itself = { LANGFUSE_FROM_PUBLIC_KEY: target.publicKey, LANGFUSE_FROM_SECRET_KEY: target.secretKey };
    expect((await run(['--from', target.url], itself)).stderr).toContain('the same project');
  });
});
