// `npm test`: everything, on a machine that may be new. Installs what it needs (dependencies, Chromium), builds, runs the unit and
// store tests beside the code, then the end-to-end tests against real processes, and closes with one line of totals.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node.mjs';
import { build, install } from './prepare.mjs';

const tools = install();
build(tools);
spawnSync(tools.binary, [join(root, 'scripts/test-tools.mjs')], { cwd: root, stdio: 'inherit', env: tools.env });

const only = process.argv.slice(2);
const suites = [
  { name: 'unit', config: 'vitest.config.ts', reporters: [] },
  { name: 'e2e', config: 'e2e/vitest.config.ts', reporters: ['e2e/support/compatibility-reporter.ts'] },
];
const totals = { passed: 0, failed: 0, skipped: 0 };
let broken = false;
mkdirSync(join(root, '.cache'), { recursive: true });
for (const suite of suites) {
  const report = join(root, '.cache', `test-${suite.name}.json`);
  rmSync(report, { force: true });
  const args = [
    'run',
    '--config',
    suite.config,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...suite.reporters.map((path) => `--reporter=${join(root, path)}`),
  ];
  const done = spawnSync(tools.binary, [join(root, 'node_modules/vitest/vitest.mjs'), ...args, ...only], {
    cwd: root,
    stdio: 'inherit',
    env: tools.env,
  });
  if (done.status !== 0) broken = true;
  if (!existsSync(report)) continue;
  const result = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests + (result.numFailedTestSuites && !result.numFailedTests ? 1 : 0);
  totals.skipped += result.numPendingTests + result.numTodoTests;
}
if (broken && totals.failed === 0) totals.failed = 1;
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
