import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tables } from '../../store/metadata/index.ts';
import { openUnstable } from './testing/open-unstable.ts';

const widgets = '/unstable/dashboard-widgets';
const dashboards = '/unstable/dashboards';
const widget = {
  name: 'Cost by model',
  view: 'observations',
  dimensions: [{ field: 'providedModelName' }],
  metrics: [{ measure: 'totalCost', agg: 'sum' }],
  filters: [{ type: 'stringOptions', column: 'environment', operator: 'any of', value: ['production'] }],
  chartType: 'HORIZONTAL_BAR',
};

let server: Awaited<ReturnType<typeof openUnstable>>;
let call: (typeof server)['call'];
beforeAll(async () => {
  server = await openUnstable();
  call = server.call;
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  await server.db.delete(tables.dashboards);
  await server.db.delete(tables.dashboardWidgets);
});
const now = () => new Date(server.clock.at).toISOString();
const makeWidget = async (more = {}, key = 'p'): Promise<string> =>
  (await call('POST', widgets, { ...widget, ...more }, key)).body.id;
const makeDashboard = async (more = {}, key = 'p'): Promise<string> =>
  (await call('POST', dashboards, { name: 'Board', ...more }, key)).body.id;

it.each([
  ['GET', widgets],
  ['POST', widgets, widget],
  ['GET', `${widgets}/x`],
  ['PATCH', `${widgets}/x`, { name: 'y' }],
  ['DELETE', `${widgets}/x`],
  ['GET', dashboards],
  ['POST', dashboards, { name: 'x' }],
  ['GET', `${dashboards}/x`],
  ['PATCH', `${dashboards}/x`, { name: 'y' }],
  ['DELETE', `${dashboards}/x`],
  ['POST', `${dashboards}/x/placements`, { type: 'preset', presetId: 'y' }],
  ['PATCH', `${dashboards}/x/placements/y`, { x: 1 }],
  ['DELETE', `${dashboards}/x/placements/y`],
] as const)('%s %s: a project key only', async (method, url, body?) => {
  expect((await call(method, url, body, '')).body.code).toBe('authentication_failed');
  for (const key of ['public', 'organisation']) {
    const { status, body: said } = await call(method, url, body, key);
    expect([status, said.code]).toEqual([403, 'access_denied']);
  }
});

describe('widgets', () => {
  it('are created, listed, changed and deleted', async () => {
    const made = await call('POST', widgets, widget);
    expect(made).toEqual({
      status: 200,
      body: {
        ...widget,
        id: expect.any(String),
        description: '',
        chartConfig: { type: 'HORIZONTAL_BAR' },
        createdAt: now(),
        updatedAt: now(),
      },
    });
    const { id } = made.body;
    const first = new Date(server.clock.at).toISOString();
    expect(await call('GET', `${widgets}/${id}`)).toEqual(made);
    server.clock.at += 1000;
    const other = await makeWidget({ name: 'Other' });
    const list = async () => (await call('GET', widgets)).body.data.map((each: { id: string }) => each.id);
    expect(await list()).toEqual([other, id]);

    server.clock.at += 1000;
    const changed = await call('PATCH', `${widgets}/${id}`, {
      description: 'in USD',
      filters: null,
      chartConfig: { row_limit: 5, show_value_labels: true, bins: null },
    });
    expect(changed).toEqual({
      status: 200,
      body: {
        ...made.body,
        description: 'in USD',
        chartConfig: { type: 'HORIZONTAL_BAR', row_limit: 5, show_value_labels: true },
        createdAt: first,
        updatedAt: now(),
      },
    });
    expect(await list()).toEqual([id, other]);
    // Another type goes back to its plain config.
    const pie = await call('PATCH', `${widgets}/${id}`, { chartType: 'PIE' });
    expect([pie.body.chartType, pie.body.chartConfig]).toEqual(['PIE', { type: 'PIE' }]);

    const missing = { status: 404, body: { message: 'Dashboard widget not found', code: 'resource_not_found' } };
    expect(await call('GET', `${widgets}/${id}`, undefined, 'q')).toEqual(missing);
    expect(await call('PATCH', `${widgets}/${id}`, { name: 'stolen' }, 'q')).toEqual(missing);
    expect(await call('DELETE', `${widgets}/${id}`, undefined, 'q')).toEqual(missing);
    expect((await call('GET', widgets, undefined, 'q')).body).toEqual({
      data: [],
      meta: { page: 1, limit: 50, totalItems: 0, totalPages: 0 },
    });
    expect(await call('DELETE', `${widgets}/${id}`)).toEqual({
      status: 200,
      body: { message: 'Dashboard widget successfully deleted' },
    });
    expect(await call('GET', `${widgets}/${id}`)).toEqual(missing);
  });

  it.each<[string, object]>([
    ['a number', { dimensions: [], chartType: 'NUMBER' }],
    ['a time series by user level', { dimensions: [{ field: 'level' }], chartType: 'LINE_TIME_SERIES' }],
    [
      'a histogram',
      {
        dimensions: [],
        metrics: [{ measure: 'latency', agg: 'histogram' }],
        chartType: 'HISTOGRAM',
        chartConfig: { type: 'HISTOGRAM', bins: 20 },
      },
    ],
    [
      'a pivot table',
      {
        dimensions: [{ field: 'environment' }, { field: 'type' }],
        metrics: [
          { measure: 'count', agg: 'count' },
          { measure: 'totalCost', agg: 'p95' },
        ],
        chartType: 'PIVOT_TABLE',
        chartConfig: { defaultSort: { column: 'p95_totalCost', order: 'ASC' }, row_limit: 20 },
      },
    ],
    ['users by cost', { dimensions: [{ field: 'userId' }], chartConfig: { row_limit: 10 } }],
    [
      'scores',
      { view: 'scores-numeric', dimensions: [{ field: 'name' }], metrics: [{ measure: 'value', agg: 'avg' }], filters: [] },
    ],
    [
      'answers',
      {
        view: 'scores-categorical',
        dimensions: [{ field: 'stringValue' }],
        metrics: [{ measure: 'count', agg: 'count' }],
        filters: [],
      },
    ],
    [
      'yes and no',
      {
        view: 'scores-boolean',
        dimensions: [{ field: 'booleanValue' }],
        metrics: [{ measure: 'count', agg: 'count' }],
        filters: [],
      },
    ],
  ])('can be %s', async (_, more) => {
    expect((await call('POST', widgets, { ...widget, ...more })).status).toBe(200);
  });

  it.each<[string, object, (string | number)[]]>([
    ['no name', { name: '' }, ['name']],
    ['the view of traces', { view: 'traces' }, ['view']],
    ['no metrics', { metrics: [] }, ['metrics']],
    ['no filters', { filters: undefined }, ['filters']],
    ['an unknown aggregation', { metrics: [{ measure: 'count', agg: 'median' }] }, ['metrics', 0, 'agg']],
    ['an unknown chart', { chartType: 'RADAR' }, ['chartType']],
    ['0 rows', { chartConfig: { row_limit: 0 } }, ['chartConfig', 'row_limit']],
  ])('refuse %s', async (_, more, at) => {
    const { status, body } = await call('POST', widgets, { ...widget, ...more });
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it.each<[string, object, (string | number)[]]>([
    ['an unknown measure', { metrics: [{ measure: 'happiness', agg: 'sum' }] }, ['metrics', 0, 'measure']],
    ['a measure of another view', { view: 'scores-boolean', dimensions: [], filters: [] }, ['metrics', 0, 'measure']],
    ['an unknown dimension', { dimensions: [{ field: 'mood' }] }, ['dimensions', 0, 'field']],
    ['a sum of texts', { metrics: [{ measure: 'uniqueUserIds', agg: 'sum' }] }, ['metrics', 0, 'agg']],
    ['two dimensions', { dimensions: [{ field: 'level' }, { field: 'type' }] }, ['dimensions']],
    ["another chart's config", { chartConfig: { type: 'PIE' } }, ['chartConfig', 'type']],
    ['many users over time', { dimensions: [{ field: 'userId' }], chartType: 'BAR_TIME_SERIES' }, ['chartType']],
    [
      'a sort by what is not there',
      { chartType: 'PIVOT_TABLE', chartConfig: { defaultSort: { column: 'nothing', order: 'ASC' } } },
      ['chartConfig', 'defaultSort', 'column'],
    ],
  ])('refuse what makes no sense: %s', async (_, more, at) => {
    const { status, body } = await call('POST', widgets, { ...widget, ...more });
    const field = at.reduce<string>(
      (path, part) => `${path}${typeof part === 'number' ? `[${part}]` : `${path && '.'}${part}`}`,
      '',
    );
    expect([status, body.code, body.details.field]).toEqual([400, 'invalid_request', field]);
    expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it.each<[string, object, string]>([
    ['an unknown column', { type: 'string', column: 'nothing', operator: '=', value: 'x' }, 'nothing'],
    ['a type that does not fit', { type: 'number', column: 'environment', operator: '=', value: 1 }, 'environment'],
  ])('refuse a filter with %s', async (_, condition, column) => {
    const { status, body } = await call('POST', widgets, { ...widget, filters: [condition] });
    expect([status, body.code, body.details.column]).toEqual([400, 'invalid_request', column]);
  });

  it('refuse changes that do not fit the rest, and change nothing', async () => {
    const id = await makeWidget();
    const before = await call('GET', `${widgets}/${id}`);
    const refused: [object, string][] = [
      [{}, 'invalid_body'],
      [{ name: null }, 'invalid_body'],
      [{ view: 'traces' }, 'invalid_body'],
      [{ view: 'scores-numeric' }, 'invalid_request'],
      [{ chartType: 'PIE', chartConfig: { type: 'HORIZONTAL_BAR' } }, 'invalid_request'],
      [{ dimensions: [{ field: 'level' }, { field: 'type' }] }, 'invalid_request'],
    ];
    for (const [given, code] of refused) {
      const { status, body } = await call('PATCH', `${widgets}/${id}`, given);
      expect([given, status, body.code]).toEqual([given, 400, code]);
    }
    expect(await call('GET', `${widgets}/${id}`)).toEqual(before);
  });

  it('stay while a dashboard shows them', async () => {
    const widgetId = await makeWidget();
    const id = await makeDashboard();
    const { body: placement } = await call('POST', `${dashboards}/${id}/placements`, { type: 'widget', widgetId });
    const refused = await call('DELETE', `${widgets}/${widgetId}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    await call('DELETE', `${dashboards}/${id}/placements/${placement.id}`);
    expect((await call('DELETE', `${widgets}/${widgetId}`)).status).toBe(200);
  });

  it('come in pages', async () => {
    for (const name of ['a', 'b', 'c']) await makeWidget({ name });
    const { body } = await call('GET', `${widgets}?page=2&limit=2`);
    expect([body.data.map((each: { name: string }) => each.name), body.meta]).toEqual([
      ['a'],
      { page: 2, limit: 2, totalItems: 3, totalPages: 2 },
    ]);
    expect((await call('GET', `${widgets}?limit=0`)).body.code).toBe('invalid_query');
  });
});

describe('dashboards', () => {
  const tile = { x: 0, y: 0, width: 6, height: 6 };

  it('are created, listed, changed and deleted', async () => {
    const widgetId = await makeWidget();
    const definition = {
      widgets: [
        { type: 'widget', id: 'one', widgetId, ...tile },
        { type: 'preset', id: 'two', presetId: 'latency', x: 6, y: 0, width: 6, height: 3 },
      ],
    };
    const filters = [{ type: 'arrayOptions', column: 'tags', operator: 'any of', value: ['beta'] }];
    const made = await call('POST', dashboards, { name: 'Board', description: null, definition, filters });
    expect(made).toEqual({
      status: 200,
      body: { id: expect.any(String), name: 'Board', description: '', definition, filters, createdAt: now(), updatedAt: now() },
    });
    const { id } = made.body;
    expect(await call('GET', `${dashboards}/${id}`)).toEqual(made);
    server.clock.at += 1000;
    const other = await makeDashboard();
    server.clock.at += 1000;
    const reversed = { widgets: definition.widgets.toReversed() };
    const changed = await call('PATCH', `${dashboards}/${id}`, { name: 'New', definition: reversed, filters: [] });
    expect(changed.body).toEqual({ ...made.body, name: 'New', definition: reversed, filters: [], updatedAt: now() });
    const list = await call('GET', dashboards);
    expect(list.body.data.map((each: { id: string }) => each.id)).toEqual([id, other]);
    expect(list.body.data[0]).toEqual(changed.body);
    expect(list.body.meta).toEqual({ page: 1, limit: 50, totalItems: 2, totalPages: 1 });
    expect((await call('PATCH', `${dashboards}/${id}`, { description: 'd' })).body.definition).toEqual(reversed);

    const missing = { status: 404, body: { message: 'Dashboard not found', code: 'resource_not_found' } };
    expect(await call('GET', `${dashboards}/${id}`, undefined, 'q')).toEqual(missing);
    expect(await call('PATCH', `${dashboards}/${id}`, { name: 'x' }, 'q')).toEqual(missing);
    expect(await call('DELETE', `${dashboards}/${id}`, undefined, 'q')).toEqual(missing);
    expect(await call('POST', `${dashboards}/${id}/placements`, { type: 'preset', presetId: 'x' }, 'q')).toEqual(missing);
    expect(await call('PATCH', `${dashboards}/${id}/placements/one`, { x: 1 }, 'q')).toEqual(missing);
    expect(await call('DELETE', `${dashboards}/${id}/placements/one`, undefined, 'q')).toEqual(missing);
    expect((await call('GET', dashboards, undefined, 'q')).body.data).toEqual([]);
    expect(await call('DELETE', `${dashboards}/${id}`)).toEqual({
      status: 200,
      body: { message: 'Dashboard successfully deleted' },
    });
    expect(await call('GET', `${dashboards}/${id}`)).toEqual(missing);
    expect((await call('GET', `${widgets}/${widgetId}`)).status).toBe(200);
  });

  it('put new tiles below the others, half the width each', async () => {
    const widgetId = await makeWidget();
    const id = await makeDashboard();
    const add = (more: object) => call('POST', `${dashboards}/${id}/placements`, more);
    const first = await add({ type: 'widget', widgetId });
    expect(first).toEqual({ status: 200, body: { type: 'widget', id: expect.any(String), widgetId, ...tile } });
    await add({ type: 'preset', presetId: 'cost', id: 'tall', x: 6, y: 2, height: 9 });
    server.clock.at += 1000;
    const third = await add({ type: 'widget', widgetId, width: 12, x: null });
    expect(third.body).toMatchObject({ x: 0, y: 11, width: 12, height: 6 });
    const { body } = await call('GET', `${dashboards}/${id}`);
    expect(body.definition.widgets).toEqual([
      first.body,
      { type: 'preset', id: 'tall', presetId: 'cost', x: 6, y: 2, width: 6, height: 9 },
      third.body,
    ]);
    expect(body.updatedAt).toBe(now());
  });

  it('move and resize tiles, and keep what they show', async () => {
    const id = await makeDashboard({ definition: { widgets: [{ type: 'preset', id: 'a', presetId: 'cost', ...tile }] } });
    const url = `${dashboards}/${id}/placements/a`;
    expect(await call('PATCH', url, { x: 9, width: 3, y: null })).toEqual({
      status: 200,
      body: { type: 'preset', id: 'a', presetId: 'cost', x: 9, y: 0, width: 3, height: 6 },
    });
    const refused: [object, (string | number)[]][] = [
      [{}, []],
      [{ x: null }, []],
      [{ x: 12 }, ['x']],
      [{ x: -1 }, ['x']],
      [{ width: 0 }, ['width']],
      [{ height: 1.5 }, ['height']],
      [{ width: 4 }, ['width']],
      [{ x: 0, presetId: 'other' }, ['presetId']],
      [{ x: 0, widgetId: 'other' }, ['widgetId']],
      [{ x: 0, id: 'other' }, ['id']],
    ];
    for (const [given, at] of refused) {
      const { status, body } = await call('PATCH', url, given);
      // Wide enough to stick out is well-formed.
      const code = given === refused[6]![0] ? 'invalid_request' : 'invalid_body';
      expect([given, status, body.code]).toEqual([given, 400, code]);
      expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
    }
    expect((await call('GET', `${dashboards}/${id}`)).body.definition.widgets[0]).toMatchObject({ x: 9, width: 3 });
    const missing = { status: 404, body: { message: 'Placement not found', code: 'resource_not_found' } };
    expect(await call('PATCH', `${dashboards}/${id}/placements/b`, { x: 1 })).toEqual(missing);
    expect(await call('DELETE', `${dashboards}/${id}/placements/b`)).toEqual(missing);
    expect(await call('DELETE', url)).toEqual({ status: 200, body: { message: 'Placement successfully deleted' } });
    expect((await call('GET', `${dashboards}/${id}`)).body.definition.widgets).toEqual([]);
  });

  it('have ids of tiles of their own', async () => {
    const widgets = [{ type: 'preset', id: 'a', presetId: 'cost', ...tile }];
    const id = await makeDashboard({ definition: { widgets } });
    const again = await call('POST', `${dashboards}/${id}/placements`, { type: 'preset', presetId: 'cost', id: 'a' });
    expect([again.status, again.body.code, again.body.details]).toEqual([409, 'conflict', { field: 'id', value: 'a' }]);
    const twice = await call('POST', dashboards, { name: 'x', definition: { widgets: [...widgets, ...widgets] } });
    expect([twice.status, twice.body.details.issues[0].path]).toEqual([400, ['definition', 'widgets', 1, 'id']]);
    // On another dashboard the id is free.
    expect((await call('POST', dashboards, { name: 'x', definition: { widgets } })).status).toBe(200);
  });

  it('add tiles at the same moment below each other', async () => {
    const id = await makeDashboard();
    const add = () => call('POST', `${dashboards}/${id}/placements`, { type: 'preset', presetId: 'cost' });
    const added = await Promise.all(Array.from({ length: 4 }, add));
    expect(added.map(({ body }) => body.y).sort((a, b) => a - b)).toEqual([0, 6, 12, 18]);
  });

  it("cannot show another project's widget", async () => {
    const foreign = await makeWidget({}, 'q');
    const id = await makeDashboard();
    for (const widgetId of [foreign, 'nobody']) {
      const { status, body } = await call('POST', `${dashboards}/${id}/placements`, { type: 'widget', widgetId });
      expect([status, body]).toEqual([
        404,
        {
          message: `Dashboard widget not found: ${widgetId}`,
          code: 'resource_not_found',
          details: { field: 'widgetId', value: widgetId },
        },
      ]);
      const definition = { widgets: [{ type: 'widget', id: 'a', widgetId, ...tile }] };
      expect((await call('PATCH', `${dashboards}/${id}`, { definition })).status).toBe(404);
    }
    expect((await call('GET', `${dashboards}/${id}`)).body.definition.widgets).toEqual([]);
  });

  it.each<[string, object, (string | number)[]]>([
    ['no name', { name: undefined }, ['name']],
    [
      'a tile without a place',
      { definition: { widgets: [{ type: 'preset', id: 'a', presetId: 'cost' }] } },
      ['definition', 'widgets', 0, 'x'],
    ],
    [
      'an unknown kind of tile',
      { definition: { widgets: [{ type: 'text', id: 'a', ...tile }] } },
      ['definition', 'widgets', 0, 'type'],
    ],
  ])('refuse %s', async (_, more, at) => {
    const { status, body } = await call('POST', dashboards, { name: 'x', ...more });
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.details.issues.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it('refuse a tile that sticks out', async () => {
    const widgets = [{ type: 'preset', id: 'a', presetId: 'cost', ...tile, x: 7 }];
    const { status, body } = await call('POST', dashboards, { name: 'x', definition: { widgets } });
    expect([status, body.code, body.details.field]).toEqual([400, 'invalid_request', 'definition.widgets[0].width']);
  });

  it('cannot show a preset that the app does not have', async () => {
    const id = await makeDashboard();
    const { status, body } = await call('POST', `${dashboards}/${id}/placements`, { type: 'preset', presetId: 'weather' });
    expect([status, body.code, body.details]).toEqual([404, 'resource_not_found', { field: 'presetId', value: 'weather' }]);
    const definition = { widgets: [{ type: 'preset', id: 'a', presetId: 'weather', ...tile }] };
    expect((await call('PATCH', `${dashboards}/${id}`, { definition })).status).toBe(404);
    expect((await call('POST', dashboards, { name: 'x', definition })).status).toBe(404);
  });

  it('take filters that some view has, and refuse others', async () => {
    const stringValue = { type: 'string', column: 'stringValue', operator: '=', value: 'good' };
    expect((await call('POST', dashboards, { name: 'x', filters: [stringValue] })).status).toBe(200);
    const nothing = { type: 'string', column: 'nothing', operator: '=', value: 'x' };
    const { status, body } = await call('POST', dashboards, { name: 'x', filters: [stringValue, nothing] });
    expect([status, body.code, body.details.column]).toEqual([400, 'invalid_request', 'nothing']);
  });
});
