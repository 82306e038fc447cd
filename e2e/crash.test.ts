import { afterAll, beforeAll, expect, it } from 'vitest';
import { get } from './support/api.ts';
import { startLoad } from './support/load.ts';
import { eventually, startServer, type TestServer } from './support/server.ts';
import { allObservations } from './support/spans.ts';

const CRASHES = 10;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

it(`keeps every acknowledged span, once, through ${CRASHES} times kill -9 under load`, async () => {
  const acknowledged = new Set<string>();
  for (let crash = 0; crash < CRASHES; crash++) {
    if (crash > 0) server = await server.restart();
    const before = acknowledged.size;
    const load = startLoad(server, { acknowledged });
    await eventually(async () => acknowledged.size >= before + 200, 'acknowledged spans', 30_000);
    // Each crash at another moment of a commit.
    await new Promise((done) => setTimeout(done, crash * 37));
    expect(await server.stop('SIGKILL')).toBeNull();
    await load.stop();
  }
  server = await server.restart();
  const stored = await allObservations(server);
  const present = new Set(stored);
  expect([...acknowledged].filter((id) => !present.has(id))).toEqual([]);
  expect(stored).toHaveLength(present.size);
  expect(acknowledged.size).toBeGreaterThanOrEqual(CRASHES * 200);

  // And what is there is whole: a span of one export, and an observation that was created and then updated.
  const ids = [...acknowledged];
  const exported = ids.findLast((id) => /^[0-9a-f]{32}\//.test(id))!.split('/')[0];
  const spans = (
    await get<{ observations: { usageDetails: object; input: unknown }[] }>(server, `/api/public/traces/${exported}`)
  ).observations;
  expect(spans).toHaveLength(20);
  for (const span of spans) {
    expect(span).toMatchObject({ usageDetails: { input: 100, output: 20, total: 120 }, input: 'Where is my order?' });
  }
  const batched = ids.find((id) => /^[0-9a-f-]{36}\//.test(id))!.split('/')[0];
  const steps = (await get<{ observations: { name: string; input: unknown }[] }>(server, `/api/public/traces/${batched}`))
    .observations;
  expect(steps).toHaveLength(20);
  for (const step of steps) expect(step).toMatchObject({ name: 'call', input: 'Where is my order?' });
});
