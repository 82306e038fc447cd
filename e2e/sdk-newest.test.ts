import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonAvailable, runClient } from './support/clients.ts';
import { startServer, type TestServer } from './support/server.ts';

/* What only the newest SDKs ask for, as they send it and insist on reading it. */

const python = pythonAvailable();

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

const mapping = (variable: string, source: string, jsonPath: string | null = null) => ({
  variable,
  source,
  ...(jsonPath !== null && { jsonPath }),
});
const evaluation = {
  unusable: [412, 'invalid_request'],
  created: expect.objectContaining({
    type: 'llm_as_judge',
    name: 'correctness',
    description: 'how right it is',
    status: 'active',
    version: 1,
    prompt: [
      { role: 'system', content: 'You judge {{topic}}.' },
      { role: 'user', content: '{{output}}' },
    ],
    variables: ['topic', 'output'],
    variableMapping: [
      expect.objectContaining(mapping('topic', 'metadata', '$.topic')),
      expect.objectContaining(mapping('output', 'output')),
    ],
    modelConfig: { provider: 'newest', model: 'own' },
    outputDefinition: expect.objectContaining({
      dataType: 'NUMERIC',
      minValue: 0,
      maxValue: 1,
      scoreValueInstructions: 'from 0 to 1',
    }),
    evaluationRuleAssignments: [],
  }),
  listed: [['is json', 'correctness'], ['correctness'], null],
  distinct: true,
  changed: expect.objectContaining({
    name: 'renamed',
    description: 'how right it is',
    version: 2,
    prompt: [{ role: 'user', content: '{{output}}' }],
    outputDefinition: expect.objectContaining({
      dataType: 'CATEGORICAL',
      categories: ['good', 'bad'],
      shouldAllowMultipleMatches: false,
    }),
  }),
  versions: [
    [2, ['user']],
    [1, ['system', 'user']],
  ],
  rule: expect.objectContaining({
    name: 'live',
    enabled: true,
    sampling: 0.5,
    filter: [
      expect.objectContaining({ type: 'boolean', column: 'isExperimentItemRootSpan', operator: '=', value: true }),
      expect.objectContaining({ type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] }),
      expect.objectContaining({ type: 'stringObject', column: 'metadata', key: 'team', operator: 'is set', value: '' }),
      expect.objectContaining({ type: 'null', column: 'parentObservationId', operator: 'is null', value: '' }),
    ],
    evaluatorAssignments: [
      expect.objectContaining({ evaluatorId: expect.any(String) }),
      expect.objectContaining({ variableMapping: [expect.objectContaining(mapping('output', 'expected_output'))] }),
    ],
  }),
  used: [true],
  rules: [
    ['live', 0],
    ['live', 2],
  ],
  empty: [400, 'invalid_body'],
  emptied: expect.objectContaining({ name: 'off', enabled: false, evaluatorAssignments: [] }),
  unknown: [404, 'resource_not_found'],
  paused: 'paused',
  cannotRun: [409, 'conflict'],
  deleted: [true, true, true, true, true],
  gone: [404, 'resource_not_found'],
  model: ['chosen', 'my-model', 0.002],
};
const skill = {
  created: expect.objectContaining({
    name: 'refund-policy',
    description: 'Second.',
    frontmatter: { name: 'refund-policy', description: 'Second.' },
    version: 2,
    labels: ['latest'],
    tags: [],
    commitMessage: 'anew',
    createdBy: 'API',
    files: [
      expect.objectContaining({ path: 'SKILL.md', contentType: 'text/markdown' }),
      expect.objectContaining({ path: 'table.md', contentLength: 18 }),
    ],
  }),
  served: [1, ['production'], ['support']],
  newest: [2, ['latest']],
  listed: [['refund-policy', 2, 1]],
  next: false,
  contents: ['| days | refund |\n'],
  shared: true,
  deleted: [true, true],
  gone: [404, 'LangfuseNotFoundError'],
};

it.skipIf(!python).each([
  ['langfuse-python-4', evaluation],
  ['langfuse-python-5', { ...evaluation, skill, prompts: [['tools/fetch/description', [1]]] }],
] as const)('is read by %s: evaluators and rules by id, models under chosen ids, skills', async (client, expected) => {
  const env = { LANGFUSE_PUBLIC_KEY: server.publicKey, LANGFUSE_SECRET_KEY: server.secretKey, LANGFUSE_HOST: server.url };
  expect(await runClient(client, 'langfuse-python-newest.py', env)).toEqual(expected);
});

it('is read by JavaScript 5: evaluators and rules by id, models under chosen ids', async () => {
  const env = { LANGFUSE_PUBLIC_KEY: server.publicKey, LANGFUSE_SECRET_KEY: server.secretKey, LANGFUSE_BASE_URL: server.url };
  expect(await runClient('langfuse-js-5', 'langfuse-js-newest.mjs', env)).toEqual({
    evaluator: [1, [{ role: 'user', content: 'Judge {{output}}.' }], { dataType: 'BOOLEAN' }, true],
    listed: [true, true],
    changed: ['js judge', 2, 'system'],
    versions: [2, 1],
    rule: [[{ type: 'stringObject', column: 'metadata', key: 'team', operator: 'is not set', value: '' }], 1],
    off: false,
    empty: [400, 'invalid_body'],
    deleted: [true, true, true],
    gone: [404, 'resource_not_found'],
    model: 'js-chosen',
  });
});
