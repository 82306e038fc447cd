import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Engine } from './engine.ts';
import * as schema from './schema/index.ts';

/** Opens (or creates) the PostgreSQL cluster in `folder`, run inside this process. It belongs to one process at a time. */
export async function openEmbedded(folder: string): Promise<Engine> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = await PGlite.create({ dataDir: folder });
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
