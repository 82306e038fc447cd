import { it } from 'vitest';
import { type ClientName, pythonAvailable } from './clients.ts';
import { FEATURES, type Feature, type Proof } from './compatibility-table.ts';

declare module 'vitest' {
  interface TaskMeta {
    proof?: Proof;
  }
}

const python = pythonAvailable();

/**
 * A test that a feature of a client works against a server, unmodified. What passed is written into `docs/compatibility.md` by
 * `compatibility-reporter.ts`. Skipped where the client is Python's and there is no Python.
 */
export function itWorks(
  client: ClientName,
  shown: { client: string; version: string },
  feature: Feature,
  body: () => Promise<void>,
) {
  it.skipIf(!python && client.includes('python'))(`${shown.client} ${shown.version}: ${FEATURES[feature]}`, async ({ task }) => {
    task.meta.proof = { ...shown, feature };
    await body();
  });
}
