import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpTestServer, startHttpTestServer } from '../server/store/analytics/start-http-test-server.ts';
import { call, get } from './support/api.ts';
import { findPostgres, type PostgresServer, startPostgres } from './support/postgres.ts';
import { startServer, type TestServer } from './support/server.ts';

/* The same process on stores that are servers: ClickHouse over its HTTP interface, and a real PostgreSQL. */

const bin = findPostgres();

describe.skipIf(!bin)('on a ClickHouse server and PostgreSQL', () => {
  let folder: string;
  let clickhouse: HttpTestServer;
  let postgres: PostgresServer;
  let server: TestServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'telltale-servers-'));
    clickhouse = await startHttpTestServer(folder);
    postgres = await startPostgres(bin!);
    server = await startServer({
      CLICKHOUSE_URL: clickhouse.address.url,
      CLICKHOUSE_USER: clickhouse.address.user,
      CLICKHOUSE_PASSWORD: clickhouse.address.password,
      CLICKHOUSE_DATABASE: clickhouse.address.database,
      DATABASE_URL: postgres.url,
    });
  });
  afterAll(async () => {
    await server?.destroy();
    await clickhouse?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const generation = {
    id: 'g1',
    traceId: 't1',
    name: 'answer',
    model: 'gpt-4o-mini',
    input: 'Where is order 4711?',
    output: 'Shipped.',
  };
  const batch = [
    {
      id: 'e1',
      type: 'trace-create',
      timestamp: '2026-11-01T10:00:00.000Z',
      body: { id: 't1', name: 'order-status', userId: 'ada', tags: ['b', 'a'] },
    },
    {
      id: 'e2',
      type: 'generation-create',
      timestamp: '2026-11-01T10:00:01.000Z',
      body: { ...generation, usage: { input: 1000, output: 100 } },
    },
    {
      id: 'e3',
      type: 'score-create',
      timestamp: '2026-11-01T10:00:02.000Z',
      body: { id: 's1', traceId: 't1', name: 'helpful', value: 1 },
    },
  ];

  it('takes, prices and gives back', async () => {
    const sent = await call<{ errors: unknown[] }>(server, 'POST', '/api/public/ingestion', { batch });
    expect([sent.status, sent.body.errors]).toEqual([207, []]);
    const trace = await get<{ observations: Record<string, unknown>[] }>(server, '/api/public/traces/t1');
    expect(trace).toMatchObject({ name: 'order-status', userId: 'ada', tags: ['a', 'b'], scores: [{ id: 's1', value: 1 }] });
    // gpt-4o-mini: 0.15 and 0.60 USD per million tokens.
    expect(trace.observations).toMatchObject([{ id: 'g1', output: 'Shipped.', calculatedTotalCost: 0.00021 }]);
  });

  it('keeps everything on the servers and nothing in its folder, over a restart', async () => {
    expect([existsSync(join(server.dataDir, 'analytics')), existsSync(join(server.dataDir, 'metadata'))]).toEqual([false, false]);
    expect(await server.stop()).toBe(0);
    server = await server.restart();
    expect(await get(server, '/api/public/traces/t1')).toMatchObject({ name: 'order-status' });
    expect(await get(server, '/ready')).toMatchObject({ status: 'ready' });
  });

  it('says which store fails, and asks senders to come again', async () => {
    await clickhouse.stop();
    const ready = await call<{ stores: Record<string, { ok: boolean }> }>(server, 'GET', '/ready');
    expect(ready.status).toBe(503);
    expect([ready.body.stores.analytics?.ok, ready.body.stores.metadata?.ok]).toEqual([false, true]);
    const refused = await call(server, 'POST', '/api/public/ingestion', { batch: batch.slice(1, 2) });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
