import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { migrate, migration, readMigrations, SchemaError } from './migrate.ts';
import { renderSchema } from './template.ts';

let folder: string;
let engine: Engine;
const first = migration(
  1,
  '0001-first',
  'CREATE TABLE IF NOT EXISTS {{table a}} (x UInt8) ENGINE = {{engine MergeTree()}} ORDER BY x;',
);
const second = migration(2, '0002-second', 'ALTER TABLE a ADD COLUMN IF NOT EXISTS y String;');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-migrate-'));
  engine = await openEmbeddedEngine(folder, { memoryBytes: 2 ** 30, readers: 1 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const columns = async () =>
  (await engine.select<{ name: string }>("SELECT name FROM system.columns WHERE table = 'a' ORDER BY position", {}, {})).map(
    ({ name }) => name,
  );

it('applies each file once, in order, and only the new ones later', async () => {
  await migrate(engine, [first], undefined);
  expect(await columns()).toEqual(['x']);
  await migrate(engine, [first, second], undefined);
  await migrate(engine, [first, second], undefined);
  expect(await columns()).toEqual(['x', 'y']);
});

it('applies a file that came late, before or between those that are there', async () => {
  const third = migration(4, '0004-third', 'ALTER TABLE a ADD COLUMN IF NOT EXISTS z String;');
  const late = migration(3, '0003-late', 'ALTER TABLE a ADD COLUMN IF NOT EXISTS w String;');
  await migrate(engine, [first, second, third], undefined);
  await migrate(engine, [first, second, late, third], undefined);
  expect(await columns()).toEqual(['x', 'y', 'z', 'w']);
  await engine.command('ALTER TABLE schema_migrations DELETE WHERE number > 2 SETTINGS mutations_sync = 2');
  await engine.command('ALTER TABLE a DROP COLUMN z, DROP COLUMN w');
});

it('says which applied file was changed', async () => {
  const changed = migration(1, '0001-first', `${first.sql} -- changed`);
  await expect(migrate(engine, [changed, second], undefined)).rejects.toBeInstanceOf(SchemaError);
  await expect(migrate(engine, [changed, second], undefined)).rejects.toThrow(/0001-first was changed/);
});

it('says that the store is newer than the program', async () => {
  await expect(migrate(engine, [first], undefined)).rejects.toThrow(/newer than this program.*0002-second.*0001-first/s);
});

it('has schema files that ClickHouse can parse for a cluster', async () => {
  for (const { sql } of await readMigrations()) {
    for (const statement of renderSchema(sql, 'main')) {
      await expect(engine.select(`SELECT formatQuery({statement:String})`, { statement }, {})).resolves.toHaveLength(1);
    }
  }
});
