import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonAvailable, runClient } from './support/clients.ts';
import { startServer, type TestServer } from './support/server.ts';

/* The part of the API that Langfuse calls unstable, as its Python SDK sends it and insists on reading it. */

const python = pythonAvailable();

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

const run = (client: 'langfuse-python-4-unstable' | 'langfuse-python-4' | 'langfuse-python-5', args: string[] = []) =>
  runClient<Record<string, unknown>>(
    client,
    'langfuse-python-unstable.py',
    { LANGFUSE_PUBLIC_KEY: server.publicKey, LANGFUSE_SECRET_KEY: server.secretKey, LANGFUSE_HOST: server.url },
    args,
  );

const boards = {
  connection: expect.objectContaining({
    provider: 'work',
    adapter: 'openai',
    displaySecretKey: '...cdef',
    customModels: ['own'],
  }),
  connections: ['work'],
  widget: expect.objectContaining({
    name: 'Cost',
    description: '',
    view: 'observations',
    dimensions: [{ field: 'providedModelName' }],
    metrics: [{ measure: 'totalCost', agg: 'sum' }],
    chartType: 'HORIZONTAL_BAR',
    chartConfig: expect.objectContaining({ type: 'HORIZONTAL_BAR' }),
  }),
  widgets: ['Cost'],
  moved: expect.objectContaining({ type: 'widget', x: 6, y: 0, width: 6, height: 6 }),
  placed: 'conflict',
  board: expect.objectContaining({
    name: 'Board',
    description: 'all of it',
    definition: {
      widgets: [
        expect.objectContaining({ type: 'widget', x: 6, y: 0, width: 6, height: 6 }),
        expect.objectContaining({ type: 'preset', presetId: 'cost', x: 0, y: 6, width: 12, height: 6 }),
      ],
    },
  }),
  boards: ['Board'],
  removed: [
    'Placement successfully deleted',
    'Placement successfully deleted',
    'Dashboard widget successfully deleted',
    'Dashboard successfully deleted',
  ],
  disconnected: 'LLM connection successfully deleted',
};

it.skipIf(!python)('is read by Python 4.14: evaluators, rules, dashboards', async () => {
  const read = await run('langfuse-python-4-unstable', ['evaluation']);
  const mapping = ['input', 'output'].map((name) => expect.objectContaining({ variable: name, source: name }));
  expect(read).toEqual({
    ...boards,
    unusable: ['evaluator_preflight_failed', 'work', 'gpt-none'],
    evaluator: expect.objectContaining({
      name: 'correctness',
      version: 2,
      scope: 'project',
      variables: ['output', 'input'],
      prompt: 'Judge {{output}} for {{input}}.',
      evaluationRuleCount: 0,
      modelConfig: { provider: 'work', model: 'own' },
    }),
    evaluators: [
      ['is json', 'code', 1, 'project'],
      ['correctness', 'llm_as_judge', 2, 'project'],
    ],
    sameId: true,
    unmapped: ['missing_variable_mapping', ['output']],
    taken: 'name_conflict',
    rule: expect.objectContaining({
      name: 'live',
      target: 'observation',
      enabled: false,
      status: 'inactive',
      sampling: 1,
      filter: [expect.objectContaining({ type: 'stringOptions', column: 'type', value: ['GENERATION'] })],
      mapping,
    }),
    rules: [
      ['checks', 'experiment', 'inactive', 6],
      ['live', 'observation', 'inactive', 2],
    ],
    used: 1,
    inUse: 'conflict',
    deleted: [
      'Evaluation rule successfully deleted',
      'Evaluation rule successfully deleted',
      'Evaluator successfully deleted',
      'Evaluator successfully deleted',
    ],
    gone: 'resource_not_found',
  });
});

it.skipIf(!python).each(['langfuse-python-4', 'langfuse-python-5'] as const)('is read by %s: dashboards', async (client) => {
  expect(await run(client)).toEqual(boards);
});
