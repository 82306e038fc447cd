import type { Logger } from '../../lib/log.ts';
import type { Engine, Measure } from './engine.ts';
import * as schema from './schema/index.ts';

/** Connects to a PostgreSQL server. Connections are opened as needed, at most ten. */
export async function openServer(databaseUrl: string, log: Logger, measure?: Measure): Promise<Engine> {
  // Needed with a server only.
  const [{ drizzle }, { default: pg }] = await Promise.all([import('drizzle-orm/node-postgres'), import('pg')]);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 10,
    application_name: 'telltale',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  if (measure) {
    const query = pool.query.bind(pool) as (...statement: unknown[]) => Promise<unknown>;
    pool.query = ((...statement: unknown[]) => measure(() => query(...statement))) as typeof pool.query;
  }
  // An idle connection that the server closes (a restart) reports here; the pool replaces it.
  pool.on('error', (error) => log.warn({ err: error }, 'a connection to PostgreSQL was lost'));
  return {
    kind: 'server',
    db: drizzle({ client: pool, schema }),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work({
          query: async <Row>(sql: string, params?: unknown[]) => (await client.query(sql, params)).rows as Row[],
          run: async (sql) => void (await client.query(sql)),
        });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollback: Error) => {
          broken = rollback;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    query: async <Row>(sql: string, params?: unknown[]) => (await pool.query(sql, params)).rows as Row[],
    close: () => pool.end(),
  };
}
