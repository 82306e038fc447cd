import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { type Engine, INSERT_SETTINGS, READ_SETTINGS } from './engine.ts';

/** How to reach a ClickHouse server or cluster. */
export interface ServerAddress {
  url: string;
  user: string;
  password: string;
  database: string;
  cluster?: string | undefined;
}

/**
 * ClickHouse over HTTP. Inserts are synchronous: the server answers when the part is written (on a cluster: on its shard, not in the
 * queue of the Distributed table). On a cluster all queries prefer the same replica, so that what was written is seen by the next read.
 */
export function openServerEngine(address: ServerAddress): Engine {
  const client = createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    database: address.database,
    application: 'telltale',
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
      return result.json<Row>();
    },
    async command(sql, params = {}) {
      await client.command({ query: sql, query_params: params });
    },
    async insert(table, columns, rows) {
      await client.insert({
        table,
        columns: columns as [string, ...string[]],
        values: Readable.from([rows], { objectMode: false }),
        format: 'JSONCompactEachRow',
        clickhouse_settings: insertSettings as Record<string, string | number>,
      });
    },
    async close() {
      await client.close();
    },
  };
}
