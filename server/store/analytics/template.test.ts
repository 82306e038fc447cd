import { describe, expect, it } from 'vitest';
import { readMigrations } from './migrate.ts';
import { renderSchema } from './template.ts';

const SCHEMA = `
-- A comment; with a semicolon
CREATE TABLE IF NOT EXISTS {{table facts}} (id String) ENGINE = {{engine ReplacingMergeTree(version, gone)}} ORDER BY id;
{{distributed facts by cityHash64(project_id, id)}}
{{alter facts: ADD COLUMN IF NOT EXISTS more String}}`;

describe('the schema template', () => {
  it('is plain on one machine', () => {
    expect(renderSchema(SCHEMA, undefined)).toEqual([
      'CREATE TABLE IF NOT EXISTS facts (id String) ENGINE = ReplacingMergeTree(version, gone) ORDER BY id',
      'ALTER TABLE facts ADD COLUMN IF NOT EXISTS more String',
    ]);
  });

  it('is replicated and distributed on a cluster', () => {
    expect(renderSchema(SCHEMA, 'main')).toEqual([
      'CREATE TABLE IF NOT EXISTS facts_local ON CLUSTER `main` (id String) ENGINE = ReplicatedReplacingMergeTree(version, gone) ORDER BY id',
      'CREATE TABLE IF NOT EXISTS facts ON CLUSTER `main` AS facts_local ENGINE = Distributed(`main`, currentDatabase(), facts_local, cityHash64(project_id, id))',
      'ALTER TABLE facts_local ON CLUSTER `main` ADD COLUMN IF NOT EXISTS more String',
      'ALTER TABLE facts ON CLUSTER `main` ADD COLUMN IF NOT EXISTS more String',
    ]);
  });

  it('refuses a mark that it does not know', () => {
    expect(() => renderSchema('CREATE {{tabel x}}', undefined)).toThrow('{{tabel x}}');
  });

  it('has no mark left in any file, each statement may run twice', async () => {
    const files = await readMigrations();
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const { sql } of files) {
      for (const cluster of [undefined, 'main']) {
        for (const statement of renderSchema(sql, cluster)) expect(statement).toMatch(/IF (NOT )?EXISTS/);
      }
    }
  });
});
