// Brings the working tree up to date: installs from the lockfile and builds, each only when something changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentFor, nodeBinary, root, run } from './node.mjs';

const SOURCES = ['contract', 'server', 'web', 'cli', 'examples', 'scripts/build.mjs', 'package-lock.json', 'tsconfig.json'];

function* filesBelow(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path).sort()) if (name !== 'node_modules') yield* filesBelow(join(path, name));
}

/** Fingerprint of the sources: names, sizes and modification times, so that asking costs milliseconds. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesBelow(join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function upToDate(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value;
}

function mark(stamp, value) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, value);
}

/** Installs dependencies from the lockfile when it changed since the last install. Returns the Node binary and its environment. */
export function install() {
  const binary = nodeBinary();
  const env = environmentFor(binary);
  const stamp = join(root, 'node_modules', '.telltale-install');
  const value = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (!upToDate(stamp, value)) {
    console.log('Installing dependencies from the lockfile …');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env, shell: process.platform === 'win32' });
    mark(stamp, value);
  }
  return { binary, env };
}

/** Builds server and web app when a source changed since the last build. */
export function build({ binary, env }) {
  const stamp = join(root, 'dist', '.telltale-build');
  const value = fingerprint();
  if (upToDate(stamp, value)) return;
  console.log('Building …');
  run(binary, [join(root, 'scripts', 'build.mjs')], { env });
  mark(stamp, value);
}
