import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUnstable } from './testing/open-unstable.ts';

const path = '/v2/evaluation-rules';
const evaluators = '/v2/evaluators';
const judge = {
  type: 'llm_as_judge',
  name: 'judge',
  prompt: '{{output}}',
  outputDefinition: { dataType: 'BOOLEAN' },
  variableMapping: [{ variable: 'output', source: 'output' }],
};
const code = { type: 'code', name: 'code', sourceCode: 'x', sourceCodeLanguage: 'TYPESCRIPT' };

describe('evaluation rules, second version', () => {
  let server: Awaited<ReturnType<typeof openUnstable>>;
  let call: (typeof server)['call'];
  let judged: string;
  let coded: string;
  beforeAll(async () => {
    server = await openUnstable();
    call = server.call;
    judged = (await call('POST', evaluators, judge)).body.id;
    coded = (await call('POST', evaluators, code)).body.id;
  });
  afterAll(async () => {
    await server.close();
  });
  const missing = { status: 404, body: { message: 'Evaluation rule not found', code: 'resource_not_found' } };
  const rule = () => ({ name: 'live', enabled: true, evaluatorAssignments: [{ evaluatorId: judged }, { evaluatorId: coded }] });

  it.each([
    ['POST', path, {}],
    ['GET', path],
    ['GET', `${path}/x`],
    ['PATCH', `${path}/x`, { name: 'y' }],
    ['DELETE', `${path}/x`],
  ] as const)('%s %s: a project key only', async (method, url, body?) => {
    expect(await call(method, url, body, '')).toEqual({
      status: 401,
      body: { message: 'No authorization header', code: 'authentication_failed' },
    });
    for (const key of ['public', 'organisation']) expect((await call(method, url, body, key)).body.code).toBe('access_denied');
  });

  it('are made by the ids of evaluators, listed, changed and deleted', async () => {
    const filter = [
      { type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] },
      { type: 'stringObject', column: 'metadata', key: 'team', operator: 'is set', value: '' },
      { type: 'null', column: 'parentObservationId', operator: 'is null', value: '' },
      { type: 'number', column: 'toolCalls', operator: '>', value: 2 },
      { type: 'stringOptions', column: 'datasetId', operator: 'any of', value: ['d'] },
    ];
    const override = [{ variable: 'output', source: 'expected_output', jsonPath: '$.a' }];
    const given = { ...rule(), sampling: 0.25, filter };
    given.evaluatorAssignments = [{ evaluatorId: coded }, { evaluatorId: judged, variableMapping: override } as never];
    const first = await call('POST', path, given);
    expect(first).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        name: 'live',
        createdBy: null,
        enabled: true,
        sampling: 0.25,
        filter,
        evaluatorAssignments: [
          { evaluatorId: coded, variableMapping: null },
          { evaluatorId: judged, variableMapping: override },
        ],
        createdAt: '2026-05-01T12:00:00.000Z',
        updatedAt: '2026-05-01T12:00:00.000Z',
      },
    });
    const { body: used } = await call('GET', `${evaluators}/${judged}`);
    expect(used.evaluationRuleAssignments).toEqual([{ evaluationRuleId: first.body.id, variableMappingOverride: override }]);
    // Of the same name, and only of runs of experiments' items.
    const onlyItems = { type: 'boolean', column: 'isExperimentItemRootSpan', operator: '=', value: true };
    const second = await call('POST', path, { ...rule(), filter: [filter[4], onlyItems] });
    expect(second).toMatchObject({ status: 201, body: { name: 'live', sampling: 1, filter: [onlyItems, filter[4]] } });
    expect((await call('GET', `${evaluators}/${judged}`)).body.evaluationRuleAssignments).toEqual([
      { evaluationRuleId: second.body.id },
      { evaluationRuleId: first.body.id, variableMappingOverride: override },
    ]);

    // What the unstable API makes of them.
    const unstable = (await call('GET', '/unstable/evaluation-rules')).body;
    expect(unstable.meta.totalItems).toBe(2);
    expect(unstable.data.map(({ target, status }: Record<string, string>) => [target, status])).toEqual([
      ['experiment', 'active'],
      ['observation', 'active'],
    ]);
    expect(unstable.data[1].filter.slice(1)).toEqual([
      { ...filter[1], operator: 'contains' },
      filter[2],
      filter[3],
      { ...filter[4], column: 'experimentDatasetId' },
    ]);
    expect(unstable.data[0].filter).toEqual([filter[4]]);
    expect((await call('PATCH', `/unstable/evaluation-rules/${second.body.id}`, { name: 'live' })).body.code).toBe(
      'name_conflict',
    );

    const one = await call('GET', `${path}?limit=1`);
    expect(one.body.data).toEqual([second.body]);
    expect(await call('GET', `${path}?limit=1&cursor=${one.body.meta.cursor}`)).toEqual({
      status: 200,
      body: { data: [first.body], meta: {} },
    });
    expect((await call('GET', path, undefined, 'q')).body).toEqual({ data: [], meta: {} });

    server.clock.at += 1000;
    const changed = await call('PATCH', `${path}/${first.body.id}`, { name: 'renamed', enabled: false, sampling: 1, filter: [] });
    expect(changed).toEqual({
      status: 200,
      body: {
        ...first.body,
        name: 'renamed',
        enabled: false,
        sampling: 1,
        filter: [],
        updatedAt: '2026-05-01T12:00:01.000Z',
      },
    });
    // The condition made it a rule of experiments; without it it is one of all observations.
    expect((await call('PATCH', `${path}/${second.body.id}`, { filter: [] })).body.filter).toEqual([]);
    expect((await call('GET', `/unstable/evaluation-rules/${second.body.id}`)).body.target).toBe('observation');

    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
      expect(await call(method, `${path}/${first.body.id}`, body, 'q')).toEqual(missing);
      expect(await call(method, `${path}/a%00b`, body)).toEqual(missing);
    }
    for (const { body } of [first, second]) {
      expect(await call('DELETE', `${path}/${body.id}`)).toEqual({ status: 200, body: { id: body.id } });
      expect(await call('GET', `${path}/${body.id}`)).toEqual(missing);
    }
  });

  it('may be drafts without evaluators, which are not enabled', async () => {
    const draft = await call('POST', path, { name: 'draft', enabled: false, evaluatorAssignments: [] });
    expect(draft).toMatchObject({ status: 201, body: { enabled: false, evaluatorAssignments: [] } });
    const url = `${path}/${draft.body.id}`;
    // The unstable API has no shape for it.
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }]] as const)
      expect((await call(method, `/unstable/evaluation-rules/${draft.body.id}`, body)).status).toBe(404);
    expect((await call('GET', '/unstable/evaluation-rules')).body).toMatchObject({ data: [], meta: { totalItems: 0 } });
    for (const body of [{ enabled: true }, { enabled: true, evaluatorAssignments: [] }]) {
      expect(await call('PATCH', url, body)).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
    }
    expect((await call('POST', path, { ...rule(), evaluatorAssignments: [] })).body).toMatchObject({ code: 'invalid_body' });
    const filled = await call('PATCH', url, { enabled: true, evaluatorAssignments: [{ evaluatorId: judged }] });
    expect(filled).toMatchObject({ status: 200, body: { enabled: true, evaluatorAssignments: [{ evaluatorId: judged }] } });
    expect((await call('GET', `/unstable/evaluation-rules/${draft.body.id}`)).status).toBe(200);
    const emptied = await call('PATCH', url, { evaluatorAssignments: [] });
    expect(emptied).toMatchObject({ status: 200, body: { enabled: false, evaluatorAssignments: [] } });
    await call('DELETE', url);
  });

  it('lose an evaluator that is deleted, and are switched off without one', async () => {
    const { body: gone } = await call('POST', evaluators, { ...code, name: 'gone' });
    const { body: alone } = await call('POST', path, { ...rule(), evaluatorAssignments: [{ evaluatorId: gone.id }] });
    const both = [{ evaluatorId: judged }, { evaluatorId: gone.id }];
    const { body: beside } = await call('POST', path, { ...rule(), evaluatorAssignments: both });
    expect((await call('DELETE', `/unstable/evaluators/${gone.id}`)).status).toBe(409);
    expect(await call('DELETE', `${evaluators}/${gone.id}`)).toEqual({ status: 200, body: { id: gone.id } });
    expect((await call('GET', `${path}/${alone.id}`)).body).toMatchObject({ enabled: false, evaluatorAssignments: [] });
    expect((await call('GET', `${path}/${beside.id}`)).body).toMatchObject({
      enabled: true,
      evaluatorAssignments: [{ evaluatorId: judged }],
    });
    for (const { id } of [alone, beside]) await call('DELETE', `${path}/${id}`);
  });

  it.each<[string, () => object, (string | number)[]]>([
    ['no name', () => ({ ...rule(), name: undefined }), ['name']],
    ['no word on whether it is enabled', () => ({ ...rule(), enabled: undefined }), ['enabled']],
    ['no assignments', () => ({ ...rule(), evaluatorAssignments: undefined }), ['evaluatorAssignments']],
    ['sampling null', () => ({ ...rule(), sampling: null }), ['sampling']],
    ['sampling above 1', () => ({ ...rule(), sampling: 1.1 }), ['sampling']],
    ['a condition of no kind', () => ({ ...rule(), filter: [{ column: 'type' }] }), ['filter', 0, 'type']],
    [
      'a column that is none',
      () => ({ ...rule(), filter: [{ type: 'string', column: 'x', operator: '=', value: 'y' }] }),
      ['filter'],
    ],
    [
      'a column of another type',
      () => ({ ...rule(), filter: [{ type: 'string', column: 'type', operator: '=', value: 'SPAN' }] }),
      ['filter'],
    ],
    [
      'an evaluator twice',
      () => ({ ...rule(), evaluatorAssignments: [{ evaluatorId: judged }, { evaluatorId: judged }] }),
      ['evaluators'],
    ],
    [
      'a mapping for code',
      () => ({ ...rule(), evaluatorAssignments: [{ evaluatorId: coded, variableMapping: [] }] }),
      ['mapping'],
    ],
  ])('are refused with %s', async (_what, body, at) => {
    const { status, body: said } = await call('POST', path, body());
    expect([status, said.code]).toEqual([400, 'invalid_body']);
    expect(said.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it('are refused with an evaluator that is not there, or of another project, or that cannot be asked', async () => {
    const others = (await call('POST', evaluators, code, 'q')).body.id;
    for (const evaluatorId of ['none', others, 'a\0b']) {
      const refused = await call('POST', path, { ...rule(), evaluatorAssignments: [{ evaluatorId }] });
      expect([refused.status, refused.body.code]).toEqual([404, 'resource_not_found']);
    }
    const connection = { provider: 'gone', adapter: 'openai' as const, secretKey: 'sk', withDefaultModels: false };
    await server.connections.upsert('p', { ...connection, customModels: ['m'] });
    const { body: asking } = await call('POST', evaluators, { ...judge, modelConfig: { provider: 'gone', model: 'm' } });
    await server.connections.upsert('p', { ...connection, customModels: [] });
    const assigned = { ...rule(), evaluatorAssignments: [{ evaluatorId: asking.id }] };
    expect(await call('POST', path, assigned)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await call('POST', path, { ...assigned, enabled: false })).status).toBe(201);
    expect((await call('PATCH', `${path}/x`, {})).body.code).toBe('invalid_body');
    expect((await call('GET', `${path}?cursor=%25`)).body.code).toBe('invalid_query');
    expect((await call('PUT', `${path}/x`, {})).body.code).toBe('method_not_allowed');
  });
});
