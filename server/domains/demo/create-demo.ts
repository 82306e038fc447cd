import type { Door } from '../../ingest/door.ts';
import type { Sender } from '../../ingest/types.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Part } from '../../lib/lifetime.ts';
import type { Logger } from '../../lib/log.ts';
import { findTracesOfKey } from '../../query/find-traces-of-key.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { type MetadataDb, readSetting, writeSetting } from '../../store/metadata/index.ts';
import type { Prompts } from '../prompts/index.ts';
import { demoPrompts } from './demo-prompts.ts';
import { type DemoProgress, loadDemo } from './load-demo.ts';

/** Stands in the rows in place of an API key's public key, so that demo data can be told from a user's own in the same project. */
const DEMO_KEY = 'telltale-demo';
const TRACES_AT_ONCE = 1000;

export interface Demo extends Part {
  /** Loads the demo data in the background, or goes on where an earlier start was interrupted. */
  begin(projectId: string): void;
  /** Deletes the demo's prompts and its traces with all that hangs on them, and nothing else; hidden when it resolves. */
  remove(projectId: string): Promise<void>;
  drain(): Promise<void>;
}

/** The demo data: made by the code of the examples, loaded through the door while the server already serves. */
export function createDemo(parts: {
  door: Pick<Door, 'acceptOtlp' | 'acceptBatch'>;
  analytics: AnalyticsStore;
  prompts: Pick<Prompts, 'create' | 'get' | 'remove'>;
  db: MetadataDb;
  clock: Clock;
  log: Logger;
}): Demo {
  const { door, analytics, prompts, db, clock, log } = parts;
  const ending = new AbortController();
  let loading: Promise<unknown> = Promise.resolve();

  const drain = async () => {
    ending.abort();
    await loading;
  };

  const createPrompts = async (projectId: string) => {
    for (const { name, version, text } of demoPrompts()) {
      // There already when an earlier start was cut short.
      if (await prompts.get(projectId, name, { version }, false).catch(() => null)) continue;
      const given = { type: 'text' as const, name, prompt: text, labels: ['production'], config: {} };
      await prompts.create(projectId, given, DEMO_KEY);
    }
  };

  /** Newest first, and only versions that the demo made. */
  const removePrompts = async (projectId: string) => {
    for (const { name, version } of demoPrompts().reverse()) {
      const found = await prompts.get(projectId, name, { version }, false).catch(() => null);
      if (found?.createdBy === DEMO_KEY) await prompts.remove(projectId, name, { version });
    }
  };

  return {
    name: 'demo',
    begin(projectId) {
      const sender = (via: Sender['via']): Sender => ({
        projectId,
        publicKey: DEMO_KEY,
        scope: 'full',
        via,
        sdkName: '',
        sdkVersion: '',
      });
      const setting = `demo:${projectId}`;
      const load = () =>
        loadDemo({
          acceptOtlp: (body) =>
            door.acceptOtlp(Buffer.from(body.buffer, body.byteOffset, body.byteLength), 'protobuf', sender('otlp-http')),
          acceptBatch: (body) => door.acceptBatch(body, sender('langfuse-batch'), 0),
          readProgress: async () => (await readSetting<DemoProgress>(db, setting)) ?? null,
          writeProgress: (progress) => writeSetting(db, setting, progress),
          now: () => clock.now(),
          log,
          signal: ending.signal,
        });
      const prepare = async () => {
        if ((await readSetting(db, setting)) === undefined) await createPrompts(projectId);
      };
      loading = prepare()
        .then(load)
        .catch((error: unknown) => log.error({ err: error }, 'the demo data could not be loaded'));
    },
    async remove(projectId) {
      await drain();
      const traces = await findTracesOfKey(analytics, projectId, DEMO_KEY);
      for (let at = 0; at < traces.length; at += TRACES_AT_ONCE) {
        await analytics.deleteTraces(projectId, traces.slice(at, at + TRACES_AT_ONCE));
      }
      await removePrompts(projectId);
    },
    drain,
  };
}
