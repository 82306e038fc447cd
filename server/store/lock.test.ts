import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderInUseError, lockDataFolder } from './lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the folder until it is killed. */
async function holder() {
  const lock = fileURLToPath(new URL('./lock.ts', import.meta.url));
  const program = `import { lockDataFolder } from ${JSON.stringify(lock)}; lockDataFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

it('refuses a second process and names folder and process; a killed one leaves nothing behind', async () => {
  const child = await holder();
  const attempt = () => lockDataFolder(folder);
  expect(attempt).toThrow(FolderInUseError);
  expect(attempt).toThrow(folder);
  expect(attempt).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockDataFolder(folder).release();
});

it('refuses the same folder twice within a process, and gives it back', () => {
  const first = lockDataFolder(folder);
  expect(() => lockDataFolder(join(folder, '.'))).toThrow(`process ${process.pid}`);
  first.release();
  first.release();
  lockDataFolder(folder).release();
});

it('does not mind what an old server left behind, even when a living process has its id', () => {
  writeFileSync(join(folder, 'lock.pid'), `${process.ppid}\n`);
  lockDataFolder(folder).release();
});

it('makes the folder', () => {
  lockDataFolder(join(folder, 'new', 'place')).release();
});
