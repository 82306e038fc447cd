// `npm run dev`: the server restarts when its sources change, the web app reloads in place.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './node.mjs';
import { install } from './prepare.mjs';

const { binary, env } = install();
const children = [
  spawn(binary, ['--watch', '--watch-preserve-output', '--disable-warning=ExperimentalWarning', 'server/main.ts'], {
    cwd: root,
    stdio: 'inherit',
    env,
  }),
  spawn(binary, [join(root, 'node_modules/vite/bin/vite.js'), '--config', 'web/vite.config.ts', 'web'], {
    cwd: root,
    stdio: 'inherit',
    env,
  }),
];
const stop = () => {
  for (const child of children) child.kill('SIGTERM');
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
for (const child of children) child.on('exit', stop);
