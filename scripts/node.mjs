// Finds a Node that is new enough (22.12), bringing one as the npm package `node` where the machine's own is older.
// Written for Node 18: it is the first thing that runs on a user's machine, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM = [22, 12];
const BROUGHT_MAJOR = 24;

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function newEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/**
 * How the server is run. The size of the young generation, MB: with 64 (measured) 8 senders of 512 spans reached 2 to 10 % more, and the process
 * held 200 to 300 MB more under load and 100 MB more when idle.
 */
export const SERVER_ARGUMENTS = ['--enable-source-maps', '--max-semi-space-size=16'];

/** Path of a Node binary of at least 22.12; installs `node@24` into `<folder>/` when the running one is older. */
export function nodeBinary(folder = join(root, '.node')) {
  if (newEnough(process.version)) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = join(folder, 'node_modules', 'node', 'bin', name);
  if (existsSync(binary)) return binary;
  process.stderr.write(
    `Node ${process.version} is older than ${MINIMUM.join('.')}: bringing Node ${BROUGHT_MAJOR} into ${folder}\n`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    folder,
    `node@${BROUGHT_MAJOR}`,
  ];
  const done = spawnSync(npm, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (done.status !== 0 || !existsSync(binary)) {
    process.stderr.write(`Could not install Node ${BROUGHT_MAJOR}. Install Node ${MINIMUM.join('.')} or newer and try again.\n`);
    process.exit(1);
  }
  return binary;
}

/** Environment in which `node`, and tools that start it, resolve to the given binary. */
export function environmentFor(binary) {
  return { ...process.env, PATH: `${dirname(binary)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}` };
}

/** Runs a command to its end and exits this process with its code when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const binary = nodeBinary();
  const done = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit', env: environmentFor(binary) });
  process.exit(done.status ?? 1);
}
