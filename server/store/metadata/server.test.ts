import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, type PostgresServer, startPostgres } from '../../../e2e/support/postgres.ts';
import { createLogger } from '../../lib/log.ts';
import { metadataConformance } from './conformance.ts';
import { openMetadata } from './open-metadata.ts';

const bin = findPostgres();
const log = createLogger('silent');

describe.skipIf(!bin)('on a real PostgreSQL', () => {
  let server: PostgresServer;
  let made = 0;
  const newDatabase = () => server.createDatabase(`test_${++made}`);
  beforeAll(async () => {
    server = await startPostgres(bin!);
  });
  afterAll(async () => {
    await server?.stop();
  });

  metadataConformance('server', async () => ({ dataDir: '/nonexistent', databaseUrl: await newDatabase() }));

  it('lets several processes start on one empty database at once', async () => {
    const databaseUrl = await newDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openMetadata({ dataDir: '/nonexistent', databaseUrl, log })));
    for (const store of stores) expect(await store.ping()).toBeGreaterThan(0);
    await Promise.all(stores.map((store) => store.close()));
  });
});

it('names host and database, not the password, when the server cannot be reached', async () => {
  const databaseUrl = 'postgresql://someone:very-secret@127.0.0.1:1/thing';
  const error = await openMetadata({ dataDir: '/nonexistent', databaseUrl, log }).catch((caught: Error) => caught);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toContain('127.0.0.1:1/thing (DATABASE_URL) cannot be reached: connect ECONNREFUSED');
  expect((error as Error).message).not.toContain('very-secret');
});
