import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { type Proof, readCompatibility, renderCompatibility } from './compatibility-table.ts';

const FILE = resolve(import.meta.dirname, '../../docs/compatibility.md');
const TESTS = resolve(import.meta.dirname, '..');

/**
 * Writes what the tests proved into `docs/compatibility.md`. A run of some files changes the marks of those only; a run of everything makes
 * the table anew, and in CI it fails when the committed table says something else.
 */
export default class CompatibilityReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tried: (Proof & { passed: boolean })[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { proof } = test.meta();
        const { state } = test.result();
        if (proof && state !== 'skipped' && state !== 'pending') tried.push({ ...proof, passed: state === 'passed' });
      }
    }
    if (tried.length === 0) return;
    const all = globSync('**/*.test.ts', { cwd: TESTS, exclude: ['clients/**', 'node_modules/**'] });
    const whole = modules.length === all.length;
    const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
    const cellOf = ({ client, version, feature }: Proof) => `${client}\n${version}\n${feature}`;
    const cells = new Set(tried.map(cellOf));
    // More than one test may prove a cell; it needs all of them.
    const failed = new Set(tried.filter(({ passed }) => !passed).map(cellOf));
    const kept = whole ? [] : readCompatibility(before).filter((known) => !cells.has(cellOf(known)));
    const after = renderCompatibility([...kept, ...tried.filter((proof) => !failed.has(cellOf(proof)))]);
    if (after === before) return;
    writeFileSync(FILE, after);
    if (whole && process.env.CI) {
      console.error('docs/compatibility.md did not say what the tests proved: commit the one that was just written.');
      process.exitCode = 1;
    }
  }
}
