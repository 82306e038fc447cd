import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { closeToOthers } from './private-folder.ts';

let base = '';
afterEach(() => rm(base, { recursive: true, force: true }));
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

it('makes a folder for its owner alone', async () => {
  base = await mkdtemp(join(tmpdir(), 'telltale-private-'));
  await closeToOthers(join(base, 'a/data'));
  expect(await modeOf(join(base, 'a/data'))).toBe('700');
});

it('closes what an earlier version left open, and nothing outside', async () => {
  base = await mkdtemp(join(tmpdir(), 'telltale-private-'));
  const data = join(base, 'data');
  await mkdir(join(data, 'analytics/store'), { recursive: true });
  await writeFile(join(data, 'analytics/store/part.bin'), 'prompt');
  await writeFile(join(base, 'elsewhere'), 'not ours');
  await symlink(join(base, 'elsewhere'), join(data, 'link'));
  for (const path of ['data', 'data/analytics', 'data/analytics/store']) await chmod(join(base, path), 0o755);
  for (const path of ['data/analytics/store/part.bin', 'elsewhere']) await chmod(join(base, path), 0o644);
  await closeToOthers(data);
  expect(await Promise.all(['', 'analytics', 'analytics/store'].map((path) => modeOf(join(data, path))))).toEqual([
    '700',
    '700',
    '700',
  ]);
  expect(await modeOf(join(data, 'analytics/store/part.bin'))).toBe('600');
  expect(await modeOf(join(base, 'elsewhere'))).toBe('644');
});
