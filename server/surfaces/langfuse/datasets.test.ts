import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetItems, createDatasetRuns, createDatasets } from '../../domains/datasets/index.ts';
import { tables } from '../../store/metadata/index.ts';
import { datasetItemRoutes } from './dataset-items.ts';
import { datasetRunRoutes } from './dataset-runs.ts';
import { datasetRoutes } from './datasets.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

/** Media of items have their own test: media-references.test.ts. */
const noMedia = {
  media: { referencesOf: async (_: string, items: readonly unknown[]) => items.map(() => []) },
  publicUrl: undefined,
};

let server: OpenRoutes;
let call: OpenRoutes['call'];
beforeAll(async () => {
  server = await openRoutes(({ db, clock, access }) => {
    const datasets = createDatasets({ db, clock });
    const items = createDatasetItems({ db, clock });
    const findTraceOf = async (projectId: string, id: string) => (projectId === 'p' && id === 'seen' ? 'trace-of-seen' : null);
    const runs = createDatasetRuns({ db, clock, findTraceOf, findStart: async () => null });
    return [
      datasetRoutes({ access, datasets, items, runs, ...noMedia }),
      datasetItemRoutes({ access, items, ...noMedia }),
      datasetRunRoutes({ access, runs }),
    ];
  });
  call = server.call;
});
afterAll(async () => {
  await server.close();
});

let made = 0;
/** A new dataset in `p`. */
async function newDataset(more: Record<string, unknown> = {}): Promise<{ id: string; name: string }> {
  const { status, body } = await call('POST', '/v2/datasets', { name: `dataset ${++made}`, ...more });
  expect(status).toBe(200);
  return body;
}
/** A new item one second later. */
async function newItem(datasetName: string, more: Record<string, unknown> = {}) {
  server.clock.at += 1000;
  const { status, body } = await call('POST', '/dataset-items', { datasetName, input: 'x', ...more });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}
const listItems = async (name: string, version?: string) => {
  const at = version ? `&version=${encodeURIComponent(version)}` : '';
  const { status, body } = await call('GET', `/dataset-items?datasetName=${encodeURIComponent(name)}${at}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.data as Record<string, unknown>[];
};
const inputs = (items: Record<string, unknown>[]) => items.map(({ input }) => input);
const missing = (message: string) => ({ status: 404, body: { message, error: 'LangfuseNotFoundError' } });
const now = () => new Date(server.clock.at).toISOString();

describe('who may call', () => {
  const routes = [
    ['POST', '/v2/datasets', { name: 'x' }],
    ['GET', '/v2/datasets'],
    ['GET', '/v2/datasets/x'],
    ['POST', '/datasets', { name: 'x' }],
    ['GET', '/datasets'],
    ['GET', '/datasets/x'],
    ['POST', '/dataset-items', { datasetName: 'x', input: 1 }],
    ['GET', '/dataset-items'],
    ['GET', '/dataset-items/x'],
    ['DELETE', '/dataset-items/x'],
    ['GET', '/datasets/x/runs'],
    ['GET', '/datasets/x/runs/y'],
    ['DELETE', '/datasets/x/runs/y'],
    ['POST', '/dataset-run-items', { runName: 'r', datasetItemId: 'x', traceId: 't' }],
    ['GET', '/dataset-run-items?datasetId=x&runName=y'],
  ] as const;
  it.each(routes)('%s %s: a project key only', async (method, path, body?) => {
    expect(await call(method, path, body, '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
    for (const key of ['public', 'organisation']) {
      const answer = await call(method, path, body, key);
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.body)).toEqual(['message']);
    }
  });
  it.each(['/v2/datasets', '/datasets', '/dataset-items', '/datasets/x/runs', '/dataset-run-items?datasetId=x&runName=y'])(
    'refuses a page out of range: %s',
    async (path) => {
      for (const nonsense of ['page=0', 'limit=101', 'limit=0', 'page=x', 'limit=1.5']) {
        const { status, body } = await call('GET', `${path}${path.includes('?') ? '&' : '?'}${nonsense}`);
        expect(status).toBe(400);
        expect(body).toMatchObject({ message: 'Invalid request data', error: [{ path: [nonsense.split('=')[0]] }] });
      }
    },
  );
});

describe('datasets', () => {
  it('are made and read whole', async () => {
    const made = await newDataset({ name: 'whole', description: 'd', metadata: { z: 1, a: [true, null] } });
    const body = {
      id: expect.any(String),
      projectId: 'p',
      name: 'whole',
      description: 'd',
      metadata: { z: 1, a: [true, null] },
      inputSchema: null,
      expectedOutputSchema: null,
      createdAt: now(),
      updatedAt: now(),
    };
    expect(made).toEqual(body);
    const read = await call('GET', '/v2/datasets/whole');
    expect(read).toEqual({ status: 200, body: made });
    expect(Object.keys(read.body.metadata)).toEqual(['z', 'a']);
    expect(await call('GET', '/v2/datasets/whole', undefined, 'q')).toEqual(missing('Dataset not found'));
  });

  it('are changed by name: what is absent or null stays, a schema of null goes', async () => {
    const first = await newDataset({ description: 'd', metadata: { a: 1 }, inputSchema: { type: 'string' } });
    server.clock.at += 5;
    const kept = await call('POST', '/v2/datasets', { name: first.name, description: null, metadata: null, unknown: 1 });
    expect(kept).toEqual({ status: 200, body: { ...first, updatedAt: now() } });
    const changed = await call('POST', '/v2/datasets', { name: first.name, description: 'e', metadata: [1], inputSchema: null });
    expect(changed.body).toEqual({ ...first, description: 'e', metadata: [1], inputSchema: null, updatedAt: now() });
  });

  it.each(['a/b c', '100%', 'ünï/日本', 'a+b?c#d', '%2F', 'a"b\\c'])('have names like %s', async (name) => {
    const dataset = await newDataset({ name });
    expect(await call('GET', `/v2/datasets/${encodeURIComponent(name)}`)).toEqual({ status: 200, body: dataset });
    const item = await newItem(name);
    expect((await listItems(name)).map(({ id }) => id)).toEqual([item.id]);
    expect((await call('GET', `/datasets/${encodeURIComponent(name)}/runs`)).body.data).toEqual([]);
  });

  it('are found by a name whose slashes were not encoded', async () => {
    const dataset = await newDataset({ name: 'folder/in folder/x%2F' });
    expect(await call('GET', '/v2/datasets/folder/in%20folder/x%252F')).toEqual({ status: 200, body: dataset });
    expect(await call('GET', '/v2/datasets/')).toEqual(missing('Dataset not found'));
    expect((await call('DELETE', '/v2/datasets/folder/in')).status).toBe(405);
  });

  it('are found by a name that was encoded twice in a query, unless one has that very name', async () => {
    const plain = await newDataset({ name: 'twice encoded/ü' });
    const item = await newItem(plain.name);
    const twice = `/dataset-items?datasetName=${encodeURIComponent(encodeURIComponent(plain.name))}`;
    expect((await call('GET', twice)).body.data).toEqual([item]);
    await newDataset({ name: encodeURIComponent(plain.name) });
    expect((await call('GET', twice)).body.data).toEqual([]);
    expect(await call('GET', '/dataset-items?datasetName=%25E0%25A4')).toEqual(missing('Dataset not found'));
    expect(await call('GET', '/dataset-items?datasetName=%2500')).toEqual(missing('Dataset not found'));
  });

  it('of one name made at once are one', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((n) => call('POST', '/v2/datasets', { name: 'race', metadata: { n } })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('are listed newest first, by pages, of the own project', async () => {
    for (const name of ['one', 'two', 'three']) {
      server.clock.at += 1;
      expect((await call('POST', '/v2/datasets', { name }, 'q')).status).toBe(200);
    }
    const first = await call('GET', '/v2/datasets?limit=2&page=', undefined, 'q');
    expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(['three', 'two']);
    expect(first.body.meta).toEqual({ page: 1, limit: 2, totalItems: 3, totalPages: 2 });
    const second = await call('GET', '/v2/datasets?limit=2&page=2', undefined, 'q');
    expect(second.body.data.map(({ name }: { name: string }) => name)).toEqual(['one']);
  });

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: 'x', inputSchema: 'string' }, 'inputSchema'],
    [{ name: 'x', expectedOutputSchema: [] }, 'expectedOutputSchema'],
  ])('refuse %j', async (body, field) => {
    const answer = await call('POST', '/v2/datasets', body);
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data', error: [{ path: [field] }] } });
  });

  it('refuse a body that is none', async () => {
    for (const body of [[], 'x', null, undefined]) expect((await call('POST', '/v2/datasets', body)).status).toBe(400);
    expect((await call('GET', '/v2/datasets/%00')).status).toBe(400);
  });
});

describe('datasets, first generation', () => {
  it('bring items and runs along', async () => {
    const dataset = await newDataset();
    const old = await newItem(dataset.name, { input: 1 });
    const archived = await newItem(dataset.name, { input: 2, status: 'ARCHIVED' });
    const young = await newItem(dataset.name, { input: 3 });
    for (const runName of ['r1', 'r2']) {
      server.clock.at += 1;
      await call('POST', '/dataset-run-items', { runName, datasetItemId: archived.id, traceId: 't' });
    }
    const one = await call('GET', `/datasets/${encodeURIComponent(dataset.name)}`);
    expect(one).toEqual({ status: 200, body: { ...dataset, items: [young, old], runs: ['r2', 'r1'] } });
    const all = await call('GET', '/datasets?limit=100');
    expect(all.body.data).toContainEqual({ ...dataset, items: [young.id, old.id], runs: ['r2', 'r1'] });
    expect(all.body.meta.totalItems).toBe(all.body.data.length);
    const posted = await call('POST', '/datasets', { name: dataset.name, description: 'v1' });
    expect(posted).toMatchObject({ status: 200, body: { id: dataset.id, description: 'v1', items: [], runs: [] } });
    expect(await call('GET', '/datasets/none')).toEqual(missing('Dataset not found'));
    expect(await call('GET', `/datasets/${encodeURIComponent(dataset.name)}`, undefined, 'q')).toEqual(
      missing('Dataset not found'),
    );
  });
});

describe('items', () => {
  it('are made and read whole', async () => {
    const dataset = await newDataset();
    const item = await newItem(dataset.name, {
      id: 'whole-item',
      input: { z: 1, a: { b: [null, 'x'] } },
      expectedOutput: 0,
      metadata: false,
      sourceTraceId: 'st',
      sourceObservationId: 'so',
    });
    expect(item).toEqual({
      id: 'whole-item',
      datasetId: dataset.id,
      datasetName: dataset.name,
      status: 'ACTIVE',
      input: { z: 1, a: { b: [null, 'x'] } },
      expectedOutput: 0,
      metadata: false,
      sourceTraceId: 'st',
      sourceObservationId: 'so',
      createdAt: now(),
      updatedAt: now(),
      mediaReferences: [],
    });
    expect(await call('GET', '/dataset-items/whole-item')).toEqual({ status: 200, body: item });
    expect(await call('GET', '/dataset-items/whole-item', undefined, 'q')).toEqual(missing('Dataset item not found'));
    expect(await call('DELETE', '/dataset-items/whole-item', undefined, 'q')).toEqual(missing('Dataset item not found'));
  });

  it('of the same id live in different projects', async () => {
    const dataset = await newDataset();
    await newItem(dataset.name, { id: 'shared', input: 'of p' });
    await call('POST', '/v2/datasets', { name: dataset.name }, 'q');
    expect((await call('POST', '/dataset-items', { datasetName: dataset.name, id: 'shared', input: 'of q' }, 'q')).status).toBe(
      200,
    );
    expect((await call('GET', '/dataset-items/shared')).body.input).toBe('of p');
    expect((await call('GET', '/dataset-items/shared', undefined, 'q')).body.input).toBe('of q');
  });

  it('are changed by id; what is absent or null stays', async () => {
    const { name } = await newDataset();
    const first = await newItem(name, { expectedOutput: 'o', metadata: { m: 1 }, sourceTraceId: 't', sourceObservationId: 's' });
    server.clock.at += 7;
    const { body } = await call('POST', '/dataset-items', {
      datasetName: name,
      id: first.id,
      input: null,
      expectedOutput: 'new',
      metadata: null,
      sourceTraceId: null,
      status: null,
    });
    expect(body).toEqual({ ...first, expectedOutput: 'new', updatedAt: now() });
    expect((await listItems(name)).length).toBe(1);
  });

  it.each([
    ['{"a": [1]}', { a: [1] }],
    ['5', 5],
    ['"5"', '5'],
    ['true', true],
    ['plain', 'plain'],
    ['{broken', '{broken'],
    ['', ''],
    ['null', 'null'],
    ['12345678901234567890', '12345678901234567890'],
    ['a\0b\u0007c\td\ne', 'abc\td\ne'],
    [{ 'k\u0001': ['v\u0002', '{"not":"parsed"}'] }, { k: ['v', '{"not":"parsed"}'] }],
    ['\ud800', '\ud800'],
  ])('keep the text %j as %j', async (given, kept) => {
    const { name } = await newDataset();
    const item = await newItem(name, { input: given, expectedOutput: given, metadata: given });
    const { body } = await call('GET', `/dataset-items/${item.id}`);
    expect([body.input, body.expectedOutput, body.metadata]).toEqual([kept, kept, kept]);
  });

  it('leave the list when archived, not the id; deletion ends both', async () => {
    const { name } = await newDataset();
    const item = await newItem(name);
    await newItem(name, { id: item.id, status: 'ARCHIVED' });
    expect(await listItems(name)).toEqual([]);
    expect((await call('GET', `/dataset-items/${item.id}`)).body.status).toBe('ARCHIVED');
    expect(await call('DELETE', `/dataset-items/${item.id}`)).toEqual({
      status: 200,
      body: { message: 'Dataset item successfully deleted' },
    });
    expect(await call('GET', `/dataset-items/${item.id}`)).toEqual(missing('Dataset item not found'));
    expect(await call('DELETE', `/dataset-items/${item.id}`)).toEqual(missing('Dataset item not found'));
    const empty = await call('POST', '/dataset-items', { datasetName: name, id: item.id });
    expect(empty).toMatchObject({ status: 400, body: { message: 'Dataset item input cannot be null' } });
    const again = await newItem(name, { id: item.id, input: 'again' });
    expect(again).toMatchObject({ input: 'again', status: 'ACTIVE', createdAt: now() });
  });

  it('are listed last written first, by pages and sources', async () => {
    const { name } = await newDataset();
    // All within one millisecond.
    for (const [input, source] of [
      ['a', 'x'],
      ['b', 'y'],
      ['c', 'x'],
    ] as const) {
      await call('POST', '/dataset-items', {
        datasetName: name,
        input,
        sourceTraceId: source,
        sourceObservationId: `${source}o`,
      });
    }
    expect(inputs(await listItems(name))).toEqual(['c', 'b', 'a']);
    const query = `/dataset-items?datasetName=${encodeURIComponent(name)}`;
    const page = await call('GET', `${query}&limit=2&page=2`);
    expect(inputs(page.body.data)).toEqual(['a']);
    expect(page.body.meta).toEqual({ page: 2, limit: 2, totalItems: 3, totalPages: 2 });
    expect(inputs((await call('GET', `${query}&sourceTraceId=x`)).body.data)).toEqual(['c', 'a']);
    expect(inputs((await call('GET', `${query}&sourceObservationId=yo`)).body.data)).toEqual(['b']);
    const nothing = await call('GET', `${query}&sourceTraceId=z`);
    expect(nothing.body).toEqual({ data: [], meta: { page: 1, limit: 50, totalItems: 0, totalPages: 0 } });
    const everywhere = await call('GET', '/dataset-items?limit=100');
    expect(everywhere.body.meta.totalItems).toBeGreaterThan(3);
    expect(inputs(everywhere.body.data).slice(0, 3)).toEqual(['c', 'b', 'a']);
  });

  it('say what is wrong', async () => {
    const { name } = await newDataset();
    const other = await newDataset();
    const item = await newItem(name);
    expect(await call('POST', '/dataset-items', { datasetName: 'none', input: 1 })).toEqual(missing('Dataset not found'));
    expect(await call('GET', '/dataset-items?datasetName=none')).toEqual(missing('Dataset not found'));
    expect(await call('POST', '/dataset-items', { datasetName: name })).toEqual({
      status: 400,
      body: { message: 'Dataset item input cannot be null', error: 'InvalidRequestError' },
    });
    const taken = await call('POST', '/dataset-items', { datasetName: other.name, id: item.id, input: 1 });
    expect(taken).toMatchObject({ status: 409, body: { error: 'LangfuseConflictError' } });
    for (const nonsense of [
      { input: 1 },
      { datasetName: name, input: 1, status: 'GONE' },
      { datasetName: name, input: 1, id: '' },
      { datasetName: name, input: 1, id: 'i'.repeat(256) },
      { datasetName: name, input: 1, id: 'a\0' },
    ]) {
      const answer = await call('POST', '/dataset-items', nonsense);
      expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data', error: [{}] } });
    }
    for (const version of ['yesterday', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00%2B14:00'])
      expect((await call('GET', `/dataset-items?version=${version}&datasetName=x`)).status).toBe(400);
    expect((await call('GET', '/dataset-items?version=2026-05-01T00:00:00Z')).status).toBe(400);
    expect((await call('GET', '/dataset-items?datasetName=%00')).status).toBe(400);
  });

  it('keep keys that mean something to JavaScript, which change nothing else', async () => {
    const { name } = await newDataset();
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"a":[{"__proto__":null}]}';
    const written = await call('POST', '/dataset-items', JSON.parse(`{"datasetName":${JSON.stringify(name)},"input":${text}}`));
    expect(written.status).toBe(200);
    expect(JSON.stringify((written.body as { input: unknown }).input)).toBe(text);
    expect(JSON.stringify((await listItems(name))[0]!.input)).toBe(text);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('of one id written at once to two datasets: one is refused', async () => {
    const names = [(await newDataset()).name, (await newDataset()).name];
    const answers = await Promise.all(
      names.map((datasetName) => call('POST', '/dataset-items', { datasetName, id: 'both', input: 1 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('time travel', () => {
  it('shows what was there at each moment', async () => {
    const { name } = await newDataset();
    const moments: [at: string, inputs: unknown[]][] = [[now(), []]];
    const mark = (...expected: unknown[]) => moments.push([now(), expected]);
    const a = await newItem(name, { input: 'a1' });
    mark('a1');
    const b = await newItem(name, { input: 'b1' });
    mark('b1', 'a1');
    await newItem(name, { id: a.id, input: 'a2' });
    mark('a2', 'b1');
    await newItem(name, { id: b.id, input: null, status: 'ARCHIVED' });
    mark('a2');
    server.clock.at += 1000;
    await call('DELETE', `/dataset-items/${a.id}`);
    mark();
    await newItem(name, { id: a.id, input: 'a3' });
    mark('a3');
    for (const [at, expected] of moments) {
      expect([at, inputs(await listItems(name, at))]).toEqual([at, expected]);
      // The same moment said in another zone.
      const ahead = `${new Date(Date.parse(at) + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
      expect(inputs(await listItems(name, ahead))).toEqual(expected);
    }
    const justBefore = new Date(Date.parse(b.createdAt as string) - 1).toISOString();
    expect(inputs(await listItems(name, justBefore))).toEqual(['a1']);
    expect(a.createdAt).toBe(a.updatedAt);
  });

  it('holds when the clock stands still or goes back', async () => {
    const { name } = await newDataset();
    const first = await newItem(name, { input: 1 });
    for (const [step, input] of [
      [0, 2],
      [0, 3],
      [-5000, 4],
    ] as const) {
      server.clock.at += step;
      await call('POST', '/dataset-items', { datasetName: name, id: first.id, input });
    }
    const last = (await call('GET', `/dataset-items/${first.id}`)).body;
    expect(last).toMatchObject({ input: 4, createdAt: first.createdAt });
    expect(inputs(await listItems(name, first.createdAt))).toEqual([1]);
    expect(inputs(await listItems(name, last.updatedAt))).toEqual([4]);
    const rows = await server.db.select().from(tables.datasetItemVersions).where(eq(tables.datasetItemVersions.id, first.id));
    expect(rows).toHaveLength(4);
    server.clock.at += 10_000;
  });
});

describe('schemas', () => {
  const inputSchema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://example.com/same',
    type: 'object',
    required: ['mail'],
    properties: { mail: { type: 'string', format: 'email' }, code: { type: 'string', pattern: '^\\d{3}$' } },
    $defs: { unused: { prefixItems: [{ type: 'number' }] } },
  };

  it('hold for every write of an item', async () => {
    const dataset = await newDataset({ inputSchema, expectedOutputSchema: { type: ['string', 'null'] } });
    expect(dataset).toMatchObject({ inputSchema, expectedOutputSchema: { type: ['string', 'null'] } });
    const bad = async (body: object, said: string) => {
      const answer = await call('POST', '/dataset-items', { datasetName: dataset.name, ...body });
      expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
      expect(answer.body.message).toContain(said);
    };
    await bad({ input: {} }, "input: / must have required property 'mail'");
    await bad({ input: 'text' }, 'input: / must be object');
    await bad({ input: { mail: 'nobody' } }, 'input: /mail must match format "email"');
    await bad({ input: { mail: 'a@b.example', code: '12' } }, 'input: /code must match pattern');
    await bad({ input: { mail: 'a@b.example' }, expectedOutput: 5 }, 'expectedOutput: / must be string,null');
    const item = await newItem(dataset.name, { input: '{"mail":"a@b.example","code":"123"}' });
    await bad({ id: item.id, expectedOutput: { no: 1 } }, 'expectedOutput');
    expect((await newItem(dataset.name, { id: item.id, input: null, expectedOutput: 'fine' })).expectedOutput).toBe('fine');
    // A second dataset with the same $id has a schema of its own.
    const other = await newDataset({ inputSchema: { $id: inputSchema.$id, type: 'number' } });
    await newItem(other.name, { input: 5 });
  });

  it('an item without expected output is null to the schema', async () => {
    const { name } = await newDataset({ expectedOutputSchema: { type: 'string' } });
    expect((await call('POST', '/dataset-items', { datasetName: name, input: 1 })).status).toBe(400);
    await newItem(name, { expectedOutput: 'x' });
  });

  it('are taken only when all items match', async () => {
    const { name } = await newDataset();
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.push((await newItem(name, { input: { n: String(i), t: 'x' } })).id);
    const wrong = await call('POST', '/v2/datasets', { name, inputSchema: { required: ['missing'] } });
    expect(wrong.status).toBe(400);
    expect(wrong.body.message.match(/must have required property 'missing'/g)).toHaveLength(10);
    expect(wrong.body.message).toContain(ids[0]);
    expect((await call('GET', `/v2/datasets/${encodeURIComponent(name)}`)).body.inputSchema).toBeNull();
    expect((await call('POST', '/v2/datasets', { name, inputSchema: { required: ['n'] } })).status).toBe(200);
    // A deleted item is in nobody's way.
    await newItem(name, { input: { n: '1', odd: true } });
    const [odd] = await listItems(name);
    const strict = { inputSchema: { properties: { odd: false } } };
    expect((await call('POST', '/v2/datasets', { name, ...strict })).status).toBe(400);
    await call('DELETE', `/dataset-items/${odd!.id}`);
    expect((await call('POST', '/v2/datasets', { name, ...strict })).status).toBe(200);
  });

  it.each([
    { type: 'nothing' },
    { $ref: 'https://example.com/elsewhere.json' },
    { properties: 5 },
    { pattern: '(unclosed' },
    { $schema: 'http://json-schema.org/draft-04/schema#' },
    { $async: true },
    { description: 'x'.repeat(200_001) },
  ])('refuse what is none: %j', async (schema) => {
    const name = `refused ${++made}`;
    const answer = await call('POST', '/v2/datasets', { name, expectedOutputSchema: schema });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
    expect(answer.body.message).toContain('expectedOutputSchema is not a valid JSON Schema');
    expect((await call('GET', `/v2/datasets/${encodeURIComponent(name)}`)).status).toBe(404);
  });

  it('cannot stop the server', async () => {
    const slow = await newDataset({ inputSchema: { pattern: '^(a+)+$' } });
    const started = performance.now();
    expect((await call('POST', '/dataset-items', { datasetName: slow.name, input: `${'a'.repeat(5000)}!` })).status).toBe(400);
    expect(performance.now() - started).toBeLessThan(5_000);
    const endless = await newDataset({ inputSchema: { allOf: [{ $ref: '#' }] } });
    const answer = await call('POST', '/dataset-items', { datasetName: endless.name, input: 1 });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
  });
});

describe('runs', () => {
  const runPath = (dataset: string, run?: string) =>
    `/datasets/${encodeURIComponent(dataset)}/runs${run === undefined ? '' : `/${encodeURIComponent(run)}`}`;

  it('are made by their first link and told more by later ones', async () => {
    const dataset = await newDataset();
    const item = await newItem(dataset.name);
    const second = await newItem(dataset.name);
    const link = await call('POST', '/dataset-run-items', { runName: 'run/1', datasetItemId: item.id, traceId: 't1' });
    const at = now();
    expect(link).toEqual({
      status: 200,
      body: {
        id: expect.any(String),
        datasetRunId: expect.any(String),
        datasetRunName: 'run/1',
        datasetItemId: item.id,
        traceId: 't1',
        observationId: null,
        createdAt: at,
        updatedAt: at,
      },
    });
    const run = {
      id: link.body.datasetRunId,
      name: 'run/1',
      description: null,
      metadata: null,
      datasetId: dataset.id,
      datasetName: dataset.name,
      createdAt: at,
      updatedAt: at,
    };
    expect((await call('GET', runPath(dataset.name))).body.data).toEqual([run]);
    server.clock.at += 10;
    const next = await call('POST', '/dataset-run-items', {
      runName: 'run/1',
      runDescription: 'said later',
      metadata: { a: 1, b: { c: 2 } },
      datasetItemId: second.id,
      observationId: 'o2',
      traceId: 't2',
      createdAt: '2020-01-01T00:00:00.5+01:00',
    });
    expect(next.body).toMatchObject({ datasetRunId: run.id, observationId: 'o2', createdAt: '2019-12-31T23:00:00.500Z' });
    await call('POST', '/dataset-run-items', { runName: 'run/1', metadata: 'text', datasetItemId: item.id, traceId: 't3' });
    const read = await call('GET', runPath(dataset.name, 'run/1'));
    expect(read.body).toMatchObject({
      ...run,
      description: 'said later',
      metadata: { a: 1, b: { c: 2 }, metadata: 'text' },
      updatedAt: now(),
    });
    expect(read.body.datasetRunItems.map(({ traceId }: { traceId: string }) => traceId)).toEqual(['t3', 't1', 't2']);
    expect(read.body.datasetRunItems.at(-1)).toEqual(next.body);
  });

  it('keep the version of the dataset that was run', async () => {
    const { name } = await newDataset();
    const item = await newItem(name);
    const datasetVersion = now();
    server.clock.at += 1000;
    await call('DELETE', `/dataset-items/${item.id}`);
    const link = { runName: 'r', datasetItemId: item.id, traceId: 't' };
    expect(await call('POST', '/dataset-run-items', link)).toEqual(missing('Dataset item not found'));
    const early = new Date(Date.parse(datasetVersion) - 1).toISOString();
    expect((await call('POST', '/dataset-run-items', { ...link, datasetVersion: early })).status).toBe(404);
    expect((await call('POST', '/dataset-run-items', { ...link, metadata: [1], datasetVersion })).status).toBe(200);
    expect((await call('GET', runPath(name, 'r'))).body.metadata).toEqual({ metadata: [1], dataset_version: datasetVersion });
  });

  it('made by many links at once are one, and the same link twice is one', async () => {
    const { name, id } = await newDataset();
    const item = await newItem(name);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        call('POST', '/dataset-run-items', {
          runName: 'many',
          metadata: { [`k${i % 10}`]: i % 10 },
          datasetItemId: item.id,
          traceId: `t${i % 10}`,
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.datasetRunId)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(10);
    const rows = await server.db.select().from(tables.datasetRuns).where(eq(tables.datasetRuns.datasetId, id));
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0]!.metadata as object).sort()).toEqual(Array.from({ length: 10 }, (_, i) => `k${i}`));
    const query = `/dataset-run-items?datasetId=${id}&runName=many`;
    const page = await call('GET', `${query}&limit=4&page=3`);
    expect(page.body.meta).toEqual({ page: 3, limit: 4, totalItems: 10, totalPages: 3 });
    expect(page.body.data).toHaveLength(2);
    expect(await call('GET', query, undefined, 'q')).toEqual(missing('Dataset run not found'));
  });

  it('find the trace of an observation', async () => {
    const { name } = await newDataset();
    const item = await newItem(name);
    const link = { runName: 'r', datasetItemId: item.id };
    const seen = await call('POST', '/dataset-run-items', { ...link, observationId: 'seen' });
    expect(seen.body).toMatchObject({ traceId: 'trace-of-seen', observationId: 'seen' });
    expect(await call('POST', '/dataset-run-items', { ...link, observationId: 'unseen' })).toEqual(
      missing('Observation not found'),
    );
  });

  it('are listed newest first and deleted with their links', async () => {
    const { name, id } = await newDataset();
    const item = await newItem(name);
    for (const runName of ['first', 'second', 'third']) {
      server.clock.at += 1;
      await call('POST', '/dataset-run-items', { runName, datasetItemId: item.id, traceId: 't' });
    }
    const page = await call('GET', `${runPath(name)}?limit=2`);
    expect(page.body.data.map((run: { name: string }) => run.name)).toEqual(['third', 'second']);
    expect(page.body.meta).toEqual({ page: 1, limit: 2, totalItems: 3, totalPages: 2 });
    expect((await call('DELETE', runPath(name, 'second'), undefined, 'q')).status).toBe(404);
    const deleted = await call('DELETE', runPath(name, 'second'));
    expect(deleted).toEqual({ status: 200, body: { message: 'Dataset run successfully deleted' } });
    for (const method of ['GET', 'DELETE'] as const)
      expect(await call(method, runPath(name, 'second'))).toEqual(missing('Dataset run not found'));
    expect(await call('GET', `/dataset-run-items?datasetId=${id}&runName=second`)).toEqual(missing('Dataset run not found'));
    const left = await server.db.select().from(tables.datasetRunItems).where(eq(tables.datasetRunItems.datasetItemId, item.id));
    expect(left).toHaveLength(2);
  });

  it('say what is wrong', async () => {
    const { name } = await newDataset();
    const item = await newItem(name);
    const whole = { runName: 'r', datasetItemId: item.id, traceId: 't' };
    for (const nonsense of [
      { ...whole, runName: '' },
      { ...whole, unknown: 1 },
      { ...whole, datasetItemId: undefined },
      { ...whole, createdAt: 'yesterday' },
      { ...whole, datasetVersion: '2026-05-01' },
    ]) {
      const answer = await call('POST', '/dataset-run-items', nonsense);
      expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data', error: [{}] } });
    }
    expect(await call('POST', '/dataset-run-items', { ...whole, traceId: null })).toEqual({
      status: 400,
      body: { message: 'traceId or observationId is needed.', error: 'InvalidRequestError' },
    });
    expect(await call('POST', '/dataset-run-items', { ...whole, datasetItemId: 'none' })).toEqual(
      missing('Dataset item not found'),
    );
    expect(await call('POST', '/dataset-run-items', whole, 'q')).toEqual(missing('Dataset item not found'));
    expect(await call('GET', runPath('none'))).toEqual(missing('Dataset not found'));
    expect(await call('GET', runPath('none', 'r'))).toEqual(missing('Dataset not found'));
    expect(await call('GET', runPath(name, 'none'))).toEqual(missing('Dataset run not found'));
    const nameless = await call('GET', '/dataset-run-items?datasetId=x&runName=');
    expect(nameless).toMatchObject({ status: 400, body: { error: [{ path: ['runName'] }] } });
  });
});
