import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSkills, type Skills } from '../../domains/skills/index.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';
import { skillRoutes } from './unstable-skills.ts';

const path = '/unstable/skills';
const skillMd = (name: string, description = 'Answers questions about refunds.', rest = '') =>
  `---\nname: ${name}\ndescription: ${description}\n${rest}---\n# Steps\n\nBe kind.\n`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const file = (name: string, description?: string) => ({ path: 'SKILL.md', content: skillMd(name, description) });
const table = '| days | refund |\n| 14 | Ä |\n';

describe('skills', () => {
  let server: OpenRoutes;
  let call: OpenRoutes['call'];
  let skills: Skills;
  beforeAll(async () => {
    server = await openRoutes(({ db, clock, access }) => {
      skills = createSkills({ db, clock });
      return [async (fastify) => void (await fastify.register(skillRoutes({ access, skills }), { prefix: path }))];
    });
    call = server.call;
  });
  afterAll(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.clock.at += 1000;
  });
  const now = () => new Date(server.clock.at).toISOString();
  const missing = { status: 404, body: { message: 'Skill not found', error: 'LangfuseNotFoundError' } };
  const rows = async (name: string) => {
    const found = await server.db.execute(sql.raw(`SELECT count(*)::integer AS n FROM telltale.${name}`));
    return (found as unknown as { rows: { n: number }[] }).rows[0]!.n;
  };

  it.each([
    ['GET', path],
    ['POST', path, { files: [file('x')] }],
    ['GET', `${path}/x`],
    ['PATCH', `${path}/x`, { tags: [] }],
    ['GET', `${path}/files/content?sha256Hashes=${encodeURIComponent(sha256(''))}`],
    ['PATCH', `${path}/x/versions/1`, { labels: [] }],
    ['DELETE', `${path}/x/versions/1`],
  ] as const)('%s %s: a project key only', async (method, url, body?) => {
    expect(await call(method, url, body, '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
    for (const key of ['public', 'organisation']) expect((await call(method, url, body, key)).status).toBe(403);
  });

  it('have versions that keep their files', async () => {
    const content = skillMd('refund-policy', 'Answers questions about refunds.', 'metadata:\n  team: [a, 1, null]\n');
    const first = await call('POST', path, {
      files: [
        { path: 'references/table.csv', content: table },
        { path: 'SKILL.md', content },
      ],
      commitMessage: 'as it was',
    });
    const about = (of: string, at: string, contentType: string) => ({
      id: expect.any(String),
      path: at,
      blobId: expect.any(String),
      sha256Hash: sha256(of),
      contentType,
      contentLength: Buffer.byteLength(of),
    });
    expect(first).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        projectId: 'p',
        createdBy: 'API',
        createdAt: now(),
        updatedAt: now(),
        name: 'refund-policy',
        description: 'Answers questions about refunds.',
        frontmatter: {
          name: 'refund-policy',
          description: 'Answers questions about refunds.',
          metadata: { team: ['a', 1, null] },
        },
        version: 1,
        tags: [],
        labels: ['latest'],
        commitMessage: 'as it was',
        files: [about(content, 'SKILL.md', 'text/markdown'), about(table, 'references/table.csv', 'text/csv')],
      },
    });
    const changed = skillMd('refund-policy', 'Refunds, anew.').replaceAll('\n', '\r\n');
    const second = await call('POST', path, {
      files: [
        { path: 'SKILL.md', content: changed },
        { path: 'scripts/days', sha256Hash: sha256(table) },
      ],
    });
    expect(second).toMatchObject({
      status: 201,
      body: {
        version: 2,
        description: 'Refunds, anew.',
        labels: ['latest'],
        commitMessage: null,
        files: [about(changed, 'SKILL.md', 'text/markdown'), about(table, 'scripts/days', 'text/plain')],
      },
    });
    // One text is kept once.
    expect(second.body.files[1].blobId).toBe(first.body.files[1].blobId);
    expect(second.body.files[1].id).not.toBe(first.body.files[1].id);

    const unlabelled = { ...first.body, labels: [] };
    expect(await call('GET', `${path}/refund-policy?version=1`)).toEqual({ status: 200, body: unlabelled });
    expect(await call('GET', `${path}/refund-policy?label=latest`)).toEqual({ status: 200, body: second.body });
    expect(await call('GET', `${path}/refund-policy`)).toEqual(missing);
    expect((await call('GET', `${path}/refund-policy?label=latest&version=1`)).status).toBe(400);

    const hashes = [table, changed, table].map(sha256).map(encodeURIComponent).join(',');
    expect(await call('GET', `${path}/files/content?sha256Hashes=${hashes}`)).toEqual({
      status: 200,
      body: {
        data: [
          { sha256Hash: sha256(table), content: table },
          { sha256Hash: sha256(changed), content: changed },
        ],
      },
    });
    expect((await skills.listVersions('p', 'refund-policy', 1, 10)).data.map(({ version }) => version)).toEqual([2, 1]);

    // Another project sees nothing of it, not even its texts.
    for (const [method, url, body] of [
      ['GET', 'refund-policy?version=1'],
      ['PATCH', 'refund-policy', { tags: [] }],
      ['PATCH', 'refund-policy/versions/1', { labels: ['x'] }],
      ['DELETE', 'refund-policy/versions/1'],
    ] as const)
      expect(await call(method, `${path}/${url}`, body, 'q')).toEqual(missing);
    expect((await call('GET', `${path}/files/content?sha256Hashes=${hashes}`, undefined, 'q')).status).toBe(404);
    const stolen = [file('stolen'), { path: 'x', sha256Hash: sha256(table) }];
    expect(await call('POST', path, { files: stolen }, 'q')).toMatchObject({
      status: 400,
      body: { error: 'InvalidRequestError', message: expect.stringContaining('x: the project has no file') },
    });
    expect((await call('GET', path, undefined, 'q')).body.data).toEqual([]);

    // Texts go with the last version that holds them, the skill with its last version.
    expect(await call('DELETE', `${path}/refund-policy/versions/1`)).toEqual({ status: 200, body: { deleted: true } });
    expect((await call('GET', `${path}/files/content?sha256Hashes=${encodeURIComponent(sha256(content))}`)).status).toBe(404);
    expect((await call('GET', `${path}/files/content?sha256Hashes=${encodeURIComponent(sha256(table))}`)).status).toBe(200);
    expect(await call('DELETE', `${path}/refund-policy/versions/1`)).toEqual(missing);
    expect((await call('DELETE', `${path}/refund-policy/versions/2`)).status).toBe(200);
    expect(await call('GET', `${path}/refund-policy?label=latest`)).toEqual(missing);
    for (const each of ['skills', 'skill_versions', 'skill_files', 'skill_blobs'])
      expect([each, await rows(each)]).toEqual([each, 0]);
  });

  it('have labels that move, and tags that all versions share', async () => {
    for (const description of ['one', 'two', 'three']) await call('POST', path, { files: [file('moving', description)] });
    const labels = async (version: number) => (await call('GET', `${path}/moving?version=${version}`)).body.labels;
    const set = (version: number, given: string[]) => call('PATCH', `${path}/moving/versions/${version}`, { labels: given });
    expect(await set(1, ['production', 'a', 'a', 'latest'])).toMatchObject({
      status: 200,
      body: { version: 1, labels: ['production', 'a'] },
    });
    expect((await call('GET', `${path}/moving`)).body.version).toBe(1);
    server.clock.at += 1000;
    expect((await set(3, ['production'])).body).toMatchObject({ labels: ['production', 'latest'], updatedAt: now() });
    expect([await labels(1), await labels(2), await labels(3)]).toEqual([['a'], [], ['production', 'latest']]);
    expect((await call('GET', `${path}/moving?label=a`)).body.version).toBe(1);
    expect((await call('GET', `${path}/moving`)).body.version).toBe(3);
    expect((await set(1, [])).body.labels).toEqual([]);
    expect(await call('GET', `${path}/moving?label=a`)).toEqual(missing);
    expect(await set(4, ['x'])).toEqual(missing);

    const tagged = await call('PATCH', `${path}/moving`, { tags: ['b', 'a', 'b'] });
    expect(tagged).toMatchObject({ status: 200, body: { version: 3, tags: ['b', 'a'], updatedAt: now() } });
    expect((await call('GET', `${path}/moving?version=1`)).body.tags).toEqual(['b', 'a']);
    expect((await call('POST', path, { files: [file('moving', 'four')] })).body).toMatchObject({ version: 4, tags: ['b', 'a'] });
    expect(await labels(3)).toEqual(['production']);
    expect((await call('PATCH', `${path}/moving`, { tags: [] })).body.tags).toEqual([]);
    expect(await call('PATCH', `${path}/none`, { tags: [] })).toEqual(missing);
    // `latest` comes down when the newest version goes.
    await call('DELETE', `${path}/moving/versions/4`);
    expect(await labels(3)).toEqual(['production', 'latest']);
    for (const version of [1, 2, 3]) await call('DELETE', `${path}/moving/versions/${version}`);
  });

  it('are listed as their newest versions, the last changed first', async () => {
    const from = server.clock.at;
    for (const [name, description] of [
      ['alpha', 'old'],
      ['beta', '100% Right'],
      ['gamma', 'right'],
      ['alpha', 'new'],
    ] as const) {
      await call('POST', path, { files: [file(name, description)] });
      server.clock.at += 1000;
    }
    await call('PATCH', `${path}/alpha/versions/1`, { labels: ['production'] });
    server.clock.at = from + 10_000;
    await call('PATCH', `${path}/beta`, { tags: ['t'] });
    const { status, body } = await call('GET', path);
    const at = (ms: number) => new Date(from + ms).toISOString();
    const summary = (name: string, description: string, version: number, created: number, updated: number) => ({
      name,
      description,
      tags: name === 'beta' ? ['t'] : [],
      latestVersion: version,
      latestVersionCreatedAt: at(created),
      latestVersionLastUpdatedAt: at(updated),
      productionVersion: name === 'alpha' ? 1 : null,
    });
    expect([status, body]).toEqual([
      200,
      {
        data: [
          summary('beta', '100% Right', 1, 1000, 10_000),
          summary('alpha', 'new', 2, 3000, 3000),
          summary('gamma', 'right', 1, 2000, 2000),
        ],
        meta: { page: 1, limit: 50, totalItems: 3, totalPages: 1, hasNextPage: false },
      },
    ]);
    const names = async (query: string) => {
      const answer = await call('GET', `${path}?${query}`);
      expect(answer.body.meta.totalItems).toBe(answer.body.data.length);
      return answer.body.data.map(({ name }: { name: string }) => name);
    };
    expect(await names('name=alpha')).toEqual(['alpha']);
    expect(await names('name=alph')).toEqual([]);
    expect(await names('search=RIGHT')).toEqual(['beta', 'gamma']);
    expect(await names('search=0%25 r')).toEqual(['beta']);
    expect(await names('search=old')).toEqual([]);
    expect(await names('search=_')).toEqual([]);
    expect(await names('tag=t')).toEqual(['beta']);
    expect(await names(`fromUpdatedAt=${at(3000)}`)).toEqual(['beta', 'alpha']);
    expect(await names(`toUpdatedAt=${at(3000)}`)).toEqual(['gamma']);
    expect((await call('GET', `${path}?limit=2`)).body.meta).toMatchObject({ totalPages: 2, hasNextPage: true });
    const last = await call('GET', `${path}?limit=2&page=2`);
    expect([last.body.data.length, last.body.meta.hasNextPage]).toEqual([1, false]);
    for (const query of ['page=0', 'limit=101', 'fromUpdatedAt=yesterday', 'name=a%00b'])
      expect([query, (await call('GET', `${path}?${query}`)).status]).toEqual([query, 400]);
  });

  it.each<[string, object, (string | number)[]]>([
    ['no files', {}, ['files']],
    ['no SKILL.md', { files: [{ path: 'a.md', content: skillMd('a') }] }, ['files']],
    ['a path twice', { files: [file('a'), file('a')] }, ['files', 1, 'path']],
    ['neither content nor hash', { files: [file('a'), { path: 'x' }] }, ['files', 1]],
    ['both', { files: [file('a'), { path: 'x', content: '', sha256Hash: sha256('') }] }, ['files', 1]],
    ['a hash that is none', { files: [file('a'), { path: 'x', sha256Hash: 'abc' }] }, ['files', 1, 'sha256Hash']],
    [
      'a hash in another spelling',
      { files: [file('a'), { path: 'x', sha256Hash: sha256('').replace(/.=$/, 'V=') }] },
      ['files', 1, 'sha256Hash'],
    ],
    ...['/etc', '../x', 'a/../b', './a', 'a//b', 'a\\b', '', 'x'.repeat(513)].map(
      (at) =>
        [`the path ${at.slice(0, 10)}`, { files: [file('a'), { path: at, content: '' }] }, ['files', 1, 'path']] as [
          string,
          object,
          (string | number)[],
        ],
    ),
    ['201 files', { files: Array.from({ length: 201 }, (_, n) => ({ path: `f${n}`, content: '' })) }, ['files']],
    ['the character NUL', { files: [file('a'), { path: 'x', content: 'a\0b' }] }, ['files', 1, 'content']],
    ['a long message', { files: [file('a')], commitMessage: 'm'.repeat(501) }, ['commitMessage']],
  ])('are refused with %s', async (_what, body, at) => {
    const answer = await call('POST', path, body);
    expect([answer.status, answer.body.message]).toEqual([400, 'Invalid request data']);
    expect(answer.body.error.map((issue: { path: unknown }) => issue.path)).toContainEqual(at);
  });

  it.each([
    ['nothing above', '# Steps', 'must begin with name'],
    ['no end', '---\nname: a\n', 'must begin with name'],
    ['no YAML', '---\nname: [a\n---\n', 'SKILL.md: '],
    ['a list', '---\n- a\n---\n', 'its YAML: '],
    ['nothing', '---\n\n---\n', 'its YAML: '],
    ['no description', '---\nname: a\n---\n', 'description: '],
    ['a name with a space', skillMd('a b'), 'name: may hold'],
    ['a long name', skillMd('a'.repeat(65)), 'name: '],
    ['a long beginning', `---\nname: a\ndescription: b\nc: ${'x'.repeat(50_000)}\n---\n`, 'at most 50000 characters'],
    [
      'depth without end',
      `---\nname: a\ndescription: b\nc: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n---\n`,
      'SKILL.md: its YAML',
    ],
    ['a bomb', `---\nname: a\ndescription: b\na: &a [1]\n${bomb()}---\n`, 'its YAML: it refers'],
  ])('are refused with a SKILL.md that has %s', async (_what, content, message) => {
    const before = await rows('skill_blobs');
    const answer = await call('POST', path, { files: [{ path: 'SKILL.md', content }] });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
    expect(answer.body.message).toContain(message);
    // Nothing of it is kept.
    expect(await rows('skill_blobs')).toBe(before);
  });

  it('are refused with too many bytes, counted in UTF-8', async () => {
    const fill = (bytes: number) => [
      file('big'),
      { path: 'x', content: 'Ä'.repeat((bytes - Buffer.byteLength(skillMd('big'))) / 2) },
    ];
    const even = Buffer.byteLength(skillMd('big')) % 2;
    expect((await call('POST', path, { files: fill(1_000_000 - even) })).status).toBe(201);
    expect((await call('POST', path, { files: fill(1_000_002 - even) })).body.message).toMatch(/a version may have 1000000/);
  });

  it('refuse nonsense', async () => {
    for (const [method, url, body] of [
      ['PATCH', 'x', {}],
      ['PATCH', 'x', { tags: [1] }],
      ['PATCH', 'x/versions/1', { labels: ['A B'] }],
      ['PATCH', 'x/versions/0', { labels: [] }],
      ['DELETE', 'x/versions/one'],
      ['GET', 'x?version=0'],
      ['GET', 'files/content'],
      ['GET', 'files/content?sha256Hashes=abc'],
      ['GET', `files/content?sha256Hashes=${Array.from({ length: 51 }, (_, n) => encodeURIComponent(sha256(`${n}`))).join(',')}`],
    ] as const)
      expect([url, (await call(method, `${path}/${url}`, body)).status]).toEqual([url, 400]);
    expect(await call('GET', `${path}/a%00b`)).toEqual(missing);
    expect(await call('PUT', `${path}/x`, {})).toMatchObject({ status: 405, body: { error: 'MethodNotAllowedError' } });
    expect((await call('GET', `${path}/x/y/z`)).body.error).toBe('LangfuseNotFoundError');
  });

  it('number their versions one after the other when several are made at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        skills.createVersion('p', { files: [file('crowd', `the ${n}th`)], commitMessage: null }),
      ),
    );
    expect(made.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

/** YAML whose references make it grow without end. */
function bomb(): string {
  return Array.from({ length: 30 }, (_, n) => {
    const before = n === 0 ? 'a' : `b${n - 1}`;
    return `b${n}: &b${n} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]\n`;
  }).join('');
}
