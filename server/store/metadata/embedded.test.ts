import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createLogger } from '../../lib/log.ts';
import { metadataConformance } from './conformance.ts';
import { migrationsFolder } from './migrate.ts';
import { openMetadata } from './open-metadata.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'telltale-metadata-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

metadataConformance('embedded', async () => ({ dataDir: newFolder() }));

it('names the folder when it cannot be opened', async () => {
  const dataDir = newFolder();
  writeFileSync(path.join(dataDir, 'metadata'), 'a file where the folder should be');
  await expect(openMetadata({ dataDir, log: createLogger('silent') })).rejects.toThrow(path.join(dataDir, 'metadata'));
});

it('says what to do when its files are damaged', async () => {
  const dataDir = newFolder();
  await (await openMetadata({ dataDir, log: createLogger('silent') })).close();
  truncateSync(path.join(dataDir, 'metadata', 'global', 'pg_control'), 100);
  await expect(openMetadata({ dataDir, log: createLogger('silent') })).rejects.toThrow(
    new RegExp(
      `^The metadata store in ${dataDir}/metadata cannot be opened: .*Put a backup of the data folder ${dataDir} back; `,
      's',
    ),
  );
});

it('finds the migrations beside the source and beside the bundle', async () => {
  const { mkdirSync } = await import('node:fs');
  expect(migrationsFolder()).toBe(path.join(import.meta.dirname, 'migrations'));
  const bundle = newFolder();
  mkdirSync(path.join(bundle, 'server', 'migrations', 'metadata'), { recursive: true });
  mkdirSync(path.join(bundle, 'server', 'chunks'));
  const expected = path.join(bundle, 'server', 'migrations', 'metadata');
  expect(migrationsFolder(path.join(bundle, 'server'))).toBe(expected);
  expect(migrationsFolder(path.join(bundle, 'server', 'chunks'))).toBe(expected);
  expect(() => migrationsFolder(path.join(bundle, 'nowhere', 'else'))).toThrow('migrations are missing');
});
