// Runs every client against a receiver that takes everything, and writes what each sent as a fixture for the test of the dialects.
// By hand, after a version in packages.ts has changed: `node e2e/clients/capture.ts [run …]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { startModelServer } from '../../examples/model-server/server.ts';
import { type CapturedRequest, startCapture } from '../support/capture.ts';
import { installClient, runClient } from '../support/clients.ts';
import { JS_CLIENTS, PYTHON_CLIENTS } from './packages.ts';
import { type ClientRun, environmentOf, RUNS, type RunName } from './runs.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'server/ingest/dialects/fixtures');

/** Texts of this machine that must not be published, longest first. */
const secrets = (client: string) =>
  [...new Set([installClient(client as never), process.execPath, root, homedir(), hostname()])].sort(
    (a, b) => b.length - a.length,
  );

/** Overwrites machine names in place with as many other bytes, so that lengths within protobuf stay true. */
function scrub(request: CapturedRequest, client: string): CapturedRequest {
  let text = Buffer.from(request.body, 'base64').toString('latin1');
  for (const secret of secrets(client)) {
    if (secret.length < 6) continue;
    const other = `/app${'/'.padEnd(Math.max(secret.length - 4, 0), 'x')}`;
    text = text.replaceAll(secret, other);
  }
  const { 'x-langfuse-public-key': _, x_langfuse_public_key: __, ...headers } = request.headers;
  return { ...request, headers, body: Buffer.from(text, 'latin1').toString('base64') };
}

const asked = process.argv.slice(2);
// The exporter over gRPC sends the bytes of the one over HTTP.
const names = (Object.keys(RUNS) as RunName[]).filter((name) =>
  asked.length > 0 ? asked.includes(name) : name !== 'otel-js-grpc',
);
mkdirSync(folder, { recursive: true });
const model = await startModelServer({ pace: 0 });
for (const name of names) {
  const run: ClientRun = RUNS[name];
  const capture = await startCapture();
  const to = { url: capture.url, grpcPort: 0, publicKey: 'pk-lf-captured', secretKey: 'sk-lf-captured', modelUrl: model.url };
  const env = { ...environmentOf(run, to), OTEL_SERVICE_NAME: 'order-desk' };
  const sent = await runClient(run.client, run.script, env, [...(run.args ?? [])]);
  await capture.close();
  const libraries = { ...JS_CLIENTS, ...PYTHON_CLIENTS }[run.client];
  const requests = capture.requests.map((request) => scrub(request, run.client));
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ client: run.client, script: run.script, libraries, sent, requests }, null, 1)}\n`);
  console.log(`${name}: ${requests.length} requests`);
}
await model.close();
