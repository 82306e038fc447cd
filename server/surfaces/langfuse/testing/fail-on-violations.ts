import { afterAll, afterEach } from 'vitest';
import { violations } from './violations.ts';

/** Set-up of every test file: an answer of the public API that breaks its published shape fails the test that got it. */
function failOnViolations() {
  const found = violations.splice(0);
  if (found.length > 0) throw new Error(`Answers that break the published shape:\n${[...new Set(found)].join('\n')}`);
}

afterEach(failOnViolations);
afterAll(failOnViolations);
