import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SettingsServer, startSettings } from './testing/start-settings.ts';

/** `Prompt` and `PromptMeta` as the contract has them (§1.7, Appendix A), written down again. */
const published = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime({ precision: 3 }),
  updatedAt: z.iso.datetime({ precision: 3 }),
  projectId: z.string(),
  createdBy: z.string(),
  name: z.string(),
  version: z.int(),
  type: z.enum(['chat', 'text']),
  prompt: z.union([z.string(), z.array(z.looseObject({}))]),
  isActive: z.boolean(),
  config: z.unknown(),
  tags: z.array(z.string()),
  labels: z.array(z.string()),
  commitMessage: z.string().nullable(),
  resolutionGraph: z.looseObject({}).nullable(),
});
const publishedMeta = z.strictObject({
  name: z.string(),
  type: z.enum(['chat', 'text']),
  versions: z.array(z.int()),
  labels: z.array(z.string()),
  tags: z.array(z.string()),
  lastUpdatedAt: z.iso.datetime({ precision: 3 }),
  lastConfig: z.unknown(),
});

let server: SettingsServer;
beforeAll(async () => {
  server = await startSettings();
});
afterAll(() => server.stop());

const at = (name: string, query = '') => `/v2/prompts/${encodeURIComponent(name)}${query}`;
const create = async (body: object) => {
  const answer = await server.one('POST', '/v2/prompts', body);
  expect(answer).toMatchObject({ status: 201 });
  return published.parse(answer.body);
};
const get = async (name: string, query = '') => {
  const answer = await server.one('GET', at(name, query));
  expect(answer).toMatchObject({ status: 200 });
  return published.parse(answer.body);
};
const labelsOf = async (name: string, version: number) => (await get(name, `?version=${version}`)).labels;

describe('create and get', () => {
  it('makes versions, moves labels, and serves production by default', async () => {
    const first = await create({ name: 'greet', prompt: 'Hello {{name}}', labels: ['staging', 'production'], tags: ['a', 'b'] });
    expect(first).toMatchObject({
      projectId: 'one',
      version: 1,
      type: 'text',
      prompt: 'Hello {{name}}',
      isActive: true,
      config: {},
      labels: ['staging', 'production', 'latest'],
      tags: ['a', 'b'],
      commitMessage: null,
      createdBy: 'API',
      resolutionGraph: null,
      createdAt: '2026-03-04T05:06:07.089Z',
    });
    expect(await get('greet')).toEqual(first);
    server.clock.ms += 1000;
    const config = { z: 1, a: { model: 'm', list: [1, null, '\0'] } };
    const second = await create({
      name: 'greet',
      type: 'text',
      prompt: '\0 "5"',
      config,
      labels: ['staging'],
      commitMessage: 'why',
    });
    expect(second).toMatchObject({ version: 2, labels: ['staging', 'latest'], tags: ['a', 'b'], isActive: false });
    const read = await get('greet', '?label=latest');
    expect(read).toEqual(second);
    expect(JSON.stringify(read.config)).toBe(JSON.stringify(config));
    expect(await get('greet', '?version=')).toMatchObject({ version: 1, labels: ['production'], prompt: 'Hello {{name}}' });
    expect(await get('greet', '?label=staging')).toMatchObject({ version: 2, commitMessage: 'why' });
  });

  it.each(['5', 'null', '"quoted"', '', '{"a":1}'])('keeps a text that looks like JSON: %j', async (text) => {
    const made = await create({ name: 'looks like JSON', prompt: text, config: text, labels: ['production'] });
    server.prompts.forget('one');
    expect(await get('looks like JSON')).toMatchObject({ version: made.version, prompt: text, config: text });
  });

  it('keeps the items of a chat and serves them as they came', async () => {
    const items = [
      { role: 'system', content: 'You are {{who}}' },
      { type: 'placeholder', name: 'history' },
      { type: 'chatmessage', role: 'user', content: '{{question}}' },
    ];
    const made = await create({ name: 'chat', type: 'chat', prompt: items, labels: ['production'] });
    expect(made.prompt).toEqual(items);
    expect(await get('chat')).toEqual(made);
    const loose = [{ type: 'message', role: 'user', content: 'x', extra: 1 }, { name: 'later' }];
    expect((await create({ name: 'chat', type: 'chat', prompt: loose })).prompt).toEqual([
      { role: 'user', content: 'x' },
      { type: 'placeholder', name: 'later' },
    ]);
  });

  it.each([
    'support/answers/first',
    'a+b',
    'what? #1 50% 50%2F ok',
    'with spaces & "quotes" \\ \'',
    'приветствие/问候/مرحبا',
    '🙂 emoji',
    '.',
    '..',
    'x'.repeat(255),
    '界'.repeat(255),
    '%'.repeat(255),
    'constructor',
    '__proto__',
  ])('takes the name %j', async (name) => {
    const made = await create({ name, prompt: 'p', labels: ['production'] });
    expect(made.name).toBe(name);
    // A path of dots alone is resolved by every client before it is sent.
    if (/^\.+$/.test(name)) return;
    expect((await get(name)).id).toBe(made.id);
    expect((await server.one('PATCH', `${at(name)}/versions/1`, { newLabels: ['x'] })).body.labels).toEqual([
      'production',
      'latest',
      'x',
    ]);
    expect((await server.one('GET', `/v2/prompts?name=${encodeURIComponent(name)}`)).body.meta.totalItems).toBe(1);
    expect(await server.one('DELETE', at(name))).toMatchObject({ status: 204, body: null });
  });

  it('takes a name whose folders came unencoded, as Python clients of the second generation send them', async () => {
    await create({ name: 'folder/sub dir/ü?', prompt: 'one' });
    const path = '/v2/prompts/folder/sub%20dir/%C3%BC%3F';
    expect((await server.one('GET', `${path}?version=1`)).body).toEqual(await get('folder/sub dir/ü?', '?version=1'));
    expect((await server.one('PATCH', `${path}/versions/1`, { newLabels: ['moved'] })).body).toMatchObject({
      labels: ['latest', 'moved'],
    });
    expect((await server.one('PATCH', path, { newLabels: ['moved'] })).status).toBe(405);
    expect((await server.one('DELETE', path)).status).toBe(204);
    expect((await server.one('GET', path)).status).toBe(404);
  });

  it('trims the name', async () => {
    expect((await create({ name: '  trimmed ', prompt: '' })).name).toBe('trimmed');
  });

  const text = { name: 'n', prompt: 'p' };
  const chat = { name: 'n', type: 'chat' };
  const refused: [string, unknown, (string | number)[]][] = [
    ['no name', { prompt: 'p' }, ['name']],
    ['a blank name', { ...text, name: '  ' }, ['name']],
    ['a long name', { ...text, name: 'x'.repeat(256) }, ['name']],
    ['a bar in the name', { ...text, name: 'a|b' }, ['name']],
    ['a slash at the start', { ...text, name: '/a' }, ['name']],
    ['a slash at the end', { ...text, name: 'a/' }, ['name']],
    ['two slashes', { ...text, name: 'a//b' }, ['name']],
    ['HTML in the name', { ...text, name: 'a<b>c' }, ['name']],
    ['a reserved name', { ...text, name: 'new' }, ['name']],
    ['NUL in the name', { ...text, name: 'a\0' }, ['name']],
    ['no prompt', { name: 'n' }, ['prompt']],
    ['an unknown type', { ...text, type: 'image' }, ['type']],
    ['messages in a text', { ...text, prompt: [] }, ['prompt']],
    ['a text in a chat', { ...chat, prompt: 'x' }, ['prompt']],
    ['a message without content', { ...chat, prompt: [{ role: 'user' }] }, ['prompt', 0, 'content']],
    ['a message that is a text', { ...chat, prompt: ['x'] }, ['prompt', 0]],
    ['a placeholder with a wrong name', { ...chat, prompt: [{ type: 'placeholder', name: '1a' }] }, ['prompt', 0, 'name']],
    [
      'a placeholder that is a variable too',
      {
        ...chat,
        prompt: [
          { role: 'user', content: 'Hi {{ history }}' },
          { type: 'placeholder', name: 'history' },
        ],
      },
      ['prompt', 1, 'name'],
    ],
    ['a label in capitals', { ...text, labels: ['Production'] }, ['labels', 0]],
    ['a long label', { ...text, labels: ['x'.repeat(37)] }, ['labels', 0]],
    ['tags that are numbers', { ...text, tags: [1] }, ['tags', 0]],
    ['a long commit message', { ...text, commitMessage: 'x'.repeat(501) }, ['commitMessage']],
  ];
  it.each(refused)('refuses %s, naming the field', async (_name, body, path) => {
    const answer = await server.one('POST', '/v2/prompts', body);
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data' } });
    expect(answer.body.error[0].path).toEqual(path);
  });

  it.each([[[]], ['text'], [null], [7]])('refuses a body that is %j', async (body) => {
    const answer = await server.one('POST', '/v2/prompts', JSON.stringify(body), { 'content-type': 'application/json' });
    expect(answer.status).toBe(400);
  });

  it('refuses a config that is nested without end', async () => {
    const body = `{"name":"deep","prompt":"x","config":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const answer = await server.one('POST', '/v2/prompts', body, { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 400, body: { message: 'The body is nested deeper than 500 levels.' } });
  });

  it('refuses another type than that of earlier versions', async () => {
    await create({ name: 'typed', prompt: 'x' });
    const answer = await server.one('POST', '/v2/prompts', { name: 'typed', type: 'chat', prompt: [] });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
    expect(answer.body.message).toContain('text prompt');
  });

  it('gives 20 who create at once the versions 1 to 20', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.one('POST', '/v2/prompts', { name: 'crowded', prompt: `p${index}`, labels: ['production'] }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    const made = answers.map(({ body }) => body.version).sort((a, b) => a - b);
    expect(made).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const production = await get('crowded');
    expect(production).toMatchObject({ version: 20, labels: ['production', 'latest'] });
    const [meta] = (await server.one('GET', '/v2/prompts?name=crowded')).body.data;
    expect(meta.versions).toEqual(made);
    expect(meta.labels).toEqual(['production', 'latest']);
  });

  it('answers 404 with the words of the contract', async () => {
    await create({ name: 'unlabelled', prompt: 'x' });
    for (const [path, message] of [
      [at('unlabelled'), "Prompt not found: 'unlabelled' with label 'production'"],
      [at('unlabelled', '?label=nope'), "Prompt not found: 'unlabelled' with label 'nope'"],
      [at('unlabelled', '?version=2'), "Prompt not found: 'unlabelled' with version 2"],
      [at('unlabelled', '?version=99999999999'), "Prompt not found: 'unlabelled' with version 99999999999"],
      [at('a/b', '?label=a%00'), "Prompt not found: 'a/b' with label 'a\0'"],
      [at('nul\0'), "Prompt not found: 'nul\0' with label 'production'"],
    ] as const) {
      expect(await server.one('GET', path)).toMatchObject({ status: 404, body: { message, error: 'LangfuseNotFoundError' } });
    }
    expect((await server.two('GET', at('unlabelled', '?version=1'))).status).toBe(404);
  });

  it.each(['version=1&label=a', 'version=0', 'version=x', 'version=1.5', 'resolve=maybe'])('refuses %s', async (query) => {
    await create({ name: 'asked', prompt: 'x', labels: ['a'] });
    expect((await server.one('GET', at('asked', `?${query}`))).status).toBe(400);
  });
});

describe('labels and tags', () => {
  it('moves labels by PATCH: a union here, gone elsewhere', async () => {
    await create({ name: 'moved', prompt: '1', labels: ['production', 'x'] });
    await create({ name: 'moved', prompt: '2', labels: ['y'] });
    expect((await get('moved')).version).toBe(1);
    server.changes.length = 0;
    server.clock.ms += 1000;
    const answer = await server.one('PATCH', '/v2/prompts/moved/versions/2', { newLabels: ['production', 'z'] });
    expect(published.parse(answer.body)).toMatchObject({
      version: 2,
      labels: ['y', 'latest', 'production', 'z'],
      isActive: true,
    });
    expect(await get('moved')).toEqual(answer.body);
    const first = await get('moved', '?version=1');
    expect(first.labels).toEqual(['x']);
    expect(Date.parse(first.updatedAt) - Date.parse(first.createdAt)).toBe(1000);
    expect(server.changes.map(({ action, prompt, by }) => [action, prompt.version, prompt.labels.length, by])).toEqual([
      ['updated', 1, 1, 'API'],
      ['updated', 2, 4, 'API'],
    ]);
    const same = await server.one('PATCH', '/v2/prompts/moved/versions/2', { newLabels: [] });
    expect(same.body).toEqual(answer.body);
    expect(server.changes).toHaveLength(2);
  });

  it.each([
    ['latest', '/v2/prompts/patched/versions/1', { newLabels: ['latest'] }, 400],
    ['a label in capitals', '/v2/prompts/patched/versions/1', { newLabels: ['A'] }, 400],
    ['no labels', '/v2/prompts/patched/versions/1', {}, 400],
    ['a version that is a word', '/v2/prompts/patched/versions/one', { newLabels: ['a'] }, 400],
    ['a version that is not there', '/v2/prompts/patched/versions/7', { newLabels: ['a'] }, 404],
    ['a prompt that is not there', '/v2/prompts/other/versions/1', { newLabels: ['a'] }, 404],
    ['a name that cannot be', '/v2/prompts/a%00/versions/1', { newLabels: ['a'] }, 404],
  ])('refuses %s', async (_name, path, body, status) => {
    await create({ name: 'patched', prompt: 'x' });
    expect((await server.one('PATCH', path, body)).status).toBe(status);
    expect((await server.two('PATCH', path, { newLabels: ['a'] })).status).toBe(path.endsWith('one') ? 400 : 404);
  });

  it.each(['/v2/prompts/whole', '/v2/prompts/a/whole', '/v2/prompts/a%2Fwhole'])(
    'has no PATCH of a whole prompt: %s',
    async (path) => {
      expect(await server.one('PATCH', path, { newLabels: ['a'] })).toMatchObject({
        status: 405,
        body: { message: 'Method not allowed', error: 'MethodNotAllowedError' },
      });
    },
  );

  it('puts given tags on all versions, and inherits them when none are given', async () => {
    await create({ name: 'tagged', prompt: '1', tags: ['a', 'b, "c"', 'a'] });
    expect((await create({ name: 'tagged', prompt: '2' })).tags).toEqual(['a', 'b, "c"']);
    server.clock.ms += 1000;
    await create({ name: 'tagged', prompt: '3', tags: ['new'] });
    const first = await get('tagged', '?version=1');
    expect(first.tags).toEqual(['new']);
    expect(first.updatedAt > first.createdAt).toBe(true);
    expect((await create({ name: 'tagged', prompt: '4', tags: [] })).tags).toEqual([]);
    expect((await get('tagged', '?version=2')).tags).toEqual([]);
  });
});

describe('composition', () => {
  const tag = (name: string, which: string) => `@@@langfusePrompt:name=${name}|${which}@@@`;

  it('puts included prompts in place, follows their labels, and shows the tags on demand', async () => {
    const child = await create({ name: 'part/tone', prompt: 'Be kind.', labels: ['production'] });
    const parent = await create({ name: 'whole', prompt: `${tag('part/tone', 'label=production')} Go.`, labels: ['production'] });
    expect(parent.prompt).toBe('@@@langfusePrompt:name=part/tone|label=production@@@ Go.');
    expect(await get('whole')).toMatchObject({
      prompt: 'Be kind. Go.',
      resolutionGraph: {
        root: { name: 'whole', version: 1, id: parent.id },
        dependencies: { [parent.id]: [{ name: 'part/tone', version: 1, id: child.id }] },
      },
    });
    await create({ name: 'part/tone', prompt: 'Be brief.', labels: ['production'] });
    expect((await get('whole')).prompt).toBe('Be brief. Go.');
    expect(await get('whole', '?resolve=false')).toEqual(parent);
    expect((await get('whole', '?resolve=true')).prompt).toBe('Be brief. Go.');
  });

  it('refuses what cannot be included, at once', async () => {
    await create({ name: 'a chat', type: 'chat', prompt: [], labels: ['production'] });
    for (const [prompt, message] of [
      [tag('nothing', 'version=1'), /"nothing" version 1, which does not exist/],
      [tag('a chat', 'version=1'), /only text prompts/],
      [tag('self', 'version=1'), /Circular dependency/],
    ] as const) {
      const answer = await server.one('POST', '/v2/prompts', { name: 'self', prompt });
      expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
      expect(answer.body.message).toMatch(message);
    }
    expect((await server.one('GET', at('self', '?version=1'))).status).toBe(404);
  });

  it('refuses a circle, also one that a moved label would close', async () => {
    await create({ name: 'c1', prompt: 'one', labels: ['production', 'old'] });
    await create({ name: 'c2', prompt: 'two', labels: ['stable'] });
    await create({ name: 'c1', prompt: tag('c2', 'label=stable') });
    const direct = await server.one('POST', '/v2/prompts', { name: 'c2', prompt: tag('c1', 'label=latest') });
    expect(direct).toMatchObject({ status: 400, body: { message: expect.stringContaining('Circular dependency') } });
    // Version 1 of c1 includes nothing, so this is no circle yet; the label would make it one for version 2 of c1.
    await create({ name: 'c2', prompt: tag('c1', 'label=production') });
    const moved = await server.one('PATCH', '/v2/prompts/c2/versions/2', { newLabels: ['stable'] });
    expect(moved).toMatchObject({ status: 400, body: { message: expect.stringContaining('would break "c1" version 2') } });
    expect(await labelsOf('c2', 1)).toEqual(['stable']);
    expect((await get('c1', '?label=latest')).prompt).toBe('two');
  });

  it('refuses to delete what others include, and allows it when they are gone', async () => {
    await create({ name: 'needed', prompt: '1', labels: ['production'] });
    await create({ name: 'needed', prompt: '2' });
    await create({ name: 'needing', prompt: tag('needed', 'label=production'), labels: ['production'] });
    for (const query of ['', '?version=1', '?label=production']) {
      const answer = await server.one('DELETE', at('needed', query));
      expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('"needing" version 1') } });
    }
    expect((await server.one('DELETE', at('needed', '?version=2'))).status).toBe(204);
    expect((await get('needing')).prompt).toBe('1');
    expect((await server.one('DELETE', at('needing'))).status).toBe(204);
    expect((await server.one('DELETE', at('needed'))).status).toBe(204);
  });
});

describe('delete', () => {
  it('narrows by version and label, gives latest back, and starts again at 1', async () => {
    for (const prompt of ['1', '2', '3']) await create({ name: 'gone', prompt, labels: [`l${prompt}`] });
    server.changes.length = 0;
    expect(await server.one('DELETE', at('gone', '?label=l3'))).toMatchObject({ status: 204, body: null });
    expect(server.changes.map(({ action, prompt }) => [action, prompt.version, prompt.labels])).toEqual([
      ['deleted', 3, ['l3', 'latest']],
      ['updated', 2, ['l2', 'latest']],
    ]);
    expect(await get('gone', '?label=latest')).toMatchObject({ version: 2, labels: ['l2', 'latest'] });
    expect((await server.one('DELETE', at('gone', '?version=1'))).status).toBe(204);
    for (const query of ['?version=1', '?label=l1', '?label=l2&version=1', '?label=a%00']) {
      expect(await server.one('DELETE', at('gone', query))).toMatchObject({
        status: 404,
        body: { error: 'LangfuseNotFoundError' },
      });
    }
    expect((await server.two('DELETE', at('gone'))).status).toBe(404);
    expect((await server.one('DELETE', at('gone'))).status).toBe(204);
    expect((await server.one('DELETE', at('gone'))).status).toBe(404);
    expect((await server.one('DELETE', at('nul\0'))).status).toBe(404);
    expect((await server.one('DELETE', at('x', '?version=0'))).status).toBe(400);
    expect((await create({ name: 'gone', type: 'chat', prompt: [] })).version).toBe(1);
  });
});

describe('list', () => {
  it('shows what matching versions have in common, page by page', async () => {
    const start = server.clock.ms;
    const iso = (ms: number) => encodeURIComponent(new Date(start + ms).toISOString());
    const two = (body: object) => server.two('POST', '/v2/prompts', body);
    await two({ name: 'b', prompt: '1', labels: ['production'], config: { at: 1 }, tags: ['t'] });
    server.clock.ms += 1000;
    await two({ name: 'b', prompt: '2', config: { at: 2 } });
    server.clock.ms += 1000;
    await two({ name: 'a', type: 'chat', prompt: [], labels: ['x'] });
    const list = async (query: string) => {
      const answer = await server.two('GET', `/v2/prompts${query}`);
      expect(answer.status).toBe(200);
      expect(answer.body.pagination).toEqual(answer.body.meta);
      return { ...answer.body, data: z.array(publishedMeta).parse(answer.body.data) };
    };
    const a = {
      name: 'a',
      type: 'chat',
      versions: [1],
      labels: ['x', 'latest'],
      tags: [],
      lastUpdatedAt: new Date(start + 2000).toISOString(),
      lastConfig: {},
    };
    const b = {
      name: 'b',
      type: 'text',
      versions: [1, 2],
      labels: ['latest', 'production'],
      tags: ['t'],
      lastUpdatedAt: new Date(start + 1000).toISOString(),
      lastConfig: { at: 2 },
    };
    expect(await list('')).toMatchObject({ data: [a, b], meta: { page: 1, limit: 10, totalItems: 2, totalPages: 1 } });
    expect(await list('?limit=1&page=2')).toMatchObject({ data: [b], meta: { page: 2, limit: 1, totalItems: 2, totalPages: 2 } });
    expect((await list('?limit=1&page=9')).data).toEqual([]);
    expect((await list('?label=production')).data).toEqual([
      { ...b, versions: [1], labels: ['production'], lastConfig: { at: 1 }, lastUpdatedAt: expect.any(String) },
    ]);
    expect((await list('?tag=t')).data).toEqual([b]);
    expect((await list('?name=a')).data).toEqual([a]);
    expect((await list(`?fromUpdatedAt=${iso(2000)}`)).data).toEqual([a]);
    expect((await list(`?toUpdatedAt=${iso(2000)}`)).data).toEqual([b]);
    const filtered = async (conditions: object[], more = '') =>
      (await list(`?filter=${encodeURIComponent(JSON.stringify(conditions))}${more}`)).data;
    const labelled = { type: 'arrayOptions', column: 'labels', operator: 'any of', value: ['production'] };
    // What it finds are versions; the simple parameters do not count beside it.
    expect(await filtered([labelled], '&name=a')).toEqual([
      { ...b, versions: [1], labels: ['production'], lastConfig: { at: 1 }, lastUpdatedAt: expect.any(String) },
    ]);
    expect(await filtered([{ type: 'stringObject', column: 'config', key: 'at', operator: '=', value: '2' }])).toMatchObject([
      { name: 'b', versions: [2] },
    ]);
    expect(await filtered([], '&name=none')).toEqual([a, b]);
    expect(await list('?name=none')).toMatchObject({ data: [], meta: { totalItems: 0, totalPages: 0 } });
  });

  it.each([
    'page=0',
    'limit=0',
    'limit=101',
    'page=x',
    'fromUpdatedAt=yesterday',
    'toUpdatedAt=9999-12-31T23:59:59-14:00',
    'name=a%00',
    'filter=x',
    'filter=null',
    'filter={}',
  ])('refuses %s', async (query) => {
    expect(await server.one('GET', `/v2/prompts?${query}`)).toMatchObject({
      status: 400,
      body: { message: 'Invalid request data', error: [{ path: [query.split('=')[0]] }] },
    });
  });
});

it('says which condition of a filter is wrong', async () => {
  const given = [{ type: 'string', column: 'config', operator: '=', value: 'x' }];
  const answer = await server.one('GET', `/v2/prompts?filter=${encodeURIComponent(JSON.stringify(given))}`);
  expect(answer).toMatchObject({ status: 400, body: { error: [{ path: ['filter', 0, 'column'] }] } });
});

describe('the first version of the API', () => {
  it('creates with isActive and gets the active one', async () => {
    const inactive = await server.one('POST', '/prompts', { name: 'legacy/v1', prompt: 'old', isActive: false });
    expect(inactive).toMatchObject({ status: 201, body: { version: 1, isActive: false, labels: ['latest'] } });
    expect((await server.one('GET', '/prompts?name=legacy%2Fv1')).status).toBe(404);
    const active = await server.one('POST', '/prompts', { name: 'legacy/v1', prompt: 'new', isActive: true });
    expect(active).toMatchObject({ status: 201, body: { version: 2, isActive: true, labels: ['production', 'latest'] } });
    expect((await server.one('GET', '/prompts?name=legacy%2Fv1')).body).toEqual(published.parse(active.body));
    expect((await server.one('GET', '/prompts?name=legacy%2Fv1&version=1')).body).toMatchObject({ prompt: 'old' });
  });

  it('refuses what is not complete', async () => {
    expect((await server.one('GET', '/prompts')).body.error[0].path).toEqual(['name']);
    expect((await server.one('POST', '/prompts', { name: 'x', prompt: 'y' })).body.error[0].path).toEqual(['isActive']);
  });
});

describe('polling', () => {
  it('answers 304 until something changes', async () => {
    await create({ name: 'polled', prompt: '1', labels: ['production'] });
    const first = await server.one('GET', at('polled'));
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await server.one('GET', at('polled'), undefined, { 'if-none-match': given });
      expect(again).toMatchObject({ status: 304, body: null, headers: { etag, 'cache-control': 'private, no-cache' } });
    }
    expect((await server.one('GET', at('polled'), undefined, { 'if-none-match': '"other"' })).status).toBe(200);
    await create({ name: 'polled', prompt: '2', labels: ['production'] });
    const changed = await server.one('GET', at('polled'), undefined, { 'if-none-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
    expect(changed.headers.etag).not.toBe(etag);
  });

  it('serves a prompt that is known from memory, far more than a thousand times a second', async () => {
    await create({ name: 'hot', prompt: 'x'.repeat(2000), labels: ['production'] });
    await server.one('GET', at('hot'));
    const gets = 500;
    const start = performance.now();
    for (let index = 0; index < gets; index++) await server.prompts.get('one', 'hot', {});
    const perSecond = (gets * 1000) / (performance.now() - start);
    expect(perSecond).toBeGreaterThan(5_000);
  });
});

it('finds versions for the door, and nothing where there is nothing', async () => {
  const { id, version } = await create({ name: 'linked', prompt: 'x' });
  const { findPrompt } = server.prompts;
  expect(await findPrompt('one', 'linked', version)).toBe(id);
  expect(await findPrompt('two', 'linked', version)).toBeNull();
  for (const wrong of [0, -1, 2, 1.5, Number.NaN, 1e12]) expect(await findPrompt('one', 'linked', wrong)).toBeNull();
  expect(await findPrompt('one', 'a\0b', 1)).toBeNull();
  const next = await create({ name: 'linked', prompt: 'y' });
  expect(await findPrompt('one', 'linked', 2)).toBe(next.id);
  await server.one('DELETE', at('linked'));
  expect(await findPrompt('one', 'linked', 1)).toBeNull();
});

it('lets nobody in without a key pair of the project', async () => {
  await create({ name: 'guarded', prompt: 'x', labels: ['production'] });
  for (const [, call, status, message] of server.strangers) {
    for (const [method, path, body] of [
      ['GET', '/v2/prompts', undefined],
      ['POST', '/v2/prompts', { name: 'guarded', prompt: 'y' }],
      ['GET', at('guarded'), undefined],
      ['PATCH', '/v2/prompts/guarded/versions/1', { newLabels: ['a'] }],
      ['DELETE', at('guarded'), undefined],
      ['GET', '/prompts?name=guarded', undefined],
      ['POST', '/prompts', { name: 'guarded', prompt: 'y', isActive: true }],
    ] as const) {
      const answer = await call(method, path, body);
      expect(answer.status).toBe(status);
      expect(answer.body.message).toMatch(message);
    }
  }
  expect(await get('guarded')).toMatchObject({ version: 1, labels: ['production', 'latest'] });
  expect((await server.one('PUT', '/v2/prompts')).status).toBe(405);
});
