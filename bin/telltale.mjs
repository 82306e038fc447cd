#!/usr/bin/env node
// The published command: `telltale up`. Goes on with a newer Node where the machine's own is too old.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, nodeBinary, root, SERVER_ARGUMENTS } from '../scripts/node.mjs';

const [command = 'help', ...rest] = process.argv.slice(2);
if (command !== 'up' || rest.length > 0) {
  const known = command === 'help' || command === '--help' || command === '-h';
  console[known ? 'log' : 'error'](`telltale up   start the server (configuration by environment variables, see the README)`);
  process.exit(known ? 0 : 2);
}
const binary = nodeBinary(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telltale', 'node'));
const server = spawn(binary, [...SERVER_ARGUMENTS, join(root, 'dist/server/main.js')], {
  stdio: 'inherit',
  env: environmentFor(binary),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
