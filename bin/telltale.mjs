#!/usr/bin/env node
// The published command. Goes on with a newer Node where the machine's own is too old; written for Node 18.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { environmentFor, nodeBinary, root, SERVER_ARGUMENTS } from '../scripts/node.mjs';

const binary = nodeBinary(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telltale', 'node'));

/** Runs Node to its end and gives its exit code; it gets the signals that this process gets. */
function runNode(args) {
  const child = spawn(binary, args, { stdio: 'inherit', env: environmentFor(binary) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  return new Promise((done) => {
    child.on('exit', (code, signal) => done(code ?? (signal ? 1 : 0)));
  });
}

const args = process.argv.slice(2);
if (binary !== process.execPath) {
  process.exit(await runNode([fileURLToPath(import.meta.url), ...args]));
}
const built = join(root, 'dist/cli/main.js');
if (!existsSync(built)) {
  console.error('error: The command line is not built. Run: npm run build');
  process.exit(1);
}
const { main } = await import(pathToFileURL(built).href);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
process.exitCode = await main(args, {
  version,
  up: () => runNode([...SERVER_ARGUMENTS, join(root, 'dist/server/main.js')]),
});
