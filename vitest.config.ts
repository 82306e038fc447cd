import { defineConfig } from 'vitest/config';

// Two cores are what a machine is assumed to have: two workers, and processes instead of threads because the
// embedded ClickHouse is a native library that wants a process of its own.
export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: ['server/surfaces/langfuse/testing/fail-on-violations.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.cache/**', '.node/**', 'e2e/**'],
  },
});
