// `npm run up`: install, build and start, each only as far as needed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, SERVER_ARGUMENTS } from './node.mjs';
import { build, install } from './prepare.mjs';

const tools = install();
build(tools);
const server = spawn(tools.binary, [...SERVER_ARGUMENTS, join(root, 'dist/server/main.js')], {
  stdio: 'inherit',
  env: tools.env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
