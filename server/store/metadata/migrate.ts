import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from './engine.ts';

/** The database cannot be brought to the schema that this version needs. The message says why and what to do. */
export class MigrationError extends Error {}

export interface Migration {
  /** File name without `.sql`, e.g. `0001-access`. */
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Where the migrations are: beside this file when run from source, in `migrations/metadata` beside the bundle when built
 * (`dist/server/main.js` -> `dist/server/migrations/metadata`).
 */
export function migrationsFolder(here: string = import.meta.dirname): string {
  const candidates = [
    path.join(here, 'migrations', 'metadata'),
    path.join(here, '..', 'migrations', 'metadata'),
    path.join(here, 'migrations'),
  ];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (!found) throw new MigrationError(`The metadata migrations are missing; looked in ${candidates.join(', ')}.`);
  return found;
}

/** Reads `NNNN-name.sql` files in order. The checksum ignores how lines end, which differs between checkouts. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
  if (files.length === 0) throw new MigrationError(`No metadata migrations in ${folder}.`);
  return Promise.all(
    files.map(async (file) => {
      const sql = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { name: file.slice(0, -'.sql'.length), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** One number for all migrating processes; any will do as long as it stays the same. */
const MIGRATION_LOCK = 7_358_355;

/**
 * Applies the migrations that are missing, all or none, one process at a time.
 * @returns names of the applied ones.
 * @throws MigrationError when the database was written by a newer version, when an applied migration was changed since, or when one fails.
 */
export async function migrate(engine: Engine, migrations: readonly Migration[]): Promise<string[]> {
  return engine.transaction(async (session) => {
    await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await session.run(`
      CREATE SCHEMA IF NOT EXISTS telltale;
      CREATE TABLE IF NOT EXISTS telltale.migrations (
        name text PRIMARY KEY,
        checksum text NOT NULL,
        applied_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    const applied = await session.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM telltale.migrations ORDER BY name',
    );
    const known = new Map(migrations.map((migration) => [migration.name, migration]));
    for (const { name, checksum } of applied) {
      const migration = known.get(name);
      if (!migration) {
        throw new MigrationError(
          `The metadata database was written by a newer version of Telltale: it has migration ${name}, which this version does not know. Start that version, or restore a backup made before the upgrade.`,
        );
      }
      if (migration.checksum !== checksum) {
        throw new MigrationError(
          `Migration ${name} of the metadata database was changed after it had been applied. Restore the file, and put the change into a new migration.`,
        );
      }
    }
    const done = new Set(applied.map((row) => row.name));
    const missing = migrations.filter((migration) => !done.has(migration.name));
    for (const { name, sql, checksum } of missing) {
      try {
        await session.run(sql);
      } catch (error) {
        throw new MigrationError(`Migration ${name} of the metadata database failed: ${(error as Error).message}`, {
          cause: error,
        });
      }
      await session.query('INSERT INTO telltale.migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
    }
    return missing.map((migration) => migration.name);
  });
}
