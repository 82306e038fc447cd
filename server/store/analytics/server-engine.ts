import { Readable } from 'node:stream';
import { type Engine, INSERT_SETTINGS, READ_SETTINGS } from './engine.ts';
import { parseLines } from './parse-lines.ts';

/** How to reach a ClickHouse server or cluster. */
export interface ServerAddress {
  url: string;
  user: string;
  password: string;
  database: string;
  cluster?: string | undefined;
}

/** Needed with a server only, and large. */
const loadClient = () => import('@clickhouse/client');

/**
 * ClickHouse over HTTP. Inserts are synchronous: the server answers when the part is written (on a cluster: on its shard, not in the
 * queue of the Distributed table). On a cluster all queries prefer the same replica, so that what was written is seen by the next read.
 */
export async function openServerEngine(address: ServerAddress): Promise<Engine> {
  const { ClickHouseLogLevel, createClient, drainStream } = await loadClient();
  await createDatabase(address);
  const client = createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    database: address.database,
    application: 'telltale',
    // The client would write to the console; its errors are thrown as well.
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: 120_000,
    max_open_connections: 16,
    use_multipart_params_auto: true,
    compression: { request: false, response: false },
    clickhouse_settings: address.cluster ? { load_balancing: 'in_order' } : {},
  });
  const insertSettings = {
    ...INSERT_SETTINGS,
    async_insert: 0 as const,
    ...(address.cluster ? { distributed_foreground_insert: 1 as const } : {}),
  };
  return {
    async select<Row>(sql: string, params: Record<string, unknown>, settings: Record<string, string | number>): Promise<Row[]> {
      const result = await client.query({
        query: sql,
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: { ...READ_SETTINGS, ...settings },
      });
      return parseLines<Row>(await result.text());
    },
    async command(sql, params = {}) {
      await client.command({ query: sql, query_params: params });
    },
    async insert(table, columns, rows) {
      // Not `client.insert`, which wants a stream of parsed rows for this format and would write them out again.
      const result = await client.exec({
        query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
        values: Readable.from([rows], { objectMode: false }),
        clickhouse_settings: insertSettings as Record<string, string | number>,
      });
      await drainStream(result.stream);
    },
    async close() {
      await client.close();
    },
  };
}

/** Creates the database on first start. A user without the right to do so needs a database that is there already. */
async function createDatabase({ url, user, password, database, cluster }: ServerAddress): Promise<void> {
  const { ClickHouseLogLevel, createClient } = await loadClient();
  const log = { level: ClickHouseLogLevel.OFF };
  const client = createClient({ url, username: user, password, request_timeout: 30_000, log });
  try {
    const known = await client.query({
      query: 'SELECT 1 FROM system.databases WHERE name = {database:String}',
      query_params: { database },
      format: 'JSONEachRow',
    });
    if ((await known.json()).length > 0) return;
    const onCluster = cluster ? ` ON CLUSTER \`${cluster}\`` : '';
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS \`${database}\`${onCluster}` });
  } finally {
    await client.close();
  }
}
