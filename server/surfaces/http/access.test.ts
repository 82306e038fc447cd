import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TAIL_PATH } from '../../../contract/api/traces.ts';
import { operation } from '../../../contract/operation.ts';
import { type AccessServer, type Browser, basic, startAccessServer } from '../../../e2e/support/access-server.ts';
import { walkAsForeigners } from '../../../e2e/support/foreign-walk.ts';
import { implement } from '../../lib/implement.ts';
import { tables } from '../../store/metadata/index.ts';
import { projectRoutes } from '../langfuse/projects.ts';
import { API_PREFIX, tailSurface } from './index.ts';

/** Stand-ins for what other slices declare: an operation that keys may call, at each least role. */
const data = {
  method: 'GET',
  access: 'any',
  summary: '',
  input: z.object({ projectId: z.string() }),
  output: z.unknown(),
} as const;
const readData = operation({ ...data, id: 'readData', path: '/projects/{projectId}/data', role: 'VIEWER' });
const writeData = operation({ ...data, id: 'writeData', method: 'POST', path: '/projects/{projectId}/data', role: 'MEMBER' });
const ownData = operation({ ...data, id: 'ownData', path: '/projects/{projectId}/admin-data', role: 'ADMIN' });
const organisationData = operation({
  ...data,
  id: 'organisationData',
  path: '/organisations/{organisationId}/data',
  role: 'VIEWER',
  input: z.object({ organisationId: z.string() }),
});

let server: AccessServer;
let owner: Browser;
let organisationId: string;
let projectId: string;
let projectKey: { id: string; publicKey: string; secretKey: string };
let otherKey: { publicKey: string; secretKey: string };
let stranger: Browser;
let failClearing = false;

async function create(browser: Browser, name: string) {
  const organisation = await browser.call<{ id: string }>('POST', '/api/v1/organisations', { name });
  const route = `/api/v1/organisations/${organisation.body.id}/projects`;
  const project = await browser.call<{ id: string }>('POST', route, { name: `${name} project` });
  const key = await browser.call<typeof projectKey>('POST', `/api/v1/projects/${project.body.id}/api-keys`, { note: name });
  expect([organisation.status, project.status, key.status]).toEqual([200, 200, 200]);
  return { organisationId: organisation.body.id, projectId: project.body.id, key: key.body };
}

beforeAll(async () => {
  server = await startAccessServer({
    more: [
      implement(readData, async (_, caller) => caller),
      implement(writeData, async (_, caller) => caller),
      implement(ownData, async (_, caller) => caller),
      implement(organisationData, async (_, caller) => caller),
    ],
    clearFacts: async () => {
      if (failClearing) throw new Error('disk full');
    },
    prepare(app, access) {
      app.register(projectRoutes({ access }), { prefix: '/api/public' });
      app.register(tailSurface({ access, trustsOrigin: access.trustsOrigin, subscribe: () => () => {} }), { prefix: API_PREFIX });
    },
  });
  owner = await server.signUp('owner@example.com');
  ({ organisationId, projectId, key: projectKey } = await create(owner, 'Victim'));
  stranger = await server.signUp('stranger@example.com');
  otherKey = (await create(stranger, 'Other')).key;
});
afterAll(() => server.stop());

const withKey = async (path: string, authorization: string, method = 'GET') => {
  const answer = await fetch(server.url + path, { method, headers: { authorization } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('organisations and projects', () => {
  it('the creator is OWNER and sees both, by name', async () => {
    const { body } = await owner.call<{ organisations: unknown }>('GET', '/api/v1/me');
    expect(body.organisations).toEqual([
      {
        id: organisationId,
        name: 'Victim',
        role: 'OWNER',
        projects: [{ id: projectId, name: 'Victim project', role: 'OWNER', demo: false }],
      },
    ]);
  });

  it('are renamed', async () => {
    const organisation = await owner.call('PATCH', `/api/v1/organisations/${organisationId}`, { name: '  New name ' });
    expect(organisation).toMatchObject({ status: 200, body: { id: organisationId, name: 'New name' } });
    const project = await owner.call('PATCH', `/api/v1/projects/${projectId}`, { name: 'Renamed' });
    expect(project).toMatchObject({ status: 200, body: { id: projectId, name: 'Renamed' } });
    expect(await server.access.findProject(projectId)).toEqual({
      id: projectId,
      name: 'Renamed',
      organisation: { id: organisationId, name: 'New name' },
      metadata: {},
      retentionDays: null,
    });
    expect((await owner.call('PATCH', `/api/v1/projects/${projectId}`, { name: '   ' })).status).toBe(400);
  });

  it('a deleted project is gone with its facts and keys, at once', async () => {
    const doomed = await create(owner, 'Doomed');
    const authorization = basic(doomed.key.publicKey, doomed.key.secretKey);
    expect((await withKey(`/api/v1/projects/${doomed.projectId}/data`, authorization)).status).toBe(200);
    expect(await owner.call('DELETE', `/api/v1/projects/${doomed.projectId}`)).toMatchObject({ status: 200, body: { ok: true } });
    expect(server.cleared).toContain(doomed.projectId);
    expect((await withKey(`/api/v1/projects/${doomed.projectId}/data`, authorization)).status).toBe(401);
    expect((await owner.call('GET', `/api/v1/projects/${doomed.projectId}/data`)).status).toBe(404);
    expect(await server.access.findProject(doomed.projectId)).toBeNull();
    expect(await server.store.db.$count(tables.projects, eq(tables.projects.id, doomed.projectId))).toBe(0);
  });

  it('a deletion that fails half-way stays hidden and is finished at the next start', async () => {
    const doomed = await create(owner, 'Half');
    failClearing = true;
    expect((await owner.call('DELETE', `/api/v1/projects/${doomed.projectId}`)).status).toBe(500);
    expect((await owner.call('GET', `/api/v1/projects/${doomed.projectId}/data`)).status).toBe(404);
    expect((await withKey('/api/public/projects', basic(doomed.key.publicKey, doomed.key.secretKey))).status).toBe(401);
    const { body } = await owner.call<{ organisations: { projects: { id: string }[] }[] }>('GET', '/api/v1/me');
    expect(body.organisations.flatMap((one) => one.projects.map((project) => project.id))).not.toContain(doomed.projectId);
    await server.access.resumeDeletions();
    expect(await server.store.db.$count(tables.projects, eq(tables.projects.id, doomed.projectId))).toBe(1);
    failClearing = false;
    await server.access.resumeDeletions();
    expect(server.cleared).toContain(doomed.projectId);
    expect(await server.store.db.$count(tables.projects, eq(tables.projects.id, doomed.projectId))).toBe(0);
  });

  it('demo data is removed from demo projects only', async () => {
    const refused = await owner.call('POST', `/api/v1/projects/${projectId}/remove-demo`, {});
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'This project holds no demo data.' } } });
    expect(server.cleared).not.toContain(projectId);
  });
});

describe('API keys', () => {
  const keysPath = () => `/api/v1/projects/${projectId}/api-keys`;

  it('show their secret once, and are stored hashed', async () => {
    const created = await owner.call<typeof projectKey>('POST', keysPath(), { note: 'CI' });
    expect(created.body).toEqual({
      id: expect.any(String),
      publicKey: expect.stringMatching(/^pk-lf-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      secretKey: expect.stringMatching(/^sk-lf-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      displaySecretKey: `sk-lf-…${created.body.secretKey.slice(-4)}`,
      note: 'CI',
      createdAt: new Date(server.clock.ms).toISOString(),
      expiresAt: null,
      lastUsedAt: null,
    });
    const listed = await owner.call<{ data: { id: string }[] }>('GET', keysPath());
    expect(listed.body.data.map((key) => key.id)).toEqual([projectKey.id, created.body.id]);
    expect(JSON.stringify(listed.body)).not.toContain(created.body.secretKey);
    const rows = await server.store.db.select().from(tables.apiKeys);
    expect(JSON.stringify(rows)).not.toContain(created.body.secretKey);
    expect(JSON.stringify(rows)).not.toContain(projectKey.secretKey);
  });

  it('revoked ones stop working with the call that revokes them', async () => {
    const { body: key } = await owner.call<typeof projectKey>('POST', keysPath(), {});
    const authorization = basic(key.publicKey, key.secretKey);
    expect((await withKey(`/api/v1/projects/${projectId}/data`, authorization)).status).toBe(200);
    expect((await owner.call('DELETE', `${keysPath()}/${key.id}`)).status).toBe(200);
    expect((await withKey(`/api/v1/projects/${projectId}/data`, authorization)).status).toBe(401);
    expect((await withKey(`/api/v1/projects/${projectId}/data`, `Bearer ${key.publicKey}`)).status).toBe(401);
    expect((await owner.call('DELETE', `${keysPath()}/${key.id}`)).status).toBe(404);
    const [row] = await server.store.db.select().from(tables.apiKeys).where(eq(tables.apiKeys.id, key.id));
    expect(row?.revokedAt?.getTime()).toBe(server.clock.ms);
  });

  it('of another project cannot be revoked through this one', async () => {
    const { body } = await owner.call<{ organisations: { projects: { id: string }[] }[] }>('GET', '/api/v1/me');
    expect(body.organisations.flatMap((one) => one.projects).length).toBeGreaterThan(0);
    const second = await create(owner, 'Second');
    expect((await owner.call('DELETE', `/api/v1/projects/${second.projectId}/api-keys/${projectKey.id}`)).status).toBe(404);
    expect((await withKey(`/api/v1/projects/${projectId}/data`, basic(projectKey.publicKey, projectKey.secretKey))).status).toBe(
      200,
    );
    await owner.call('DELETE', `/api/v1/projects/${second.projectId}`);
  });

  it('act for their own project with the rights of a MEMBER', async () => {
    const authorization = basic(projectKey.publicKey, projectKey.secretKey);
    const read = await withKey(`/api/v1/projects/${projectId}/data`, authorization);
    expect(read.body).toMatchObject({
      kind: 'key',
      userId: null,
      publicKey: projectKey.publicKey,
      projectId,
      organisationId: null,
      role: 'MEMBER',
    });
    expect((await withKey(`/api/v1/projects/${projectId}/data`, authorization, 'POST')).status).toBe(200);
    expect((await withKey(`/api/v1/projects/${projectId}/admin-data`, authorization)).status).toBe(403);
    expect((await withKey(`/api/v1/organisations/${organisationId}/data`, authorization)).status).toBe(403);
    expect((await withKey('/api/v1/me', authorization)).status).toBe(403);
  });
});

describe('members', () => {
  const members = () => `/api/v1/organisations/${organisationId}/members`;
  type Added = { member: { userId: string; role: string; email: string }; oneTimePassword: string | null };
  const add = (browser: Browser, email: string, role: string) =>
    browser.call<Added>('POST', members(), { email, role, name: 'Some Body' });

  it('an unknown address gets an account whose password is told once', async () => {
    const added = await add(owner, 'New.Admin@Example.com', 'ADMIN');
    expect(added.status).toBe(200);
    expect(added.body.member).toMatchObject({ email: 'new.admin@example.com', name: 'Some Body', role: 'ADMIN' });
    const admin = await server.signInFirst('new.admin@example.com', added.body.oneTimePassword!);
    expect((await admin.call('GET', members())).status).toBe(200);
    expect(await add(owner, 'new.admin@example.com', 'ADMIN')).toMatchObject({
      status: 409,
      body: { error: { message: 'new.admin@example.com already exists as a member.' } },
    });
  });

  it('a password that was handed over opens nothing but the choice of another', async () => {
    const added = await add(owner, 'first.time@example.com', 'ADMIN');
    const oneTimePassword = added.body.oneTimePassword!;
    const person = await server.signIn('first.time@example.com', oneTimePassword);
    const refused = { status: 403, body: { error: { code: 'OwnPasswordNeeded' } } };
    for (const [method, path] of [
      ['GET', '/api/v1/me'],
      ['GET', members()],
      ['POST', members()],
      ['GET', `/api/v1/projects/${projectId}/data`],
      ['POST', `/api/v1/projects/${projectId}/api-keys`],
      ['GET', `/api/v1${TAIL_PATH.replace('{projectId}', projectId)}`],
      ['POST', '/api/v1/organisations'],
    ] as const) {
      expect(await person.call(method, path, method === 'GET' ? undefined : {}), path).toMatchObject(refused);
    }
    const choose = (currentPassword: string, newPassword: string) =>
      person.call('POST', '/api/auth/change-password', { currentPassword, newPassword });
    expect(await choose(oneTimePassword, oneTimePassword)).toMatchObject({ status: 400, body: { code: 'SAME_PASSWORD' } });
    expect((await choose('a wrong password', 'my own password')).status).toBe(400);
    expect((await choose(oneTimePassword, 'short')).status).toBe(400);
    expect(await person.call('GET', '/api/v1/me')).toMatchObject(refused);
    expect((await choose(oneTimePassword, 'my own password')).status).toBe(200);
    expect((await person.call('GET', members())).status).toBe(200);
    await expect(server.signIn('first.time@example.com', oneTimePassword)).rejects.toThrow('401');
    const again = await server.signIn('first.time@example.com', 'my own password');
    expect((await again.call('GET', '/api/v1/me')).status).toBe(200);
  });

  it('a known address joins with its own account, once its holder has followed the link', async () => {
    const viewer = await server.signUp('known@example.com', 'own-password');
    await server.join(owner, organisationId, viewer, 'KNOWN@example.com', 'VIEWER');
    expect((await viewer.call('GET', `/api/v1/projects/${projectId}/data`)).body).toMatchObject({ kind: 'user', role: 'VIEWER' });
    for (const [method, path] of [
      ['POST', `/api/v1/projects/${projectId}/data`],
      ['GET', `/api/v1/projects/${projectId}/api-keys`],
      ['POST', `/api/v1/projects/${projectId}/api-keys`],
      ['PATCH', `/api/v1/projects/${projectId}`],
      ['DELETE', `/api/v1/projects/${projectId}`],
      ['POST', members()],
      ['POST', `/api/v1/organisations/${organisationId}/projects`],
    ] as const) {
      const answer = await viewer.call<{ error: { message: string } }>(method, path, method === 'GET' ? undefined : {});
      expect([answer.status, answer.body.error.message], path).toEqual([
        403,
        expect.stringMatching(/needs the role .*; yours is VIEWER/),
      ]);
    }
  });

  it('nobody gives, takes or changes a role above their own', async () => {
    const added = await add(owner, 'admin2@example.com', 'ADMIN');
    const admin = await server.signInFirst('admin2@example.com', added.body.oneTimePassword!);
    const { body: list } = await owner.call<{ data: { userId: string; email: string }[] }>('GET', members());
    const ownerId = list.data.find((one) => one.email === 'owner@example.com')!.userId;
    expect((await add(admin, 'x@example.com', 'OWNER')).status).toBe(403);
    expect((await admin.call('PATCH', `${members()}/${ownerId}`, { role: 'VIEWER' })).status).toBe(403);
    expect((await admin.call('DELETE', `${members()}/${ownerId}`)).status).toBe(403);
    expect((await admin.call('PATCH', `${members()}/${added.body.member.userId}`, { role: 'OWNER' })).status).toBe(403);
    expect((await admin.call('DELETE', `/api/v1/projects/${projectId}`)).status).toBe(403);
    const lowered = await admin.call('PATCH', `${members()}/${added.body.member.userId}`, { role: 'MEMBER' });
    expect(lowered).toMatchObject({ status: 200, body: { role: 'MEMBER', email: 'admin2@example.com' } });
    expect((await admin.call('GET', `/api/v1/projects/${projectId}/admin-data`)).status).toBe(403);
  });

  it('the last OWNER stays, even when two leave at the same time', async () => {
    const { body: list } = await owner.call<{ data: { userId: string; email: string; role: string }[] }>('GET', members());
    const ownerId = list.data.find((one) => one.role === 'OWNER')!.userId;
    const last = { status: 400, body: { error: { message: expect.stringContaining('last OWNER') } } };
    expect(await owner.call('PATCH', `${members()}/${ownerId}`, { role: 'ADMIN' })).toMatchObject(last);
    expect(await owner.call('DELETE', `${members()}/${ownerId}`)).toMatchObject(last);

    const second = await add(owner, 'second-owner@example.com', 'OWNER');
    const secondOwner = await server.signInFirst('second-owner@example.com', second.body.oneTimePassword!);
    const answers = await Promise.all([
      owner.call('PATCH', `${members()}/${ownerId}`, { role: 'ADMIN' }),
      secondOwner.call('PATCH', `${members()}/${second.body.member.userId}`, { role: 'ADMIN' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
    const { body: after } = await owner.call<{ data: { userId: string; role: string }[] }>('GET', members());
    const owners = after.data.filter((one) => one.role === 'OWNER');
    expect(owners).toHaveLength(1);
    // Back to where the other tests expect it.
    if (owners[0]!.userId !== ownerId) await secondOwner.call('PATCH', `${members()}/${ownerId}`, { role: 'OWNER' });
  });

  it('a removed member sees nothing with the next call', async () => {
    const added = await add(owner, 'leaver@example.com', 'MEMBER');
    const leaver = await server.signInFirst('leaver@example.com', added.body.oneTimePassword!);
    expect((await leaver.call('POST', `/api/v1/projects/${projectId}/data`, {})).status).toBe(200);
    expect((await owner.call('DELETE', `${members()}/${added.body.member.userId}`)).status).toBe(200);
    expect((await leaver.call('POST', `/api/v1/projects/${projectId}/data`, {})).status).toBe(404);
    expect((await owner.call('DELETE', `${members()}/${added.body.member.userId}`)).status).toBe(404);
  });
});

describe('changes by cookie', () => {
  const rename = async (headers: Record<string, string>) => {
    const answer = await fetch(`${server.url}/api/v1/projects/${projectId}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', cookie: owner.cookie, ...headers },
      body: '{"name":"By cookie"}',
    });
    return answer.status;
  };

  it('need an origin of ours, or none and a header that no other site can send', async () => {
    expect(await rename({ origin: server.url })).toBe(200);
    expect(await rename({ 'x-telltale-csrf': '1' })).toBe(200);
    expect(await rename({})).toBe(403);
    expect(await rename({ origin: 'https://evil.example' })).toBe(403);
    expect(await rename({ origin: 'https://evil.example', 'x-telltale-csrf': '1' })).toBe(403);
    expect(await rename({ origin: 'null' })).toBe(403);
  });
});

it('nobody gets anywhere on any route with the wrong credentials, and nothing tells what exists', async () => {
  const operations = [...server.access.operations.map((one) => one.operation), readData, writeData, ownData, organisationData];
  const { body } = await owner.call<{ user: { id: string } }>('GET', '/api/v1/me');
  const problems = await walkAsForeigners({
    url: server.url,
    operations,
    victim: { projectId, organisationId, userId: body.user.id, apiKeyId: projectKey.id, traceId: 't', observationId: 'o' },
    secrets: [projectKey.publicKey, 'owner@example.com', 'By cookie', 'New name'],
    foreignKey: basic(otherKey.publicKey, otherKey.secretKey),
    publicKeyAlone: `Bearer ${projectKey.publicKey}`,
    strangerCookie: stranger.cookie,
  });
  expect(problems).toEqual([]);
});

describe('GET /api/public/projects', () => {
  it('tells a key its one project in the shape that SDKs check', async () => {
    const answer = await withKey('/api/public/projects', basic(projectKey.publicKey, projectKey.secretKey));
    expect(answer).toEqual({
      status: 200,
      body: {
        data: [
          {
            id: projectId,
            name: 'By cookie',
            organization: { id: organisationId, name: 'New name' },
            metadata: {},
          },
        ],
      },
    });
  });

  it('refuses others with the messages that SDKs print', async () => {
    const none = await fetch(`${server.url}/api/public/projects`);
    expect([none.status, await none.json()]).toEqual([401, { message: 'No authorization header' }]);
    expect(await withKey('/api/public/projects', 'Digest x')).toEqual({
      status: 401,
      body: { message: 'Invalid authorization header' },
    });
    expect(await withKey('/api/public/projects', basic(projectKey.publicKey, 'sk-lf-wrong'))).toEqual({
      status: 401,
      body: { message: "Invalid credentials. Confirm that you've configured the correct host." },
    });
    expect((await withKey('/api/public/projects', `Bearer ${projectKey.publicKey}`)).status).toBe(403);
    const organisationKey = await server.access.keys.create({ organisationId, projectId: null }, { note: null });
    const refused = await withKey('/api/public/projects', basic(organisationKey.publicKey, organisationKey.secretKey));
    expect([refused.status, Object.keys(refused.body)]).toEqual([403, ['message']]);
    expect((await withKey('/api/public/projects', `Bearer ${organisationKey.publicKey}`)).status).toBe(401);
  });
});
