import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Engine, Measure } from './engine.ts';
import * as schema from './schema/index.ts';

/** Opens (or creates) the PostgreSQL cluster in `folder`, run inside this process. It belongs to one process at a time. */
export async function openEmbedded(folder: string, measure?: Measure): Promise<Engine> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = await createSmall(folder);
  if (measure) {
    const query = client.query.bind(client);
    client.query = (...statement) => measure(() => query(...statement)) as ReturnType<typeof client.query<never>>;
  }
  return {
    kind: 'embedded',
    db: drizzle({ client, schema }),
    transaction: (work) =>
      client.transaction((tx) =>
        work({
          query: async <Row>(sql: string, params?: unknown[]) => (await tx.query<Row>(sql, params)).rows,
          run: async (sql) => void (await tx.exec(sql)),
        }),
      ),
    query: async <Row>(sql: string, params?: unknown[]) => (await client.query<Row>(sql, params)).rows,
    close: () => client.close(),
  };
}

/**
 * PostgreSQL's default of 128 MB for shared buffers is touched at the start and stays; a few megabytes of settings need none of it.
 * Measured: 264 MB less in memory, of 540. The server reads the value when it starts, hence once a second opening, at the first start.
 */
const SHARED_BUFFERS = '4MB';

async function createSmall(folder: string): Promise<PGlite> {
  const client = await PGlite.create({ dataDir: folder });
  const shown = await client.query<{ shared_buffers: string }>('SHOW shared_buffers');
  if (shown.rows[0]?.shared_buffers === SHARED_BUFFERS) return client;
  await client.exec(`ALTER SYSTEM SET shared_buffers = '${SHARED_BUFFERS}'`);
  await client.close();
  return PGlite.create({ dataDir: folder });
}
