import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSecret } from './secret.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'telltale-secret-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it('takes the given secret and writes nothing', async () => {
  expect(await loadSecret({ given: 'g'.repeat(32), dataDir })).toBe('g'.repeat(32));
  expect(readdirSync(dataDir)).toEqual([]);
});

it('makes one at the first start, readable by its owner only, and keeps it', async () => {
  const folder = path.join(dataDir, 'new');
  const secret = await loadSecret({ given: undefined, dataDir: folder });
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(path.join(folder, 'secret'), 'utf8')).toBe(`${secret}\n`);
  expect(statSync(path.join(folder, 'secret')).mode & 0o777).toBe(0o600);
  expect(await loadSecret({ given: undefined, dataDir: folder })).toBe(secret);
  expect(readdirSync(folder)).toEqual(['secret']);
});

it('gives all of several first starts the same one', async () => {
  const secrets = await Promise.all([1, 2, 3, 4].map(() => loadSecret({ given: undefined, dataDir })));
  expect(new Set(secrets).size).toBe(1);
});

it('refuses a damaged file instead of replacing it', async () => {
  writeFileSync(path.join(dataDir, 'secret'), 'cut');
  await expect(loadSecret({ given: undefined, dataDir })).rejects.toThrow(/secret has less than 32 characters/);
  expect(readFileSync(path.join(dataDir, 'secret'), 'utf8')).toBe('cut');
});
