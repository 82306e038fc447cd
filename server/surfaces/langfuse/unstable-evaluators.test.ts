import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUnstable } from './testing/open-unstable.ts';

const numeric = {
  dataType: 'NUMERIC',
  reasoning: { description: 'why' },
  score: { description: 'from 0 to 1', minValue: 0, maxValue: 1 },
};
const judge = {
  type: 'llm_as_judge',
  name: 'correctness',
  prompt: 'Judge {{ output }} for {{input}}; once more {{output}}.',
  outputDefinition: numeric,
};
const code = { type: 'code', name: 'is json', sourceCode: 'export function evaluate() {}', sourceCodeLanguage: 'TYPESCRIPT' };
const path = '/unstable/evaluators';

describe('evaluators', () => {
  let server: Awaited<ReturnType<typeof openUnstable>>;
  let call: (typeof server)['call'];
  beforeAll(async () => {
    server = await openUnstable();
    call = server.call;
    const connection = { provider: 'work', adapter: 'openai' as const, secretKey: 'sk-1' };
    await server.connections.upsert('p', { ...connection, customModels: ['own'], withDefaultModels: false });
  });
  afterAll(async () => {
    await server.close();
  });

  it.each([
    ['POST', path, judge],
    ['GET', path],
    ['GET', `${path}/x`],
    ['DELETE', `${path}/x`],
  ] as const)('%s %s: a project key only', async (method, url, body?) => {
    expect(await call(method, url, body, '')).toEqual({
      status: 401,
      body: { message: 'No authorization header', code: 'authentication_failed' },
    });
    for (const key of ['public', 'organisation']) {
      const { status, body: said } = await call(method, url, body, key);
      expect([status, said.code, Object.keys(said)]).toEqual([403, 'access_denied', ['message', 'code']]);
    }
  });

  it('of a judge are created, versioned by name, read and deleted', async () => {
    const first = await call('POST', path, { ...judge, modelConfig: { provider: 'work', model: 'own' } });
    expect(first).toEqual({
      status: 200,
      body: {
        id: expect.any(String),
        name: 'correctness',
        type: 'llm_as_judge',
        scope: 'project',
        version: 1,
        variables: ['output', 'input'],
        mapping: null,
        evaluationRuleCount: 0,
        createdAt: '2026-05-01T12:00:00.000Z',
        updatedAt: '2026-05-01T12:00:00.000Z',
        prompt: judge.prompt,
        outputDefinition: numeric,
        modelConfig: { provider: 'work', model: 'own' },
      },
    });
    server.clock.at += 1000;
    const { type: _, ...untyped } = judge;
    const mapping = [{ variable: 'text', source: 'output', jsonPath: '$.messages[0].content' }];
    const second = await call('POST', path, { ...untyped, prompt: 'Only {{text}}', mapping, scope: 'project' });
    expect(second).toEqual({
      status: 200,
      body: {
        ...first.body,
        version: 2,
        prompt: 'Only {{text}}',
        variables: ['text'],
        mapping,
        modelConfig: null,
        updatedAt: '2026-05-01T12:00:01.000Z',
      },
    });
    const { id } = first.body;
    expect(await call('GET', `${path}/${id}`)).toEqual(second);
    expect((await server.evaluators.get('p', id, 1)).type).toBe('llm_as_judge');
    expect(await server.evaluators.get('p', id, 1)).toMatchObject({ version: 1, variables: ['output', 'input'] });
    const all = await server.evaluators.listVersions('p', id, 1, 10);
    expect([all.totalItems, all.data.map(({ version }) => version)]).toEqual([2, [2, 1]]);

    const list = await call('GET', path);
    expect(list.body).toEqual({ data: [second.body], meta: { page: 1, limit: 50, totalItems: 1, totalPages: 1 } });

    const missing = { status: 404, body: { message: 'Evaluator not found', code: 'resource_not_found' } };
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await call(method, `${path}/${id}`, undefined, 'q')).toEqual(missing);
      expect(await call(method, `${path}/a%00b`)).toEqual(missing);
    }
    expect((await call('GET', path, undefined, 'q')).body.data).toEqual([]);
    expect(await call('DELETE', `${path}/${id}`)).toEqual({
      status: 200,
      body: { message: 'Evaluator successfully deleted' },
    });
    expect(await call('GET', `${path}/${id}`)).toEqual(missing);
  });

  it('of code are told everything', async () => {
    const { status, body } = await call('POST', path, code);
    expect([status, body]).toEqual([
      200,
      {
        id: expect.any(String),
        name: 'is json',
        type: 'code',
        scope: 'project',
        version: 1,
        variables: ['input', 'output', 'metadata', 'tool_calls', 'expected_output', 'experiment_item_metadata'],
        mapping: null,
        evaluationRuleCount: 0,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        sourceCode: code.sourceCode,
        sourceCodeLanguage: 'TYPESCRIPT',
      },
    ]);
    // A name is one kind of evaluator.
    expect(await call('POST', path, { ...judge, name: 'is json' })).toEqual({
      status: 409,
      body: {
        message: 'The evaluator "is json" of this project is of type code; a type cannot be changed.',
        code: 'name_conflict',
        details: { field: 'name', value: 'is json' },
      },
    });
    expect((await call('POST', path, { ...judge, name: 'is json' }, 'q')).status).toBe(200);
    expect((await call('GET', `${path}/${body.id}`)).body.version).toBe(1);
  });

  it('keep every output definition', async () => {
    const described = { description: 'why' };
    const definitions = [
      { dataType: 'NUMERIC', reasoning: described, score: described },
      { dataType: 'NUMERIC', reasoning: described, score: { ...described, minValue: null, maxValue: 5 } },
      { dataType: 'BOOLEAN', reasoning: described, score: described },
      {
        dataType: 'CATEGORICAL',
        reasoning: described,
        score: { ...described, categories: ['good', 'bad'], shouldAllowMultipleMatches: true },
      },
    ];
    for (const outputDefinition of definitions) {
      const { body } = await call('POST', path, { ...judge, name: 'shapes', outputDefinition });
      expect(body.outputDefinition).toEqual(outputDefinition);
    }
  });

  it('made at the same moment each get a version of their own', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => call('POST', path, { ...judge, name: 'race' })));
    expect(made.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(made.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  });

  it.each<[string, object, (string | number)[]]>([
    ['no body', {}, ['name']],
    ['an unknown type', { ...judge, type: 'person' }, ['type']],
    ['no prompt', { ...judge, prompt: '' }, ['prompt']],
    ['no output definition', { ...judge, outputDefinition: undefined }, ['outputDefinition']],
    ['an unknown data type', { ...judge, outputDefinition: { ...numeric, dataType: 'TEXT' } }, ['outputDefinition', 'dataType']],
    ['no reasoning', { ...judge, outputDefinition: { ...numeric, reasoning: undefined } }, ['outputDefinition', 'reasoning']],
    [
      'limits that are no range',
      { ...judge, outputDefinition: { ...numeric, score: { description: 'x', minValue: 1, maxValue: 1 } } },
      ['outputDefinition', 'score', 'maxValue'],
    ],
    [
      'one category',
      {
        ...judge,
        outputDefinition: {
          ...numeric,
          dataType: 'CATEGORICAL',
          score: { description: 'x', categories: ['a'], shouldAllowMultipleMatches: false },
        },
      },
      ['outputDefinition', 'score', 'categories'],
    ],
    [
      'a category twice',
      {
        ...judge,
        outputDefinition: {
          ...numeric,
          dataType: 'CATEGORICAL',
          score: { description: 'x', categories: ['a', 'a'], shouldAllowMultipleMatches: false },
        },
      },
      ['outputDefinition', 'score', 'categories'],
    ],
    ['a model without a provider', { ...judge, modelConfig: { model: 'm' } }, ['modelConfig', 'provider']],
    ['an unknown source', { ...judge, mapping: [{ variable: 'input', source: 'trace' }] }, ['mapping', 0, 'source']],
    ['code without a language', { ...code, sourceCodeLanguage: 'RUBY' }, ['sourceCodeLanguage']],
    ['code with a mapping', { ...code, mapping: [] }, ['mapping']],
  ])('refuse %s', async (_, given, at) => {
    const { status, body } = await call('POST', path, given);
    expect([status, body.code, body.message]).toEqual([400, 'invalid_body', 'Invalid request body']);
    expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it('refuse a body that is no JSON or no object', async () => {
    const headers = { authorization: 'p', 'content-type': 'application/json' };
    const url = `/api/public${path}`;
    for (const payload of ['{"name":', '[1]', '"text"']) {
      const answer = await server.app.inject({ method: 'POST', url, headers, payload });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_body']);
    }
    const text = await server.app.inject({
      method: 'POST',
      url,
      headers: { authorization: 'p', 'content-type': 'text/csv' },
      payload: 'a',
    });
    expect([text.statusCode, text.json().code]).toEqual([415, 'invalid_request']);
  });

  it.each<[string, object[], object]>([
    ['invalid_variable_mapping', [{ variable: 'nobody', source: 'input' }], { variable: 'nobody' }],
    [
      'duplicate_variable_mapping',
      [
        { variable: 'input', source: 'input' },
        { variable: 'input', source: 'output' },
      ],
      { variable: 'input' },
    ],
    ['missing_variable_mapping', [{ variable: 'input', source: 'input' }], { variables: ['output'] }],
    [
      'invalid_json_path',
      [{ variable: 'input', source: 'input', jsonPath: 'messages[' }],
      { variable: 'input', value: 'messages[' },
    ],
  ])('refuse a default mapping: %s', async (reason, mapping, details) => {
    const { status, body } = await call('POST', path, { ...judge, name: 'mapped', mapping });
    expect([status, body.code]).toEqual([400, reason]);
    expect(body.details).toMatchObject({ ...details, evaluatorName: 'mapped' });
  });

  it.each([
    ['nobody', 'own'],
    ['work', 'gpt-5'],
  ])('refuse a model that cannot be asked: %s %s', async (provider, model) => {
    const { status, body } = await call('POST', path, { ...judge, name: 'unusable', modelConfig: { provider, model } });
    expect([status, body.code]).toEqual([422, 'evaluator_preflight_failed']);
    expect(body.details).toEqual({ evaluatorName: 'unusable', provider, model });
    expect((await call('GET', path)).body.data.map(({ name }: { name: string }) => name)).not.toContain('unusable');
  });

  it("cannot use another project's connection", async () => {
    const modelConfig = { provider: 'work', model: 'own' };
    expect((await call('POST', path, { ...judge, modelConfig }, 'q')).body.code).toBe('evaluator_preflight_failed');
  });

  it('come in pages', async () => {
    for (const query of ['page=0', 'limit=101', 'limit=x']) {
      const { status, body } = await call('GET', `${path}?${query}`);
      expect([status, body.code, body.details.issues[0].path]).toEqual([400, 'invalid_query', [query.split('=')[0]]]);
    }
    const { body } = await call('GET', `${path}?limit=1&page=2`);
    expect([body.data.length, body.meta.page, body.meta.limit]).toEqual([1, 2, 1]);
  });

  it('answer other methods and other paths in the same words', async () => {
    const put = await server.app.inject({ method: 'PUT', url: `/api/public${path}`, headers: { authorization: 'p' } });
    expect([put.statusCode, put.json(), put.headers.allow]).toEqual([
      405,
      { message: 'Method not allowed', code: 'method_not_allowed' },
      'GET, HEAD, POST',
    ]);
    expect(await call('GET', '/unstable/nothing')).toEqual({
      status: 404,
      body: { message: 'No such route: GET /api/public/unstable/nothing', code: 'resource_not_found' },
    });
    // Beside them the other error bodies go on.
    expect((await call('GET', '/nothing')).body.error).toBe('LangfuseNotFoundError');
  });

  describe('changed over our own API', () => {
    it('keep what was not said, and get a version when the definition changes', async () => {
      const made = await server.evaluators.create('p', { ...(judge as never as object), name: 'changes' } as never);
      const renamed = await server.evaluators.update('p', made.id, { name: 'changed', description: 'about' });
      expect(renamed).toMatchObject({ id: made.id, name: 'changed', description: 'about', version: 1, prompt: judge.prompt });
      const redefined = await server.evaluators.update('p', made.id, { prompt: 'Now {{x}}' });
      expect(redefined).toMatchObject({ version: 2, variables: ['x'], outputDefinition: numeric, description: 'about' });
      expect(await server.evaluators.get('p', made.id, 1)).toMatchObject({ prompt: judge.prompt, version: 1 });
    });

    it('are refused a name that is taken, fields of the other type, and what is not theirs', async () => {
      const made = await server.evaluators.create('p', { ...(judge as never as object), name: 'mine' } as never);
      await expect(server.evaluators.update('p', made.id, { name: 'is json' })).rejects.toMatchObject({
        status: 409,
        details: { reason: 'name_conflict' },
      });
      await expect(server.evaluators.update('p', made.id, { sourceCode: 'x' })).rejects.toMatchObject({ status: 400 });
      await expect(server.evaluators.update('q', made.id, { name: 'x' })).rejects.toMatchObject({ status: 404 });
      const modelConfig = { provider: 'nobody', model: 'm' };
      await expect(server.evaluators.update('p', made.id, { modelConfig })).rejects.toMatchObject({ status: 422 });
    });
  });
});
