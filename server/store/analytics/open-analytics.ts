import { mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type Clock, startAfter } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { type EmbeddedLimits, openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { mapEngineError } from './map-error.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { AnalyticsStore } from './port.ts';
import { openServerEngine, type ServerAddress } from './server-engine.ts';
import { openStore } from './store.ts';

export interface AnalyticsOptions {
  /** The data folder; the embedded engine lives in its sub-folder `analytics`, the journal in `journal`. Not touched when `clickhouse` is given. */
  dataDir: string;
  /** A ClickHouse server or cluster instead of the embedded engine. */
  clickhouse?: ServerAddress | undefined;
  /** Of the embedded engine. Without it: half of the machine's memory, between 1 and 8 GB, and three readers. */
  limits?: Partial<EmbeddedLimits>;
  log: Logger;
  clock?: Clock;
}

/**
 * Opens the analytics store and brings its schema up to date. This is the only place that knows whether the engine is embedded.
 *
 * The folder must be locked by the caller (`server/store/lock.ts`): the embedded engine allows one process per folder.
 * @throws AppError 503 when a server cannot be reached; Error when the schema in the store does not fit this program
 */
export async function openAnalytics(options: AnalyticsOptions): Promise<AnalyticsStore> {
  const started = performance.now();
  const engine = await openEngine(options).catch((error) => {
    throw mapEngineError(error);
  });
  try {
    await migrate(engine, await readMigrations(), options.clickhouse?.cluster);
    startAfter(await highestVersion(engine));
  } catch (error) {
    await engine.close();
    throw mapEngineError(error);
  }
  const kind = options.clickhouse ? 'server' : 'embedded';
  options.log.info({ engine: kind, ms: Math.round(performance.now() - started) }, 'analytics store is open');
  return openStore(engine, {
    cluster: options.clickhouse?.cluster,
    alone: !options.clickhouse,
    ...(options.clickhouse ? {} : { behind: { folder: join(options.dataDir, 'journal'), log: options.log } }),
    ...(options.clock ? { clock: options.clock } : {}),
  });
}

/**
 * The latest version or time of arrival that is stored, tombstones with them (so nothing is merged): new ones must be later, whatever the
 * clock says. 0 in an empty store.
 */
async function highestVersion(engine: Engine): Promise<number> {
  const [found] = await engine.select<{ version: number }>(
    `SELECT greatest((SELECT max(row_version) FROM observations), (SELECT max(row_version) FROM traces), (SELECT max(row_version) FROM scores),
  (SELECT toUInt64(max(toUnixTimestamp64Micro(received_at))) FROM events)) AS version`,
    {},
    { final: 0 },
  );
  return Number(found?.version ?? 0);
}

async function openEngine({ dataDir, clickhouse, limits }: AnalyticsOptions): Promise<Engine> {
  if (clickhouse) return openServerEngine(clickhouse);
  const folder = join(dataDir, 'analytics');
  await mkdir(folder, { recursive: true });
  const gigabyte = 1024 ** 3;
  const memoryBytes = Math.min(8 * gigabyte, Math.max(gigabyte, Math.floor(totalmem() / 2)));
  return openEmbeddedEngine(folder, { memoryBytes, readers: 3, ...limits });
}
