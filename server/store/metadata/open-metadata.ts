import path from 'node:path';
import type { Logger } from '../../lib/log.ts';
import { openEmbedded } from './embedded.ts';
import type { Engine, Measure, MetadataDb } from './engine.ts';
import { migrate, migrationsFolder, readMigrations } from './migrate.ts';
import { openServer } from './server.ts';

/**
 * The metadata store: settings, people, keys. PostgreSQL either way: PGlite inside the process, or a server.
 *
 * - **Durable.** A resolved write is on disk.
 * - **Transactions** by `db.transaction`; serialise with row locks (`for update`), never by hoping.
 * - **Times** are `Date` with ms precision. Ids are text and given by the caller.
 * - **Embedded** means: one connection, on the event loop, one process per folder. What is looked up per request is cached by its domain.
 */
export interface MetadataStore {
  kind: 'embedded' | 'server';
  db: MetadataDb;
  /** Round trip to the engine in ms. @throws when it does not answer. */
  ping(): Promise<number>;
  /** Waits for running statements, then releases everything. A second call does nothing. */
  close(): Promise<void>;
}

export interface MetadataOptions {
  /** Folder of the process; the embedded database lives in `metadata` below it. Not used with `databaseUrl`. */
  dataDir: string;
  /** `postgresql://…`; embedded when absent. */
  databaseUrl?: string | undefined;
  log: Logger;
  /** Runs every statement; for measuring. */
  measure?: Measure | undefined;
  /** Folder of the numbered `.sql` files; found beside the code when absent. */
  migrations?: string;
}

/**
 * Opens the store and brings its tables to this version's schema.
 * @throws MigrationError when that cannot be done; Error naming the place when the database cannot be opened.
 */
export async function openMetadata(options: MetadataOptions): Promise<MetadataStore> {
  const migrations = await readMigrations(options.migrations ?? migrationsFolder());
  const engine = await open(options);
  try {
    const applied = await migrate(engine, migrations);
    if (applied.length > 0) options.log.info({ applied }, 'metadata store migrated');
  } catch (error) {
    await engine.close().catch(() => {});
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    kind: engine.kind,
    db: engine.db,
    async ping() {
      const start = performance.now();
      await engine.query('SELECT 1');
      return performance.now() - start;
    },
    close() {
      closing ??= engine.close();
      return closing;
    },
  };
}

async function open({ dataDir, databaseUrl, log, measure }: MetadataOptions): Promise<Engine> {
  if (!databaseUrl) {
    const folder = path.join(dataDir, 'metadata');
    try {
      return await openEmbedded(folder, measure);
    } catch (error) {
      throw new Error(
        `The metadata store in ${folder} cannot be opened: ${(error as Error).message.replace(/\.$/, '')}. Its files are damaged, or not of this program. ` +
          `Put a backup of the data folder ${dataDir} back; to begin with an empty one instead, move it away and start again.`,
        { cause: error },
      );
    }
  }
  const engine = await openServer(databaseUrl, log, measure);
  try {
    await engine.query('SELECT 1');
    return engine;
  } catch (error) {
    await engine.close().catch(() => {});
    const { host, pathname } = new URL(databaseUrl);
    throw new Error(`PostgreSQL at ${host}${pathname} (DATABASE_URL) cannot be reached: ${reason(error)}`, { cause: error });
  }
}

/** `connect ECONNREFUSED …` comes as an AggregateError without a message of its own when a name has several addresses. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((inner: Error) => inner.message).join('; ');
  return (error as Error).message;
}
