import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tables } from '../../store/metadata/index.ts';
import { openUnstable } from './testing/open-unstable.ts';

const outputDefinition = { dataType: 'BOOLEAN', reasoning: { description: 'why' }, score: { description: 'is it?' } };
const path = '/unstable/evaluation-rules';
const mapping = [
  { variable: 'question', source: 'input' },
  { variable: 'answer', source: 'output', jsonPath: '$.content' },
];
const rule = {
  name: 'live answers',
  evaluators: [{ evaluator: { name: 'judge' }, mapping }],
  target: 'observation',
  enabled: true,
};

describe('evaluation rules', () => {
  let server: Awaited<ReturnType<typeof openUnstable>>;
  let call: (typeof server)['call'];
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    server = await openUnstable();
    call = server.call;
    await server.connections.upsert('p', { provider: 'work', adapter: 'openai', secretKey: 'sk-1' });
    const judge = { name: 'judge', prompt: '{{question}} {{answer}}', outputDefinition };
    const evaluators = [
      { ...judge, modelConfig: { provider: 'work', model: 'm' } },
      {
        ...judge,
        name: 'with a mapping',
        prompt: '{{answer}}',
        mapping: [{ variable: 'answer', source: 'expected_output' }],
      },
      { name: 'code', type: 'code', sourceCode: 'x', sourceCodeLanguage: 'PYTHON' },
    ];
    for (const evaluator of evaluators) {
      ids[evaluator.name] = (await call('POST', '/unstable/evaluators', evaluator)).body.id;
    }
    ids.foreign = (await call('POST', '/unstable/evaluators', judge, 'q')).body.id;
  });
  afterAll(async () => {
    await server.close();
  });
  beforeEach(async () => {
    await server.db.delete(tables.evaluationRules);
  });
  const judgeShown = () => ({ id: ids.judge, name: 'judge', type: 'llm_as_judge', scope: 'project' });

  it.each([
    ['POST', path, rule],
    ['GET', path],
    ['GET', `${path}/x`],
    ['PATCH', `${path}/x`, { enabled: false }],
    ['DELETE', `${path}/x`],
  ] as const)('%s %s: a project key only', async (method, url, body?) => {
    expect((await call(method, url, body, '')).body).toEqual({
      message: 'No authorization header',
      code: 'authentication_failed',
    });
    for (const key of ['public', 'organisation']) {
      const { status, body: said } = await call(method, url, body, key);
      expect([status, said.code]).toEqual([403, 'access_denied']);
    }
  });

  it('are created, listed, changed and deleted', async () => {
    const filter = [
      { type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] },
      { type: 'stringObject', column: 'metadata', key: 'plan', operator: '=', value: 'pro' },
      { type: 'null', column: 'parentObservationId', operator: 'is null', value: null },
    ];
    const made = await call('POST', path, { ...rule, sampling: 0.25, filter });
    expect(made).toEqual({
      status: 200,
      body: {
        id: expect.any(String),
        name: 'live answers',
        target: 'observation',
        enabled: true,
        status: 'active',
        pausedReason: null,
        pausedMessage: null,
        sampling: 0.25,
        filter,
        evaluator: judgeShown(),
        evaluators: [{ evaluator: judgeShown(), mapping }],
        mapping,
        createdAt: new Date(server.clock.at).toISOString(),
        updatedAt: new Date(server.clock.at).toISOString(),
      },
    });
    const { id } = made.body;
    expect(await call('GET', `${path}/${id}`)).toEqual(made);
    expect((await call('GET', `/unstable/evaluators/${ids.judge}`)).body.evaluationRuleCount).toBe(1);
    expect((await call('GET', path)).body).toEqual({
      data: [made.body],
      meta: { page: 1, limit: 50, totalItems: 1, totalPages: 1 },
    });

    server.clock.at += 1000;
    const off = await call('PATCH', `${path}/${id}`, { enabled: false, sampling: 1, filter: [], name: null });
    expect(off).toEqual({
      status: 200,
      body: {
        ...made.body,
        enabled: false,
        status: 'inactive',
        sampling: 1,
        filter: [],
        updatedAt: new Date(server.clock.at).toISOString(),
      },
    });
    const several = await call('PATCH', `${path}/${id}`, {
      target: 'experiment',
      evaluators: [{ evaluator: { name: 'code', type: 'code' } }, { evaluator: { name: 'with a mapping' } }],
    });
    expect(several.body).toMatchObject({
      target: 'experiment',
      evaluator: { name: 'code', type: 'code' },
      evaluators: [
        { evaluator: { id: ids.code }, mapping: null },
        { evaluator: { id: ids['with a mapping'] }, mapping: null },
      ],
      mapping: ['input', 'output', 'metadata', 'tool_calls', 'expected_output', 'experiment_item_metadata'].map((source) => ({
        variable: source,
        source,
      })),
    });
    expect((await call('GET', `/unstable/evaluators/${ids.judge}`)).body.evaluationRuleCount).toBe(0);

    const missing = { status: 404, body: { message: 'Evaluation rule not found', code: 'resource_not_found' } };
    expect(await call('GET', `${path}/${id}`, undefined, 'q')).toEqual(missing);
    expect(await call('PATCH', `${path}/${id}`, { enabled: true }, 'q')).toEqual(missing);
    expect(await call('DELETE', `${path}/${id}`, undefined, 'q')).toEqual(missing);
    expect((await call('GET', path, undefined, 'q')).body.data).toEqual([]);
    expect(await call('DELETE', `${path}/${id}`)).toEqual({
      status: 200,
      body: { message: 'Evaluation rule successfully deleted' },
    });
    expect(await call('GET', `${path}/${id}`)).toEqual(missing);
  });

  it('take one evaluator in the older way, with a scope', async () => {
    const { evaluators: _, ...rest } = rule;
    const evaluator = { name: 'judge', scope: 'project', type: 'llm_as_judge' };
    const { status, body } = await call('POST', path, { ...rest, evaluator, mapping });
    expect([status, body.evaluators]).toEqual([200, [{ evaluator: judgeShown(), mapping }]]);

    const other = [mapping[0], { variable: 'answer', source: 'metadata' }];
    expect((await call('PATCH', `${path}/${body.id}`, { mapping: other })).body.mapping).toEqual(other);
    const same = await call('PATCH', `${path}/${body.id}`, { evaluator: { name: 'judge', scope: 'project' } });
    expect(same.body.mapping).toEqual(other);
    const managed = await call('PATCH', `${path}/${body.id}`, { evaluator: { name: 'judge', scope: 'managed' } });
    expect([managed.status, managed.body.code]).toEqual([404, 'resource_not_found']);
    const code = { ...rest, name: 'checks', evaluator: { name: 'code', type: 'code' } };
    expect((await call('POST', path, code)).body.evaluators).toEqual([
      { evaluator: { id: ids.code, name: 'code', type: 'code', scope: 'project' }, mapping: null },
    ]);
  });

  it('inherit the mapping of the evaluator', async () => {
    const given = { ...rule, target: 'experiment', evaluators: [{ evaluator: { name: 'with a mapping' }, mapping: null }] };
    const { body } = await call('POST', path, given);
    expect(body.evaluators[0].mapping).toBeNull();
    expect(body.mapping).toEqual([{ variable: 'answer', source: 'expected_output' }]);
  });

  it.each<[string, object, (string | number)[]]>([
    ['nothing', {}, ['name']],
    ['no evaluator', { ...rule, evaluators: undefined }, ['evaluators']],
    ['an empty list of evaluators', { ...rule, evaluators: [] }, ['evaluators']],
    ['101 evaluators', { ...rule, evaluators: Array(101).fill(rule.evaluators[0]) }, ['evaluators']],
    ['both ways', { ...rule, evaluator: { name: 'judge' } }, ['evaluators']],
    ['a mapping beside evaluators', { ...rule, mapping }, ['mapping']],
    ['no target', { ...rule, target: undefined }, ['target']],
    ['an old target', { ...rule, target: 'trace' }, ['target']],
    ['no enabled', { ...rule, enabled: undefined }, ['enabled']],
    ['sampling 0', { ...rule, sampling: 0 }, ['sampling']],
    ['sampling above 1', { ...rule, sampling: 1.01 }, ['sampling']],
    [
      'an operator that does not exist',
      { ...rule, filter: [{ type: 'boolean', column: 'isRootObservation', operator: '>', value: true }] },
      ['filter', 0, 'operator'],
    ],
  ])('refuse %s', async (_, given, at) => {
    const { status, body } = await call('POST', path, given);
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it.each<[string, object, object]>([
    [
      'an unknown column',
      { type: 'string', column: 'nothing', operator: '=', value: 'x' },
      { column: 'nothing', invalidValues: ['nothing'] },
    ],
    [
      'datasetId of observations',
      { type: 'stringOptions', column: 'datasetId', operator: 'any of', value: ['x'] },
      { column: 'datasetId' },
    ],
    [
      'another type',
      { type: 'number', column: 'tags', operator: '=', value: 1 },
      { column: 'tags', invalidValues: ['number'], allowedValues: ['arrayOptions', 'stringOptions'] },
    ],
    [
      'a value that never is',
      { type: 'stringOptions', column: 'level', operator: 'none of', value: ['DEBUG', 'LOUD'] },
      { column: 'level', invalidValues: ['LOUD'], allowedValues: ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'] },
    ],
    [
      'an operator of lists of events',
      { type: 'string', column: 'userId', operator: 'matches', value: 'x' },
      { column: 'userId', invalidValues: ['matches'] },
    ],
  ])('refuse a filter with %s', async (_, condition, details) => {
    const { status, body } = await call('POST', path, { ...rule, filter: [condition] });
    expect([status, body.code]).toEqual([400, 'invalid_filter_value']);
    expect(body.details).toMatchObject(details);
  });

  it('take every column of a target', async () => {
    const text = ['type', 'name', 'environment', 'level', 'traceName', 'experimentId', 'experimentDatasetId', 'datasetId'];
    const value = (column: string) => (column === 'type' ? 'SPAN' : column === 'level' ? 'ERROR' : 'x');
    const filter = [
      ...text.map((column) => ({ type: 'stringOptions', column, operator: 'any of', value: [value(column)] })),
      ...text.map((column) => ({ type: 'string', column, operator: '=', value: value(column) })),
      ...['version', 'userId', 'sessionId'].map((column) => ({ type: 'string', column, operator: 'starts with', value: 'x' })),
      ...['tags', 'calledToolNames'].map((column) => ({ type: 'arrayOptions', column, operator: 'all of', value: ['x'] })),
      { type: 'boolean', column: 'isRootObservation', operator: '<>', value: false },
      { type: 'null', column: 'parentObservationId', operator: 'is not null', value: '' },
      { type: 'number', column: 'toolCalls', operator: '>=', value: 2 },
    ];
    const { status, body } = await call('POST', path, { ...rule, target: 'experiment', filter });
    expect([status, body.filter]).toEqual([200, filter]);
  });

  it.each<[string, object[], object]>([
    ['missing_variable_mapping', [{ evaluator: { name: 'judge' } }], { variables: ['question', 'answer'] }],
    ['missing_variable_mapping', [{ evaluator: { name: 'judge' }, mapping: [mapping[0]] }], { variables: ['answer'] }],
    [
      'duplicate_variable_mapping',
      [{ evaluator: { name: 'judge' }, mapping: [...mapping, mapping[0]] }],
      { variable: 'question' },
    ],
    [
      'invalid_variable_mapping',
      [{ evaluator: { name: 'judge' }, mapping: [{ variable: 'x', source: 'input' }] }],
      { variable: 'x' },
    ],
    [
      'invalid_variable_mapping',
      [{ evaluator: { name: 'judge' }, mapping: [mapping[0], { variable: 'answer', source: 'expected_output' }] }],
      { variable: 'answer', value: 'expected_output' },
    ],
    ['invalid_variable_mapping', [{ evaluator: { name: 'with a mapping' } }], { evaluatorName: 'with a mapping' }],
    ['invalid_variable_mapping', [{ evaluator: { name: 'code' }, mapping: [] }], { field: 'mapping' }],
    [
      'invalid_json_path',
      [{ evaluator: { name: 'judge' }, mapping: [mapping[0], { variable: 'answer', source: 'input', jsonPath: 'content' }] }],
      { value: 'content' },
    ],
    ['invalid_body', [rule.evaluators[0]!, rule.evaluators[0]!], { field: 'evaluators' }],
  ])('refuse evaluators: %s', async (code, evaluators, details) => {
    const { status, body } = await call('POST', path, { ...rule, evaluators });
    expect([status, body.code]).toEqual([400, code]);
    expect(body.details).toMatchObject(details);
  });

  it.each<[string, object]>([
    ['unknown', { name: 'nobody' }],
    ['of another type', { name: 'judge', type: 'code' }],
  ])('refuse an evaluator that is %s', async (_, evaluator) => {
    const { status, body } = await call('POST', path, { ...rule, evaluators: [{ evaluator }] });
    expect([status, body.code]).toEqual([404, 'resource_not_found']);
  });

  it("cannot use another project's evaluator, by name or by id", async () => {
    const named = { ...rule, evaluators: [{ evaluator: { name: 'code' } }] };
    expect((await call('POST', path, named, 'q')).status).toBe(404);
    const input = {
      name: 'x',
      target: 'observation' as const,
      enabled: false,
      evaluators: [{ evaluator: { id: ids.foreign! } }],
    };
    await expect(server.rules.create('p', input)).rejects.toMatchObject({ status: 404 });
  });

  it('have a name of their own', async () => {
    expect((await call('POST', path, rule)).status).toBe(200);
    const twice = await call('POST', path, rule);
    expect([twice.status, twice.body.code, twice.body.details]).toEqual([
      409,
      'name_conflict',
      { field: 'name', value: 'live answers' },
    ]);
    const other = await call('POST', path, { ...rule, name: 'other' });
    const renamed = await call('PATCH', `${path}/${other.body.id}`, { name: 'live answers' });
    expect([renamed.status, renamed.body.code]).toEqual([409, 'name_conflict']);
    expect((await call('PATCH', `${path}/${other.body.id}`, { name: 'other' })).status).toBe(200);
  });

  it('are paused while an evaluator cannot run, and say why', async () => {
    const { body: made } = await call('POST', path, rule);
    const { data } = await server.connections.list('p', 1, 1);
    await server.connections.delete('p', data[0]!.id);
    const paused = await call('GET', `${path}/${made.id}`);
    expect(paused.body).toMatchObject({
      enabled: true,
      status: 'paused',
      pausedReason: 'evaluator_preflight_failed',
      pausedMessage: 'The evaluator "judge" cannot run: This project has no LLM connection named "work".',
    });
    // Switched on it cannot be now; renamed it can.
    expect((await call('PATCH', `${path}/${made.id}`, { name: 'renamed' })).status).toBe(200);
    const again = await call('PATCH', `${path}/${made.id}`, { enabled: true });
    expect([again.status, again.body.code]).toEqual([422, 'evaluator_preflight_failed']);
    expect(again.body.details).toEqual({ evaluatorName: 'judge', provider: 'work', model: 'm' });
    expect((await call('POST', path, { ...rule, name: 'draft', enabled: false })).body.status).toBe('inactive');
    expect((await call('POST', path, { ...rule, name: 'live' })).status).toBe(422);

    await server.connections.upsert('p', { provider: 'work', adapter: 'openai', secretKey: 'sk-1' });
    expect((await call('GET', `${path}/${made.id}`)).body.status).toBe('active');

    const next = { name: 'judge', prompt: '{{question}} {{answer}} {{more}}', outputDefinition };
    await call('POST', '/unstable/evaluators', { ...next, modelConfig: { provider: 'work', model: 'm' } });
    const outdated = await call('GET', `${path}/${made.id}`);
    expect(outdated.body).toMatchObject({ status: 'paused', pausedReason: 'missing_variable_mapping' });
    await call('POST', '/unstable/evaluators', { ...next, prompt: '{{question}} {{answer}}' });
    expect((await call('GET', `${path}/${made.id}`)).body.status).toBe('active');
  });

  it('stay paused when running them was given up, until they are changed', async () => {
    const { body: made } = await call('POST', path, rule);
    await server.rules.pause('p', made.id, { reason: 'too_many_failures', message: 'It failed 20 times.' });
    expect((await call('GET', `${path}/${made.id}`)).body).toMatchObject({
      status: 'paused',
      pausedReason: 'too_many_failures',
      pausedMessage: 'It failed 20 times.',
    });
    expect((await call('PATCH', `${path}/${made.id}`, { enabled: true })).body).toMatchObject({
      status: 'active',
      pausedReason: null,
    });
  });

  it('say that they are paused where the server runs no evaluators', async () => {
    const idle = await openUnstable({ isRun: false });
    await idle.call('POST', '/unstable/evaluators', {
      name: 'code',
      type: 'code',
      sourceCode: 'x',
      sourceCodeLanguage: 'PYTHON',
    });
    const { body: made } = await idle.call('POST', path, {
      ...rule,
      evaluators: [{ evaluator: { name: 'code', type: 'code' } }],
    });
    const paused = { enabled: true, status: 'paused', pausedReason: 'evaluators_not_running' };
    expect(made).toMatchObject(paused);
    expect((await idle.call('GET', `${path}/${made.id}`)).body).toMatchObject(paused);
    expect((await idle.call('GET', path)).body.data).toEqual([expect.objectContaining(paused)]);
    const off = await idle.call('PATCH', `${path}/${made.id}`, { enabled: false });
    expect(off.body).toMatchObject({ status: 'inactive', pausedReason: null, pausedMessage: null });
    await idle.close();
  });

  it('keep their evaluators from being deleted', async () => {
    const { body: made } = await call('POST', path, rule);
    const refused = await call('DELETE', `/unstable/evaluators/${ids.judge}`);
    expect([refused.status, refused.body.code, refused.body.details]).toEqual([409, 'conflict', { evaluatorName: 'judge' }]);
    expect((await call('GET', `${path}/${made.id}`)).body.evaluator.id).toBe(ids.judge);
  });

  it('refuse changes that fit neither target nor evaluators, and change nothing', async () => {
    const { body: made } = await call('POST', path, {
      ...rule,
      evaluators: [...rule.evaluators, { evaluator: { name: 'code' } }],
    });
    const refused: [object, number, string][] = [
      [{}, 400, 'invalid_body'],
      [{ name: null, sampling: null }, 400, 'invalid_body'],
      [{ sampling: 2 }, 400, 'invalid_body'],
      [{ mapping }, 400, 'invalid_body'],
      [{ evaluators: rule.evaluators, evaluator: { name: 'judge' } }, 400, 'invalid_body'],
      [{ evaluators: [{ evaluator: { name: 'judge' } }] }, 400, 'missing_variable_mapping'],
      [{ evaluator: { name: 'nobody' } }, 404, 'resource_not_found'],
      [{ filter: [{ type: 'string', column: 'datasetId', operator: '=', value: 'x' }] }, 400, 'invalid_filter_value'],
    ];
    for (const [given, status, code] of refused) {
      const answer = await call('PATCH', `${path}/${made.id}`, given);
      expect([given, answer.status, answer.body.code]).toEqual([given, status, code]);
    }
    expect((await call('GET', `${path}/${made.id}`)).body).toEqual(made);

    // What only experiments have keeps the rule with them.
    const experiment = {
      target: 'experiment',
      filter: [{ type: 'stringOptions', column: 'datasetId', operator: 'any of', value: ['x'] }],
    };
    expect((await call('PATCH', `${path}/${made.id}`, experiment)).status).toBe(200);
    expect((await call('PATCH', `${path}/${made.id}`, { target: 'observation' })).body.code).toBe('invalid_filter_value');
  });

  it('get and lose evaluators one by one', async () => {
    const { body: made } = await call('POST', path, rule);
    const two = await server.rules.attach('p', made.id, { evaluator: { id: ids.code! } });
    expect(two.evaluators.map(({ evaluator }) => evaluator.name)).toEqual(['judge', 'code']);
    const other = [mapping[0]!, { variable: 'answer', source: 'metadata' as const }] as never;
    const remapped = await server.rules.attach('p', made.id, { evaluator: { name: 'judge' }, mapping: other });
    expect(remapped.evaluators.map(({ evaluator, mapping: own }) => [evaluator.name, own])).toEqual([
      ['judge', other],
      ['code', null],
    ]);
    await expect(server.rules.detach('p', made.id, 'nobody')).rejects.toMatchObject({ status: 404 });
    await expect(server.rules.detach('q', made.id, ids.code!)).rejects.toMatchObject({ status: 404 });
    const one = await server.rules.detach('p', made.id, ids.judge!);
    expect(one.evaluators.map(({ evaluator }) => evaluator.name)).toEqual(['code']);
    await expect(server.rules.detach('p', made.id, ids.code!)).rejects.toMatchObject({ status: 409 });
  });

  it('are found by name, state and target', async () => {
    const make = (name: string, more: object) => call('POST', path, { ...rule, name, ...more });
    await make('Alpha 100%', { enabled: false });
    await make('beta', { target: 'experiment' });
    await make('alphabet', {});
    const names = async (filter: Parameters<typeof server.rules.list>[3]) => {
      const { data, totalItems } = await server.rules.list('p', 1, 10, filter);
      expect(totalItems).toBe(data.length);
      return data.map(({ name }) => name);
    };
    expect(await names({})).toEqual(['alphabet', 'beta', 'Alpha 100%']);
    expect(await names({ search: 'ALPHA' })).toEqual(['alphabet', 'Alpha 100%']);
    expect(await names({ search: '0%' })).toEqual(['Alpha 100%']);
    expect(await names({ search: '_' })).toEqual([]);
    expect(await names({ enabled: false })).toEqual(['Alpha 100%']);
    expect(await names({ targets: ['experiment'] })).toEqual(['beta']);
    const page = await call('GET', `${path}?limit=2&page=2`);
    expect([page.body.data.length, page.body.meta]).toEqual([1, { page: 2, limit: 2, totalItems: 3, totalPages: 2 }]);
  });
});
