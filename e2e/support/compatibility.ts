import { it } from 'vitest';
import { JS_CLIENTS, type JsClient, PYTHON_CLIENTS, type PythonClient } from '../clients/packages.ts';
import { type ClientName, pythonAvailable } from './clients.ts';
import { FEATURES, type Feature, type Proof } from './compatibility-table.ts';

declare module 'vitest' {
  interface TaskMeta {
    proof?: Proof;
  }
}

const python = pythonAvailable();

/** How the compatibility table names a client of Langfuse's. */
export function shownClient(client: ClientName): { client: string; version: string } {
  if (client === 'langfuse-js-3') return { client: 'langfuse (JavaScript)', version: JS_CLIENTS[client].langfuse };
  if (client === 'langfuse-js-4' || client === 'langfuse-js-5')
    return { client: '@langfuse/client, tracing, otel', version: JS_CLIENTS[client]['@langfuse/client'] };
  return { client: 'langfuse (Python)', version: PYTHON_CLIENTS[client as 'langfuse-python-4'][0].split('==')[1]! };
}

/** A library of others as a row of the table: with the version that is pinned for `client`. */
export function shownLibrary(client: ClientName, library: string, name = library): { client: string; version: string } {
  const version =
    client in JS_CLIENTS
      ? (JS_CLIENTS[client as JsClient] as Record<string, string>)[library]
      : PYTHON_CLIENTS[client as PythonClient].map((one) => one.split(/[[=]/)[0] === library && one.split('==')[1]).find(Boolean);
  if (!version) throw new Error(`${library} is not pinned for ${client}.`);
  return { client: name, version };
}

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
