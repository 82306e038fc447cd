import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../lib/log.ts';
import { migrationsFolder, readMigrations } from './migrate.ts';
import { type MetadataStore, openMetadata } from './open-metadata.ts';
import { memberships, organisations, projects, users } from './schema/index.ts';
import { claimSetting, readSetting, writeSetting } from './settings.ts';

const log = createLogger('silent');

/** Where an engine's tests get their databases. The same place opened twice is the same database. */
export interface Place {
  dataDir: string;
  databaseUrl?: string;
}

/** What every engine behind the metadata port must do. `newPlace` makes an empty database. */
export function metadataConformance(kind: MetadataStore['kind'], newPlace: () => Promise<Place>): void {
  describe(`metadata store, ${kind}`, () => {
    let store: MetadataStore;
    let place: Place;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'telltale-migrations-'));
      place = await newPlace();
      store = await openMetadata({ ...place, log });
    });
    afterAll(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });

    it('says what it is and answers a ping', async () => {
      expect(store.kind).toBe(kind);
      const ms = await store.ping();
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThan(5_000);
    });

    it('keeps what was written, times to the millisecond, JSON as JSON', async () => {
      const createdAt = new Date('2026-02-03T04:05:06.789Z');
      await store.db.insert(organisations).values({ id: 'keep-o', name: 'Örganisation 組織', createdAt });
      const metadata = { team: 'a"b', nested: { list: [1, null, 'x'] } };
      await store.db.insert(projects).values({ id: 'keep-p', organisationId: 'keep-o', name: 'P', metadata });
      const [organisation] = await store.db.select().from(organisations).where(eq(organisations.id, 'keep-o'));
      expect(organisation?.name).toBe('Örganisation 組織');
      expect(organisation?.createdAt.toISOString()).toBe('2026-02-03T04:05:06.789Z');
      const [project] = await store.db.select().from(projects).where(eq(projects.id, 'keep-p'));
      expect(project).toMatchObject({ metadata, retentionDays: null, demo: false, deletedAt: null });
    });

    it('undoes a transaction that throws, whole', async () => {
      const work = store.db.transaction(async (tx) => {
        await tx.insert(organisations).values({ id: 'undone', name: 'x' });
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await store.db.$count(organisations, eq(organisations.id, 'undone'))).toBe(0);
    });

    it('keeps its own rules: unique lower-case e-mails, known roles, and nothing without its owner', async () => {
      await store.db.insert(users).values({ id: 'u1', email: 'a@example.com', name: 'A' });
      await expect(store.db.insert(users).values({ id: 'u2', email: 'a@example.com', name: 'B' })).rejects.toThrow();
      await expect(store.db.insert(users).values({ id: 'u3', email: 'B@example.com', name: 'B' })).rejects.toThrow();
      const orphan = { organisationId: 'nowhere', userId: 'u1', role: 'OWNER' as const };
      await expect(store.db.insert(memberships).values(orphan)).rejects.toThrow();
      await store.db.insert(organisations).values({ id: 'rules', name: 'x' });
      const wrong = { organisationId: 'rules', userId: 'u1', role: 'KING' as 'OWNER' };
      await expect(store.db.insert(memberships).values(wrong)).rejects.toThrow();
      await store.db.insert(memberships).values({ organisationId: 'rules', userId: 'u1', role: 'OWNER' });
      await store.db.delete(organisations).where(eq(organisations.id, 'rules'));
      expect(await store.db.$count(memberships, eq(memberships.organisationId, 'rules'))).toBe(0);
    });

    it('lets one of two transactions that lock a row wait for the other', async () => {
      await store.db.insert(organisations).values({ id: 'locked', name: '0' });
      const increment = () =>
        store.db.transaction(async (tx) => {
          const [row] = await tx.select().from(organisations).where(eq(organisations.id, 'locked')).for('update');
          await tx
            .update(organisations)
            .set({ name: String(Number(row!.name) + 1) })
            .where(eq(organisations.id, 'locked'));
        });
      await Promise.all(Array.from({ length: 8 }, increment));
      const [row] = await store.db.select().from(organisations).where(eq(organisations.id, 'locked'));
      expect(row?.name).toBe('8');
    });

    it('settings: read, write over, and claim once', async () => {
      expect(await readSetting(store.db, 's')).toBeUndefined();
      await writeSetting(store.db, 's', { a: 1 });
      await writeSetting(store.db, 's', 'text');
      expect(await readSetting(store.db, 's')).toBe('text');
      const claims = await Promise.all([claimSetting(store.db, 'c', 1), claimSetting(store.db, 'c', 2)]);
      expect(claims[0]).toBe(claims[1]);
    });

    it('opens again with everything in it, and migrates only what is missing', async () => {
      const own = await newPlace();
      const first = await openMetadata({ ...own, log });
      await writeSetting(first.db, 'kept', 42);
      await first.close();
      await first.close();

      const shipped = await readMigrations(migrationsFolder());
      for (const { name, sql } of shipped) writeFileSync(path.join(folder, `${name}.sql`), sql);
      writeFileSync(
        path.join(folder, '9001-first.sql'),
        'CREATE TABLE telltale.later (id int);\nINSERT INTO telltale.later VALUES (7);\n',
      );
      const second = await openMetadata({ ...own, log, migrations: folder });
      expect(await readSetting(second.db, 'kept')).toBe(42);
      const seven = await second.db.select({ id: sql<number>`id` }).from(sql`telltale.later`);
      expect(seven).toEqual([{ id: 7 }]);
      await second.close();

      await expect(openMetadata({ ...own, log })).rejects.toThrow(/newer version of Telltale: it has migration 9001-first/);

      writeFileSync(path.join(folder, '9001-first.sql'), 'CREATE TABLE telltale.later (id bigint);\n');
      await expect(openMetadata({ ...own, log, migrations: folder })).rejects.toThrow(/9001-first .* was changed after/);
      writeFileSync(
        path.join(folder, '9001-first.sql'),
        'CREATE TABLE telltale.later (id int);\r\nINSERT INTO telltale.later VALUES (7);\r\n',
      );
      writeFileSync(path.join(folder, '9002-good.sql'), 'CREATE TABLE telltale.good (id int);');
      writeFileSync(path.join(folder, '9003-bad.sql'), 'CREATE TABLE telltale.bad (id int); SELECT nonsense FROM nowhere;');
      await expect(openMetadata({ ...own, log, migrations: folder })).rejects.toThrow(/Migration 9003-bad .* failed: .*nowhere/);
      writeFileSync(path.join(folder, '9003-bad.sql'), 'SELECT 1;');
      // All or none: 9002 was undone with 9003, so its table can be made now.
      const third = await openMetadata({ ...own, log, migrations: folder });
      expect(await third.db.select().from(sql`telltale.good`)).toEqual([]);
      await third.close();
    });
  });
}
