import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUnstable } from './testing/open-unstable.ts';

const path = '/v2/evaluators';
const judge = {
  type: 'llm_as_judge',
  name: 'correctness',
  prompt: 'Judge {{ output }} for {{input}}.',
  outputDefinition: { dataType: 'NUMERIC', minValue: 0, maxValue: 1, scoreReasoningInstructions: 'why' },
};
const code = { type: 'code', name: 'is json', sourceCode: 'def evaluate(ctx): ...', sourceCodeLanguage: 'PYTHON' };
const model = { provider: 'work', model: 'own' };

describe('evaluators, second version', () => {
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
  const missing = { status: 404, body: { message: 'Evaluator not found', code: 'resource_not_found' } };

  it.each([
    ['POST', path, judge],
    ['GET', path],
    ['GET', `${path}/x`],
    ['GET', `${path}/x/versions`],
    ['PATCH', `${path}/x`, { name: 'y' }],
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

  it('are made anew each time, also under a name that is there', async () => {
    const first = await call('POST', path, { ...judge, modelConfig: model, description: 'how right it is' });
    expect(first).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        type: 'llm_as_judge',
        name: 'correctness',
        description: 'how right it is',
        createdBy: null,
        status: 'active',
        pausedAt: null,
        pausedReason: null,
        pausedMessage: null,
        evaluationRuleAssignments: [],
        createdAt: '2026-05-01T12:00:00.000Z',
        updatedAt: '2026-05-01T12:00:00.000Z',
        versionId: `${first.body.id}-v1`,
        version: 1,
        versionCreatedAt: '2026-05-01T12:00:00.000Z',
        versionCreatedBy: null,
        prompt: [{ role: 'user', content: judge.prompt }],
        variables: ['output', 'input'],
        variableMapping: null,
        modelConfig: model,
        outputDefinition: judge.outputDefinition,
      },
    });
    server.clock.at += 1000;
    const messages = [
      { role: 'system', content: 'You judge {{topic}}.' },
      { role: 'user', content: '{{output}}' },
      { role: 'assistant', content: 'Well: {{topic}}' },
    ];
    const variableMapping = [
      { variable: 'topic', source: 'metadata', jsonPath: '$.topic' },
      { variable: 'output', source: 'expected_output' },
    ];
    const second = await call('POST', path, {
      ...judge,
      prompt: messages,
      variableMapping,
      outputDefinition: { dataType: 'CATEGORICAL', categories: ['a', 'b'], shouldAllowMultipleMatches: true },
    });
    expect(second).toMatchObject({
      status: 201,
      body: {
        name: 'correctness',
        version: 1,
        prompt: messages,
        variables: ['topic', 'output'],
        variableMapping,
        modelConfig: null,
      },
    });
    expect(second.body.outputDefinition).toEqual({
      dataType: 'CATEGORICAL',
      categories: ['a', 'b'],
      shouldAllowMultipleMatches: true,
    });
    expect(second.body.id).not.toBe(first.body.id);
    const third = await call('POST', path, code);
    const { prompt: _p, variables: _v, variableMapping: _m, modelConfig: _c, outputDefinition: _o, ...shared } = first.body;
    expect(third).toEqual({
      status: 201,
      body: {
        ...shared,
        ...code,
        id: expect.any(String),
        description: null,
        versionId: `${third.body.id}-v1`,
        createdAt: '2026-05-01T12:00:01.000Z',
        updatedAt: '2026-05-01T12:00:01.000Z',
        versionCreatedAt: '2026-05-01T12:00:01.000Z',
      },
    });
    expect(await call('GET', `${path}/${third.body.id}`)).toEqual({ status: 200, body: third.body });

    // Pages, newest first, by cursor.
    const one = await call('GET', `${path}?limit=2`);
    expect([one.status, one.body.data]).toEqual([200, [third.body, second.body]]);
    const two = await call('GET', `${path}?limit=2&cursor=${one.body.meta.cursor}`);
    expect(two).toEqual({ status: 200, body: { data: [first.body], meta: {} } });
    expect((await call('GET', `${path}?limit=3`)).body.meta).toEqual({});
    expect((await call('GET', path, undefined, 'q')).body).toEqual({ data: [], meta: {} });

    // Those who go by the name mean the newest of it, and read a conversation as one text.
    const unstable = await call('GET', `/unstable/evaluators/${second.body.id}`);
    expect(unstable).toMatchObject({
      status: 200,
      body: {
        prompt: 'You judge {{topic}}.\n\n{{output}}\n\nWell: {{topic}}',
        outputDefinition: { reasoning: { description: '' }, score: { description: '' } },
      },
    });
    const { outputDefinition, ...rest } = unstable.body;
    const named = await call('POST', '/unstable/evaluators', {
      ...rest,
      prompt: '{{text}}',
      mapping: null,
      outputDefinition: {
        ...outputDefinition,
        reasoning: { description: 'r' },
        score: { ...outputDefinition.score, description: 's' },
      },
    });
    expect(named).toMatchObject({ status: 200, body: { id: second.body.id, version: 2 } });
    expect((await call('POST', '/unstable/evaluators', { ...named.body, prompt: messages })).body).toMatchObject({
      code: 'invalid_body',
      details: { issues: [{ path: ['prompt'] }] },
    });

    const history = await call('GET', `${path}/${second.body.id}/versions?limit=1`);
    expect(history.body.data).toMatchObject([
      { id: `${second.body.id}-v2`, version: 2, prompt: [{ role: 'user', content: '{{text}}' }] },
    ]);
    const before = await call('GET', `${path}/${second.body.id}/versions?cursor=${history.body.meta.cursor}`);
    expect(before).toEqual({
      status: 200,
      body: {
        data: [
          {
            id: `${second.body.id}-v1`,
            version: 1,
            createdAt: '2026-05-01T12:00:01.000Z',
            createdBy: null,
            type: 'llm_as_judge',
            prompt: messages,
            variables: ['topic', 'output'],
            variableMapping,
            modelConfig: null,
            outputDefinition: second.body.outputDefinition,
          },
        ],
        meta: {},
      },
    });

    for (const [method, at, body] of [
      ['GET', ''],
      ['GET', '/versions'],
      ['PATCH', '', { name: 'n' }],
      ['DELETE', ''],
    ] as const) {
      expect(await call(method, `${path}/${second.body.id}${at}`, body, 'q')).toEqual(missing);
      expect(await call(method, `${path}/a%00b${at}`, body)).toEqual(missing);
    }
    for (const { body } of [first, second, third]) {
      expect(await call('DELETE', `${path}/${body.id}`)).toEqual({ status: 200, body: { id: body.id } });
      expect(await call('GET', `${path}/${body.id}`)).toEqual(missing);
    }
  });

  it('change their name alone, or their definition as a whole', async () => {
    const { body: made } = await call('POST', path, {
      ...judge,
      modelConfig: model,
      variableMapping: ['output', 'input'].map((name) => ({ variable: name, source: name })),
      description: 'd',
    });
    const { body: other } = await call('POST', path, { ...code, name: 'other' });
    server.clock.at += 1000;
    const at = new Date(server.clock.at).toISOString();
    const renamed = await call('PATCH', `${path}/${made.id}`, { name: 'other', description: null });
    expect(renamed).toEqual({ status: 200, body: { ...made, name: 'other', description: null, updatedAt: at } });
    const { name: _, ...definition } = judge;
    const redefined = await call('PATCH', `${path}/${made.id}`, { ...definition, prompt: '{{all}}' });
    expect(redefined).toMatchObject({
      status: 200,
      body: {
        name: 'other',
        version: 2,
        versionId: `${made.id}-v2`,
        variables: ['all'],
        variableMapping: null,
        modelConfig: null,
      },
    });
    expect(await call('PATCH', `${path}/${made.id}`, { ...code, name: undefined })).toEqual({
      status: 409,
      body: { message: 'The evaluator "other" is of type llm_as_judge; a type cannot be changed.', code: 'conflict' },
    });
    for (const [body, at] of [
      [{}, []],
      [{ unknown: 1 }, []],
      [{ name: '' }, ['name']],
      [{ prompt: 'alone' }, ['type']],
      [{ type: 'llm_as_judge' }, ['prompt']],
      [{ type: 'code', sourceCode: 'x' }, ['sourceCodeLanguage']],
    ] as const) {
      const refused = await call('PATCH', `${path}/${made.id}`, body);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_body']);
      expect(refused.body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
    }
    expect(await call('GET', `${path}/${made.id}`)).toEqual(redefined);
    for (const { id } of [made, other]) await call('DELETE', `${path}/${id}`);
  });

  it.each<[string, object, (string | number)[]]>([
    ['no type', { ...judge, type: undefined }, ['type']],
    ['no name', { ...judge, name: undefined }, ['name']],
    ['no prompt', { ...judge, prompt: undefined }, ['prompt']],
    ['no message', { ...judge, prompt: [] }, ['prompt']],
    ['a role that is none', { ...judge, prompt: [{ role: 'tool', content: 'x' }] }, ['prompt']],
    ['no output', { ...judge, outputDefinition: undefined }, ['outputDefinition']],
    ['an output of no type', { ...judge, outputDefinition: {} }, ['outputDefinition', 'dataType']],
    [
      'a range upside down',
      { ...judge, outputDefinition: { dataType: 'NUMERIC', minValue: 2, maxValue: 1 } },
      ['outputDefinition', 'maxValue'],
    ],
    [
      'one category',
      { ...judge, outputDefinition: { dataType: 'CATEGORICAL', categories: ['a'], shouldAllowMultipleMatches: false } },
      ['outputDefinition', 'categories'],
    ],
    ['half a model', { ...judge, modelConfig: { provider: 'work' } }, ['modelConfig', 'model']],
    ['no source code', { ...code, sourceCode: '' }, ['sourceCode']],
    ['a mapping that misses variables', { ...judge, variableMapping: [] }, []],
    ['a mapping of no variable', { ...judge, variableMapping: [{ variable: 'x', source: 'input' }] }, []],
  ])('are refused with %s', async (_what, body, at) => {
    const { status, body: said } = await call('POST', path, body);
    expect([status, said.code]).toEqual([400, 'invalid_body']);
    if (at.length > 0) expect(said.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it('are refused with a model that cannot be asked, and paused when it goes', async () => {
    expect(await call('POST', path, { ...judge, modelConfig: { provider: 'work', model: 'gpt-none' } })).toEqual({
      status: 412,
      body: { message: expect.stringContaining('cannot run'), code: 'invalid_request' },
    });
    const { body: made } = await call('POST', path, { ...judge, modelConfig: model });
    expect((await call('PATCH', `${path}/${made.id}`, { ...judge, modelConfig: { provider: 'no', model: 'own' } })).status).toBe(
      412,
    );
    const connection = { provider: 'work', adapter: 'openai' as const, secretKey: 'sk-1', withDefaultModels: false };
    await server.connections.upsert('p', { ...connection, customModels: [] });
    expect((await call('GET', `${path}/${made.id}`)).body).toMatchObject({
      status: 'paused',
      pausedReason: 'evaluator_preflight_failed',
      pausedMessage: expect.stringContaining('cannot run'),
    });
    await server.connections.upsert('p', { ...connection, customModels: ['own'] });
    expect((await call('GET', `${path}/${made.id}`)).body).toEqual(made);
    await call('DELETE', `${path}/${made.id}`);
  });

  it('say what is wrong with a query, a path and a method', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=MA', `cursor=${'A'.repeat(40)}`]) {
      const { status, body } = await call('GET', `${path}?${query}`);
      expect([query, status, body.code, body.details.issues[0].path]).toEqual([
        query,
        400,
        'invalid_query',
        [query.split('=')[0]],
      ]);
    }
    expect(await call('PUT', `${path}/x`, {})).toEqual({
      status: 405,
      body: { message: 'Method not allowed', code: 'method_not_allowed' },
    });
    expect((await call('GET', `${path}/x/y/z`)).body).toMatchObject({ code: 'resource_not_found' });
    expect((await call('POST', path, [])).body.code).toBe('invalid_body');
  });
});
