// `npm run check`: format and lint, types, architecture.
import { root, run } from './node.mjs';
import { install } from './prepare.mjs';

const { binary, env } = install();
const steps = [
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['node_modules/typescript/bin/tsc', '-p', '.'],
  ['node_modules/typescript/bin/tsc', '-p', 'web'],
  ['node_modules/vitest/vitest.mjs', 'run', 'architecture.test.ts', 'docs.test.ts'],
];
for (const step of steps) run(binary, step, { cwd: root, env });
