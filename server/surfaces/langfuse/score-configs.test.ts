import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SettingsServer, startSettings } from './testing/start-settings.ts';

/** `ScoreConfig` of the contract's Appendix A, written down again. */
const published = z.strictObject({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime({ precision: 3 }),
  updatedAt: z.iso.datetime({ precision: 3 }),
  projectId: z.string(),
  dataType: z.enum(['NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT']),
  isArchived: z.boolean(),
  minValue: z.number().nullable(),
  maxValue: z.number().nullable(),
  categories: z.array(z.strictObject({ value: z.number(), label: z.string() })).nullable(),
  description: z.string().nullable(),
});

let server: SettingsServer;
beforeAll(async () => {
  server = await startSettings();
});
afterAll(() => server.stop());

const url = '/score-configs';
const create = async (body: object) => {
  const answer = await server.one('POST', url, body);
  expect(answer).toMatchObject({ status: 200 });
  return published.parse(answer.body);
};

describe('create', () => {
  it('keeps what each data type has, and nothing else', async () => {
    expect(await create({ name: 'range', dataType: 'NUMERIC', minValue: -1.5, maxValue: 10 })).toMatchObject({
      projectId: 'one',
      isArchived: false,
      minValue: -1.5,
      maxValue: 10,
      categories: null,
      description: null,
      createdAt: '2026-03-04T05:06:07.089Z',
    });
    const categories = [
      { label: 'good', value: 1 },
      { label: 'bäd "x"', value: -0.5 },
    ];
    expect(await create({ name: 'Größe 大 (v1.0)_-', dataType: 'CATEGORICAL', categories, description: 'd' })).toMatchObject({
      categories,
      minValue: null,
      description: 'd',
    });
    expect((await create({ name: 'yes', dataType: 'BOOLEAN', categories: null })).categories).toEqual([
      { label: 'True', value: 1 },
      { label: 'False', value: 0 },
    ]);
    expect((await create({ name: 'words', dataType: 'TEXT', unknown: 1 })).categories).toBeNull();
  });

  const numeric = { name: 'n', dataType: 'NUMERIC' };
  const categorical = { name: 'c', dataType: 'CATEGORICAL' };
  const refused: [string, unknown, string][] = [
    ['no name', { dataType: 'NUMERIC' }, 'name'],
    ['an empty name', { ...numeric, name: '' }, 'name'],
    ['a name of 36 characters', { ...numeric, name: 'x'.repeat(36) }, 'name'],
    ['a name with a slash', { ...numeric, name: 'a/b' }, 'name'],
    ['an unknown data type', { ...numeric, dataType: 'CORRECTION' }, 'dataType'],
    ['a range turned round', { ...numeric, minValue: 2, maxValue: 1 }, 'maxValue'],
    ['a range of one value', { ...numeric, minValue: 2, maxValue: 2 }, 'maxValue'],
    ['a range of words', { ...numeric, minValue: '1' }, 'minValue'],
    ['categories of a number', { ...numeric, categories: [{ label: 'a', value: 1 }] }, 'categories'],
    ['no categories', categorical, 'categories'],
    ['an empty list of categories', { ...categorical, categories: [] }, 'categories'],
    [
      'a label twice',
      {
        ...categorical,
        categories: [
          { label: 'a', value: 1 },
          { label: 'a', value: 2 },
        ],
      },
      'categories',
    ],
    [
      'a value twice',
      {
        ...categorical,
        categories: [
          { label: 'a', value: 1 },
          { label: 'b', value: 1 },
        ],
      },
      'categories',
    ],
    ['a range of categories', { ...categorical, categories: [{ label: 'a', value: 1 }], minValue: 1 }, 'minValue'],
    ['own answers to yes or no', { name: 'b', dataType: 'BOOLEAN', categories: [{ label: 'Y', value: 1 }] }, 'categories'],
    ['a range of texts', { name: 't', dataType: 'TEXT', maxValue: 1 }, 'maxValue'],
    ['the character NUL', { ...numeric, description: 'a\0b' }, 'description'],
  ];
  it.each(refused)('refuses %s, naming the field', async (_name, body, field) => {
    const answer = await server.one('POST', url, body);
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data' } });
    expect(answer.body.error[0].path[0]).toBe(field);
  });

  it.each([[[]], ['text'], [null], [7]])('refuses a body that is %j', async (body) => {
    const answer = await server.one('POST', url, JSON.stringify(body), { 'content-type': 'application/json' });
    expect(answer.status).toBe(400);
  });
});

describe('list', () => {
  it('pages, newest first, over the own project alone', async () => {
    const before = (await server.two('GET', url)).body;
    expect(before).toEqual({ data: [], meta: { page: 1, limit: 50, totalItems: 0, totalPages: 0 } });
    for (let made = 0; made < 3; made++) {
      server.clock.ms += 1000;
      await server.two('POST', url, { name: `config ${made}`, dataType: 'TEXT' });
    }
    const first = await server.two('GET', `${url}?page=1&limit=2`);
    expect(first.body.meta).toEqual({ page: 1, limit: 2, totalItems: 3, totalPages: 2 });
    expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(['config 2', 'config 1']);
    const last = await server.two('GET', `${url}?page=2&limit=2`);
    expect(last.body.data.map(({ name }: { name: string }) => name)).toEqual(['config 0']);
    expect((await server.two('GET', `${url}?page=&limit=`)).body.meta).toMatchObject({ page: 1, limit: 50 });
  });

  it.each(['page=0', 'page=-1', 'page=x', 'page=1.5', 'limit=0', 'limit=101'])('refuses %s', async (query) => {
    const answer = await server.one('GET', `${url}?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data' } });
    expect(answer.body.error[0].path).toEqual([query.split('=')[0]]);
  });
});

describe('get and change', () => {
  it('answers 404 for what is not there or of another project', async () => {
    const { id } = await create({ name: 'own', dataType: 'TEXT' });
    expect((await server.one('GET', `${url}/${id}`)).body).toMatchObject({ id, name: 'own' });
    for (const [call, path] of [
      [server.two, `${url}/${id}`],
      [server.one, `${url}/nothing`],
      [server.one, `${url}/a%00b`],
    ] as const) {
      for (const answer of [await call('GET', path), await call('PATCH', path, { isArchived: true })]) {
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual({
          message: 'Score config not found within authorized project',
          error: 'LangfuseNotFoundError',
        });
      }
    }
    expect((await server.one('GET', `${url}/${id}`)).body.isArchived).toBe(false);
  });

  it('changes the given fields alone; null takes away', async () => {
    const { id } = await create({ name: 'to change', dataType: 'NUMERIC', minValue: 0, maxValue: 1, description: 'x' });
    server.clock.ms += 5000;
    const changed = await server.one('PATCH', `${url}/${id}`, { name: 'changed', maxValue: 5, isArchived: null });
    expect(published.parse(changed.body)).toMatchObject({ name: 'changed', minValue: 0, maxValue: 5, description: 'x' });
    expect(Date.parse(changed.body.updatedAt) - Date.parse(changed.body.createdAt)).toBe(5000);
    const cleared = await server.one('PATCH', `${url}/${id}`, { minValue: null, description: null });
    expect(cleared.body).toMatchObject({ minValue: null, maxValue: 5, description: null });
    expect((await server.one('PATCH', `${url}/${id}`, { isArchived: true })).body.isArchived).toBe(true);
    expect((await server.one('GET', `${url}/${id}`)).body).toMatchObject({ name: 'changed', isArchived: true });
  });

  it.each([
    ['nothing', {}],
    ['an unknown field alone', { dataType: 'TEXT' }],
    ['a range turned round against what is there', { minValue: 3 }],
    ['categories of a number', { categories: [{ label: 'a', value: 1 }] }],
    ['a wrong name', { name: '<b>' }],
  ])('refuses %s', async (_name, body) => {
    const { id } = await create({ name: 'to keep', dataType: 'NUMERIC', maxValue: 2 });
    expect(await server.one('PATCH', `${url}/${id}`, body)).toMatchObject({
      status: 400,
      body: { message: 'Invalid request data' },
    });
    expect((await server.one('GET', `${url}/${id}`)).body).toMatchObject({ name: 'to keep', minValue: null, maxValue: 2 });
  });
});

it('lets nobody in without a key pair of the project', async () => {
  for (const [, call, status, message] of server.strangers) {
    for (const [method, path, body] of [
      ['GET', url, undefined],
      ['POST', url, { name: 'x', dataType: 'TEXT' }],
      ['GET', `${url}/x`, undefined],
      ['PATCH', `${url}/x`, { isArchived: true }],
    ] as const) {
      const answer = await call(method, path, body);
      expect(answer.status).toBe(status);
      expect(answer.body.message).toMatch(message);
    }
  }
  expect((await server.one('DELETE', `${url}/x`)).status).toBe(405);
});
