import { defineConfig } from 'vitest/config';

// End to end: real processes on loopback. One file at a time, because each starts servers of its own on two cores.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ['support/build.mjs'],
    reporters: ['default', './e2e/support/compatibility-reporter.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    include: ['**/*.test.ts'],
    exclude: ['clients/**'],
  },
});
