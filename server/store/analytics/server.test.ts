import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../lib/log.ts';
import { describeAnalyticsStore } from './conformance.ts';
import { openAnalytics } from './open-analytics.ts';
import { type HttpTestServer, startHttpTestServer } from './start-http-test-server.ts';

const log = createLogger('silent');
const untouched = join(tmpdir(), 'telltale-is-not-created');

describeAnalyticsStore('a ClickHouse server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-analytics-'));
  const server = await startHttpTestServer(folder);
  return {
    open: () => openAnalytics({ dataDir: untouched, clickhouse: server.address, log }),
    async cleanUp() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

describe('a server that cannot be had', () => {
  let folder: string;
  let server: HttpTestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telltale-analytics-'));
    server = await startHttpTestServer(folder);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('because the password is wrong', async () => {
    const clickhouse = { ...server.address, password: 'wrong' };
    await expect(openAnalytics({ dataDir: untouched, clickhouse, log })).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('CLICKHOUSE_PASSWORD'),
    });
  });

  it('because nobody listens', async () => {
    const clickhouse = { ...server.address, url: 'http://127.0.0.1:1' };
    await expect(openAnalytics({ dataDir: untouched, clickhouse, log })).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('cannot be reached'),
    });
  });

  it('because it went away while in use', async () => {
    const store = await openAnalytics({ dataDir: untouched, clickhouse: server.address, log });
    await server.stop();
    await expect(store.ping()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('cannot be reached') });
    await store.close();
  });
});
