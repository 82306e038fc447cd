import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UpsertDatasetItemInput } from '../../../contract/dataset.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../../e2e/support/postgres.ts';
import { systemClock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createDatasetItems, createDatasetRuns, createDatasets } from './index.ts';

const bin = findPostgres();

describe.skipIf(!bin)('many writers on a real PostgreSQL', () => {
  let postgres: PostgresServer;
  let metadata: MetadataStore;
  beforeAll(async () => {
    postgres = await startPostgres(bin!);
    const databaseUrl = await postgres.createDatabase('at_once');
    metadata = await openMetadata({ dataDir: '/nonexistent', databaseUrl, log: createLogger('silent') });
    await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
    await metadata.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'P' });
    await createDatasets({ db: metadata.db, clock: systemClock }).upsert('p', { name: 'd' });
    await createDatasets({ db: metadata.db, clock: systemClock }).upsert('p', { name: 'other' });
  }, 60_000);
  afterAll(async () => {
    await metadata?.close();
    await postgres?.stop();
  });

  const statusOf = async (work: Promise<unknown>) => {
    try {
      await work;
      return 200;
    } catch (error) {
      if (error instanceof AppError) return error.status;
      throw error;
    }
  };

  it('leave one line of versions without gaps or overlaps', async () => {
    const items = createDatasetItems({ db: metadata.db, clock: systemClock });
    const write = (n: number) => items.upsert('p', { datasetName: 'd', id: 'one', input: n } as UpsertDatasetItemInput);
    await write(-1);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, n) => statusOf(n % 4 === 3 ? items.delete('p', 'one') : write(n))),
    );
    // A deletion may find the item deleted already; nothing else fails.
    expect(statuses.every((status, n) => status === 200 || (status === 404 && n % 4 === 3))).toBe(true);
    const { datasetItemVersions: versions } = tables;
    const rows = await metadata.db.select().from(versions).where(eq(versions.id, 'one')).orderBy(asc(versions.sequence));
    expect(rows).toHaveLength(1 + statuses.filter((status) => status === 200).length);
    expect(rows.map(({ validTo }) => validTo)).toEqual([...rows.slice(1).map(({ validFrom }) => validFrom), null]);
    for (const { validFrom, validTo } of rows) if (validTo) expect(validTo.getTime()).toBeGreaterThan(validFrom.getTime());
  });

  it('of one new id in two datasets: one wins', async () => {
    const items = createDatasetItems({ db: metadata.db, clock: systemClock });
    for (let round = 0; round < 5; round++) {
      const input = (datasetName: string) => ({ datasetName, id: `race-${round}`, input: 1 }) as UpsertDatasetItemInput;
      const statuses = await Promise.all(['d', 'other'].map((name) => statusOf(items.upsert('p', input(name)))));
      expect(statuses.sort()).toEqual([200, 409]);
    }
  });

  it('of links make one run', async () => {
    const { db } = metadata;
    const items = createDatasetItems({ db, clock: systemClock });
    const runs = createDatasetRuns({ db, clock: systemClock, findTraceOf: async () => null, findStart: async () => null });
    await items.upsert('p', { datasetName: 'd', id: 'linked', input: 1 } as UpsertDatasetItemInput);
    const links = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        runs.addItem('p', { runName: 'r', datasetItemId: 'linked', traceId: `t${n % 20}`, metadata: { [`k${n % 20}`]: n % 20 } }),
      ),
    );
    expect(new Set(links.map(({ datasetRunId }) => datasetRunId)).size).toBe(1);
    const run = await runs.get('p', 'd', 'r');
    expect(run.datasetRunItems).toHaveLength(20);
    expect(Object.keys(run.metadata as object)).toHaveLength(20);
  });
});
