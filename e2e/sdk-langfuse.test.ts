import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startModelServer } from '../examples/model-server/server.ts';
import { environmentOf, RUNS, type RunName } from './clients/runs.ts';
import { get } from './support/api.ts';
import { runClient } from './support/clients.ts';
import { itWorks, shownClient } from './support/compatibility.ts';
import { costOf, outline, readBack } from './support/read-back.ts';
import { startServer, type TestServer } from './support/server.ts';

/*
 * The SDKs of Langfuse, every generation, as they come from their registries: the same trace sent by each, read back with every field.
 */

interface Sent {
  traceId: string;
  rootId?: string;
  toolId: string;
  generationId: string;
  checkId?: string;
  embedId: string;
}

interface About {
  user: string;
  session: string;
  environment: string;
  /** Where the client's scores go: only Python's newer generations copy the environment. */
  scores: string;
  /** Speaks the batch protocol: no root step, an event, no types beyond span and generation. */
  batch: boolean;
  /** Its trace keeps nested metadata as sent. */
  nested: boolean;
}

const JS = { user: 'user-js5', session: 'session-js5', environment: 'staging', scores: 'default', batch: false, nested: false };
const PYTHON = { user: 'user-py', session: 'session-py', environment: 'staging', scores: 'staging', batch: false, nested: false };
const CLIENTS: [RunName, About][] = [
  ['langfuse-js-3', { ...JS, user: 'user-js3', session: 'session-js3', environment: 'default', batch: true, nested: true }],
  ['langfuse-js-4', JS],
  ['langfuse-js-5', JS],
  ['langfuse-python-2', { ...PYTHON, environment: 'default', scores: 'default', batch: true, nested: true }],
  ['langfuse-python-3', PYTHON],
  ['langfuse-python-4', PYTHON],
  ['langfuse-python-5', PYTHON],
];

let server: TestServer;
let model: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  [server, model] = await Promise.all([startServer(), startModelServer({ pace: 0 })]);
});
afterAll(async () => {
  await model?.close();
  await server?.destroy();
});

async function run(name: RunName): Promise<Sent> {
  const { client, script } = RUNS[name];
  return runClient<Sent>(client, script, environmentOf(RUNS[name], { ...server, modelUrl: model.url }));
}

describe.each(CLIENTS)('%s', (name, about) => {
  // Read back as it was sent, at once.
  itWorks(RUNS[name].client, shownClient(RUNS[name].client), 'tracing', async () => {
    const began = Date.now();
    const sent = await run(name);
    const trace = await readBack(server, sent.traceId);

    // The trace
    expect(trace).toMatchObject({
      name: 'order-status',
      userId: about.user,
      sessionId: about.session,
      tags: ['beta', 'shop'],
      version: '1.2.3',
      release: 'r42',
      environment: about.environment,
      public: false,
      input: { question: 'Where is my order?' },
      output: { answer: 'It has shipped.' },
    });
    expect(trace.metadata).toMatchObject(about.nested ? { plan: 'pro', nested: { depth: 1 } } : { plan: 'pro' });

    // Its steps
    const tree = about.batch
      ? ['SPAN lookup-order', '  EVENT cache-miss', 'GENERATION answer', 'GENERATION embed']
      : ['SPAN order-status', '  TOOL lookup-order', '  GENERATION answer', '  GUARDRAIL check', '  EMBEDDING embed'];
    expect(outline(trace.observations).sort()).toEqual([...tree].sort());
    const step = (id: string | undefined) => trace.observations.find((one) => one.id === id)!;
    const decorated = /^langfuse-python-[345]$/.test(name);
    expect(step(sent.toolId)).toMatchObject({
      name: 'lookup-order',
      level: 'WARNING',
      statusMessage: 'answered slowly',
      input: decorated ? { args: [4711], kwargs: {} } : { order: 4711 },
      output: decorated ? { status: 'shipped', order: 4711 } : { status: 'shipped' },
      environment: about.environment,
    });
    const generation = step(sent.generationId);
    expect(generation).toMatchObject({
      name: 'answer',
      type: 'GENERATION',
      level: 'DEFAULT',
      statusMessage: null,
      input: [{ role: 'user', content: 'Where is my order 4711?' }],
      output: { role: 'assistant', content: 'It has shipped.' },
      model: 'gpt-4o-mini',
      usage: { input: 100, output: 20, total: 120, unit: 'TOKENS' },
      usageDetails: { input: 100, output: 20, total: 120 },
      metadata: { attempt: 1 },
      environment: about.environment,
    });
    // The second generation for Python makes texts of them.
    expect(generation.modelParameters.temperature).toBe(name === 'langfuse-python-2' ? '0.2' : 0.2);
    if (name === 'langfuse-js-3') expect(generation.modelParameters.maxTokens).toBe(100);
    expect(generation.calculatedTotalCost).toBeCloseTo(costOf('gpt-4o-mini', 100, 20), 12);
    expect(step(sent.embedId)).toMatchObject({
      model: 'our-own-model',
      input: 'order',
      usage: { input: 7, output: 0 },
      costDetails: { input: 0.5, total: 0.75 },
      calculatedTotalCost: 0.75,
    });
    if (sent.checkId) expect(step(sent.checkId)).toMatchObject({ input: 'It has shipped.', output: 'fine' });
    if (about.batch) {
      const event = trace.observations.find(({ type }) => type === 'EVENT')!;
      expect(event).toMatchObject({
        level: 'WARNING',
        statusMessage: 'not in cache',
        endTime: null,
        parentObservationId: sent.toolId,
      });
    }
    expect(trace.totalCost).toBeCloseTo(0.75 + costOf('gpt-4o-mini', 100, 20), 12);

    // Times
    for (const { startTime, endTime, type } of trace.observations) {
      expect(Date.parse(startTime)).toBeGreaterThanOrEqual(began - 1000);
      expect(Date.parse(startTime)).toBeLessThanOrEqual(Date.now());
      if (type !== 'EVENT') expect(Date.parse(endTime!)).toBeGreaterThanOrEqual(Date.parse(startTime));
    }
    // A client takes the two from different clocks.
    const firstToken = Date.parse(generation.completionStartTime!);
    expect(firstToken).toBeGreaterThanOrEqual(Date.parse(generation.startTime) - 5);
    expect(firstToken).toBeLessThanOrEqual(Date.parse(generation.endTime!) + 5);
    expect(trace.latency).toBeGreaterThanOrEqual(0);

    // Its scores
    const told = trace.scores.map((score) => [
      score.name,
      score.dataType,
      score.value,
      score.stringValue,
      score.comment,
      score.observationId,
    ]);
    expect(told.sort()).toEqual([
      ['helpful', 'NUMERIC', 1, null, 'good', null],
      ['safe', 'BOOLEAN', 1, 'True', null, null],
      ['tone', 'CATEGORICAL', 0, 'friendly', null, sent.generationId],
    ]);
    expect(trace.scores.map(({ source, environment }) => [source, environment])).toEqual(
      [1, 2, 3].map(() => ['API', about.scores]),
    );

    // And it is found by what was said of it
    const found = async (query: string) =>
      (await get<{ data: { id: string }[] }>(server, `/api/public/traces?limit=100&${query}`)).data.some(
        ({ id }) => id === sent.traceId,
      );
    expect(await found(`userId=${about.user}&tags=shop&tags=beta&environment=${about.environment}`)).toBe(true);
    expect(await found(`sessionId=${about.session}&version=1.2.3&release=r42`)).toBe(true);
    expect(await found('tags=shop&tags=absent')).toBe(false);
    const session = await get<{ traces: { id: string }[] }>(server, `/api/public/sessions/${about.session}`);
    expect(session.traces.map(({ id }) => id)).toContain(sent.traceId);
  });
});
