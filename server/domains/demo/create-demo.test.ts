import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Prompt } from '../../../contract/prompt.ts';
import type { Door } from '../../ingest/door.ts';
import type { Sender } from '../../ingest/types.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLogger } from '../../lib/log.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation } from '../../store/analytics/rows.ts';
import { type MetadataStore, openMetadata } from '../../store/metadata/index.ts';
import { createDemo } from './create-demo.ts';
import { demoPrompts } from './demo-prompts.ts';

const log = createLogger('silent');
let folder: string;
let analytics: AnalyticsStore;
let metadata: MetadataStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-demo-'));
  analytics = await openAnalytics({ dataDir: folder, log });
  metadata = await openMetadata({ dataDir: folder, log });
});
afterAll(async () => {
  await analytics.close();
  await metadata.close();
  await rm(folder, { recursive: true, force: true });
});

it("takes away the demo's traces, stops loading more, and leaves the user's own", async () => {
  const row = (traceId: string, apiKey: string) => ({
    ...emptyObservation('p', traceId, `${traceId}-1`),
    start_time: Date.now() * 1000,
    api_key: apiKey,
    row_version: 1,
  });
  await analytics.insert({ observations: [row('mine', 'pk-lf-mine')] });
  let exports = 0;
  let two = () => {};
  const afterTwo = new Promise<void>((done) => {
    two = done;
  });
  const door: Pick<Door, 'acceptOtlp' | 'acceptBatch'> = {
    async acceptOtlp(_body: Buffer, _format: unknown, sender: Sender) {
      exports += 1;
      await analytics.insert({ observations: [row(`demo-${exports}`, sender.publicKey)] });
      if (exports === 2) two();
      return { accepted: 1, refused: [] };
    },
    acceptBatch: async () => ({ successes: [], errors: [] }),
  };
  const kept = new Map<string, string>([['own@1', 'somebody']]);
  const prompts: Parameters<typeof createDemo>[0]['prompts'] = {
    async create(_project, { name }, by = '') {
      const version = [...kept.keys()].filter((key) => key.startsWith(`${name}@`)).length + 1;
      kept.set(`${name}@${version}`, by);
      return {} as Prompt;
    },
    async get(_project, name, { version }) {
      const createdBy = kept.get(`${name}@${version}`);
      if (createdBy === undefined) throw new Error('404');
      return { createdBy } as Prompt;
    },
    async remove(_project, name, { version }) {
      kept.delete(`${name}@${version}`);
    },
  };
  const demo = createDemo({ door, analytics, prompts, db: metadata.db, clock: systemClock, log });
  demo.begin('p');
  await afterTwo;
  expect([...kept.keys()].slice(1)).toEqual(demoPrompts().map(({ name, version }) => `${name}@${version}`));
  await demo.remove('p');
  const stopped = exports;
  const left = await analytics.query<{ trace_id: string }>('SELECT trace_id FROM observations ORDER BY trace_id');
  expect(left).toEqual([{ trace_id: 'mine' }]);
  expect([...kept.keys()]).toEqual(['own@1']);
  await new Promise(setImmediate);
  expect(exports).toBe(stopped);
});

it('names every version of a prompt, each longer than the one before', () => {
  const versions = demoPrompts().filter(({ name }) => name === 'support-answer');
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  expect(versions[0]!.text.length).toBeLessThan(versions[1]!.text.length);
  expect(versions[1]!.text.length).toBeLessThan(versions[2]!.text.length);
});
