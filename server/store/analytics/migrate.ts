import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Engine } from './engine.ts';
import { renderSchema } from './template.ts';

/** The schema in the store and this program do not fit. The message is for the operator. */
export class SchemaError extends Error {}

/** One numbered schema file. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

const HISTORY = `
CREATE TABLE IF NOT EXISTS {{table schema_migrations}}
(number UInt32, name String, checksum String, applied_at DateTime64(6, 'UTC') DEFAULT now64(6))
ENGINE = {{engine ReplacingMergeTree()}} ORDER BY number;
{{distributed schema_migrations by number}}`;

/** Reads the schema files (`0001-name.sql`, …) in order of their numbers, which may have gaps. @throws when a number is used twice */
export async function readMigrations(folder: URL = new URL('./schema/', import.meta.url)): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      return migration(Number.parseInt(file, 10), file.replace(/\.sql$/, ''), sql);
    }),
  );
  migrations.forEach((one, index) => {
    if (one.number === migrations[index - 1]?.number) throw new Error(`Schema file ${one.name} has the number of another one`);
  });
  return migrations;
}

export function migration(number: number, name: string, sql: string): Migration {
  return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/**
 * Brings the store to the newest schema: what was not applied yet is, in order of numbers, also where a higher number was applied before
 * (work on two branches lands in any order). A statement may run twice (the engine has no transactions over DDL), so every one of them is
 * written to be repeatable.
 * @throws SchemaError when an applied file was changed afterwards, or when the store is newer than this program
 */
export async function migrate(engine: Engine, migrations: readonly Migration[], cluster: string | undefined): Promise<void> {
  for (const statement of renderSchema(HISTORY, cluster)) await engine.command(statement);
  const applied = await engine.select<{ number: number; name: string; checksum: string }>(
    'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
    {},
    {},
  );
  for (const old of applied) {
    const ours = migrations.find((one) => one.number === old.number);
    if (!ours) {
      throw new SchemaError(
        `The analytics store is newer than this program: it has schema ${old.name}, this program ends at ` +
          `${migrations.at(-1)?.name ?? 'none'}. Start the newer version, or restore a backup.`,
      );
    }
    if (ours.checksum !== old.checksum) {
      throw new SchemaError(
        `The schema file ${ours.name} was changed after it had been applied to this store (as ${old.name}). ` +
          'Restore it and put the change into a new file.',
      );
    }
  }
  const done = new Set(applied.map(({ number }) => number));
  for (const one of migrations.filter(({ number }) => !done.has(number))) {
    for (const statement of renderSchema(one.sql, cluster)) await engine.command(statement);
    const row = JSON.stringify([one.number, one.name, one.checksum]);
    await engine.insert('schema_migrations', ['number', 'name', 'checksum'], Buffer.from(row));
  }
}
