import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessServer, type Browser, startAccessServer, TEST_SECRET } from '../../../e2e/support/access-server.ts';
import { type BlobExports, blobExportOperations, createScheduledBlobExports } from '../../domains/blob-exports/index.ts';
import { createLlmConnections, llmConnectionOperations } from '../../domains/llm-connections/index.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { createLogger } from '../../lib/log.ts';
import { createOutbound, type Outbound } from '../../lib/outbound.ts';
import { openOutbound } from '../../lib/testing/open-outbound.ts';
import { tables } from '../../store/metadata/index.ts';

let server: AccessServer;
let outbound: Outbound;
let owner: Browser;
let admin: Browser;
let member: Browser;
let organisationId: string;
let projectId: string;
const ids: Record<string, string> = {};
const sent: unknown[] = [];
let project: string;
let made: { blobExports: BlobExports; connections: ReturnType<typeof createLlmConnections> } | undefined;

beforeAll(async () => {
  outbound = createOutbound({ allow: [] });
  // The store is there once the server is; what is served asks for it with the first call.
  const parts = () => {
    const { db } = server.store;
    const log = createLogger('silent');
    const jobs = { work() {}, schedule() {}, send: async (_: string, data: object) => void sent.push(data) };
    const { clock } = server;
    made ??= {
      blobExports: createScheduledBlobExports({ db, clock, secret: TEST_SECRET, reader: {} as never, outbound, jobs, log }),
      connections: createLlmConnections({ db, clock, crypto: createCrypto(TEST_SECRET), outbound: openOutbound }),
    };
    return made;
  };
  const late = <T extends object>(get: () => T): T => new Proxy({} as T, { get: (_, name) => get()[name as keyof T] });
  server = await startAccessServer({
    more: [
      ...blobExportOperations(
        late(() => parts().blobExports),
        (id) => server.access.findProject(id),
      ),
      ...llmConnectionOperations(late(() => parts().connections)),
    ],
  });
  owner = await server.signUp('owner@example.com');
  admin = await server.signUp('admin@example.com');
  member = await server.signUp('member@example.com');
  const viewer = await server.signUp('viewer@example.com');
  organisationId = (await owner.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'Home' })).body.id;
  const route = `/api/v1/organisations/${organisationId}`;
  projectId = (await owner.call<{ id: string }>('POST', `${route}/projects`, { name: 'One' })).body.id;
  await owner.call('POST', `${route}/projects`, { name: 'Two' });
  for (const [name, person, role] of [
    ['admin', admin, 'ADMIN'],
    ['member', member, 'MEMBER'],
    ['viewer', viewer, 'VIEWER'],
  ] as const) {
    await server.join(owner, organisationId, person, `${name}@example.com`, role);
  }
  const people = await server.store.db.select({ id: tables.users.id, email: tables.users.email }).from(tables.users);
  for (const { id, email } of people) ids[email.split('@')[0]!] = id;
  project = `/api/v1/projects/${projectId}`;
});
afterAll(async () => {
  await server.stop();
  await outbound.close();
});

describe('settings of a project', () => {
  it('are read by everybody in it and changed one by one by administrators', async () => {
    const first = { id: projectId, name: 'One', metadata: {}, retentionDays: null };
    expect((await member.call('GET', project)).body).toMatchObject(first);
    expect((await admin.call('PATCH', project, { retention: 30 })).body).toMatchObject({ ...first, retentionDays: 30 });
    expect((await admin.call('PATCH', project, { metadata: { team: 'a' } })).body).toMatchObject({
      name: 'One',
      metadata: { team: 'a' },
      retentionDays: 30,
    });
    expect((await admin.call('PATCH', project, { name: 'Uno' })).body).toMatchObject({ name: 'Uno', metadata: { team: 'a' } });
    expect((await admin.call('PATCH', project, { retention: 0, name: 'One' })).body).toMatchObject({ retentionDays: null });
    const [row] = await server.store.db.select().from(tables.projects).where(eq(tables.projects.id, projectId));
    expect(row).toMatchObject({ name: 'One', metadata: { team: 'a' }, retentionDays: null });
  });

  it('are refused to members, and as nonsense', async () => {
    expect((await member.call('PATCH', project, { retention: 1 })).status).toBe(403);
    for (const given of [{ retention: -1 }, { retention: 1.5 }, { retention: 36_501 }, { name: ' ' }, { metadata: 'x' }]) {
      const answer = await admin.call<{ error: { details: { path: string }[] } }>('PATCH', project, given);
      expect([answer.status, answer.body.error.details[0]?.path]).toEqual([400, Object.keys(given)[0]]);
    }
    expect((await admin.call('PATCH', project, { name: 'Two' })).status).toBe(409);
  });
});

describe('roles in a project', () => {
  const roles = async (as: Browser) => {
    const { body } = await as.call<{ data: { email: string; organisationRole: string; projectRole: string; role: string }[] }>(
      'GET',
      `${project}/members`,
    );
    return Object.fromEntries(body.data.map((each) => [each.email.split('@')[0], [each.projectRole, each.role]]));
  };

  it('override those of the organisation, both ways, until they are taken back', async () => {
    expect(await roles(member)).toEqual({
      owner: [null, 'OWNER'],
      admin: [null, 'ADMIN'],
      member: [null, 'MEMBER'],
      viewer: [null, 'VIEWER'],
    });
    const set = await admin.call('PUT', `${project}/members/${ids.member}`, { role: 'NONE' });
    expect(set.body).toEqual({
      userId: ids.member,
      email: 'member@example.com',
      name: 'member',
      organisationRole: 'MEMBER',
      projectRole: 'NONE',
      role: 'NONE',
    });
    expect((await member.call('GET', project)).status).toBe(404);
    expect((await admin.call('PUT', `${project}/members/${ids.viewer}`, { role: 'MEMBER' })).status).toBe(200);
    // Who may let people in sees those who are not; the others do not.
    expect(await roles(admin)).toMatchObject({ member: ['NONE', 'NONE'], viewer: ['MEMBER', 'MEMBER'] });
    const viewer = await server.signIn('viewer@example.com', 'correct horse');
    expect(Object.keys(await roles(viewer))).toEqual(['owner', 'admin', 'viewer']);
    for (const name of ['member', 'viewer']) {
      expect((await admin.call('DELETE', `${project}/members/${ids[name]}`)).body).toEqual({ ok: true });
    }
    expect((await admin.call('DELETE', `${project}/members/${ids.member}`)).status).toBe(404);
    expect(await roles(member)).toMatchObject({ member: [null, 'MEMBER'], viewer: [null, 'VIEWER'] });
  });

  it('are given up to one’s own, to members of the organisation, and nobody takes their own', async () => {
    const put = (as: Browser, who: string, role: string) => as.call('PUT', `${project}/members/${ids[who] ?? who}`, { role });
    expect((await put(member, 'viewer', 'MEMBER')).status).toBe(403);
    expect((await put(admin, 'member', 'OWNER')).status).toBe(403);
    expect((await put(admin, 'owner', 'VIEWER')).status).toBe(403);
    expect((await put(admin, 'nobody', 'VIEWER')).status).toBe(404);
    expect((await put(admin, 'member', 'KING')).status).toBe(400);
    expect((await put(admin, 'admin', 'MEMBER')).status).toBe(400);
    expect((await put(owner, 'owner', 'NONE')).status).toBe(400);
    expect(await roles(owner)).toMatchObject({ owner: [null, 'OWNER'], admin: [null, 'ADMIN'], member: [null, 'MEMBER'] });
  });
});

describe('export to an object store', () => {
  const s3 = {
    type: 'S3',
    bucketName: 'bucket',
    region: 'eu-central-1',
    accessKeyId: 'AKIA',
    secretAccessKey: 'very secret',
    exportFrequency: 'hourly',
    enabled: true,
    forcePathStyle: false,
    fileType: 'JSONL',
    exportMode: 'FULL_HISTORY',
  };

  it('is set up, shown without its secret, paused and deleted by administrators', async () => {
    const path = `${project}/blob-export`;
    expect((await admin.call('GET', path)).body).toEqual({ blobExport: null });
    const made = await admin.call<Record<string, unknown>>('PUT', path, s3);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ projectId, bucketName: 'bucket', syncStatus: 'queued', lastSyncAt: null, lastError: null });
    expect(JSON.stringify(made.body)).not.toContain('very secret');
    expect(sent).toEqual([{ projectId }]);
    const { secretAccessKey: _, ...kept } = s3;
    const paused = await admin.call('PUT', path, { ...kept, enabled: false, prefix: 'a/' });
    expect(paused.body).toMatchObject({ enabled: false, syncStatus: 'disabled', prefix: 'a/', nextSyncAt: null });
    expect((await admin.call('GET', path)).body).toEqual({ blobExport: paused.body });
    expect((await admin.call('DELETE', path)).body).toEqual({ ok: true });
    expect((await admin.call('DELETE', path)).status).toBe(404);
    expect((await admin.call('GET', path)).body).toEqual({ blobExport: null });
  });

  it('is refused to members, and where it cannot be', async () => {
    const path = `${project}/blob-export`;
    expect((await member.call('GET', path)).status).toBe(403);
    expect((await member.call('PUT', path, s3)).status).toBe(403);
    const refused = async (given: object) => {
      const { status, body } = await admin.call<{ error: { details?: { path: string }[]; message: string } }>('PUT', path, given);
      return [status, body.error.details?.[0]?.path ?? body.error.message];
    };
    expect(await refused({ ...s3, type: 'S3_COMPATIBLE' })).toEqual([400, 'endpoint']);
    expect(await refused({ ...s3, endpoint: 'http://169.254.169.254' })).toEqual([400, 'endpoint']);
    expect(await refused({ ...s3, exportMode: 'FROM_CUSTOM_DATE' })).toEqual([400, 'exportStartDate']);
    expect(await refused({ ...s3, secretAccessKey: undefined })).toEqual([400, 'secretAccessKey']);
    expect((await admin.call('GET', path)).body).toEqual({ blobExport: null });
  });
});

describe('LLM connections', () => {
  const change = async (id: string, given: object) => {
    const path = `${project}/llm-connections/${id}`;
    const { status, body } = await member.call<Record<string, unknown> & { error?: { details: { path: string }[] } }>(
      'PATCH',
      path,
      given,
    );
    return { status, body, field: body.error?.details?.[0]?.path };
  };

  it('are changed without their secrets being entered again, unless these would go elsewhere', async () => {
    const given = {
      provider: 'main',
      adapter: 'openai',
      secretKey: 'sk-first-secret-1234',
      extraHeaders: { 'x-a': '1', 'x-b': '2' },
    };
    const { body: first } = await member.call<{ id: string }>('PUT', `${project}/llm-connections`, given);
    const changed = await change(first.id, {
      adapter: 'openai',
      customModels: ['m', 'm'],
      withDefaultModels: false,
      extraHeaders: { 'x-a': null, 'x-c': '3' },
      config: { useResponsesApi: true },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        id: first.id,
        provider: 'main',
        displaySecretKey: '...1234',
        customModels: ['m'],
        withDefaultModels: false,
        extraHeaderKeys: ['x-a', 'x-c'],
        config: { useResponsesApi: true },
      },
    });
    const open = () => made!.connections.open(projectId, 'main');
    expect(await open()).toMatchObject({ secretKey: 'sk-first-secret-1234', extraHeaders: { 'x-a': '1', 'x-c': '3' } });

    const elsewhere = { adapter: 'openai', baseURL: 'https://elsewhere.example' };
    expect(await change(first.id, elsewhere)).toMatchObject({ status: 400, field: 'secretKey' });
    expect(await change(first.id, { adapter: 'anthropic' })).toMatchObject({ status: 400, field: 'secretKey' });
    const secretKey = 'sk-second-secret-5678';
    expect(await change(first.id, { ...elsewhere, secretKey, extraHeaders: { 'x-a': null } })).toMatchObject({
      status: 400,
      field: 'extraHeaders.x-a',
    });
    expect(await change(first.id, { adapter: 'openai', extraHeaders: { 'x-z': null } })).toMatchObject({
      status: 400,
      field: 'extraHeaders.x-z',
    });
    expect(await open()).toMatchObject({ secretKey: 'sk-first-secret-1234', baseURL: null });
    expect((await change(first.id, { ...elsewhere, secretKey })).status).toBe(200);
    expect(await open()).toMatchObject({ secretKey, baseURL: 'https://elsewhere.example', extraHeaders: {} });
  });

  it('are refused as nonsense, to viewers, and where there is none', async () => {
    const { body: first } = await member.call<{ id: string }>('PUT', `${project}/llm-connections`, {
      provider: 'other',
      adapter: 'anthropic',
      secretKey: 'k',
    });
    expect(await change(first.id, { adapter: 'bedrock', secretKey: 'k' })).toMatchObject({ status: 400, field: 'config' });
    expect(await change(first.id, { adapter: 'anthropic', config: { a: 1 } })).toMatchObject({ status: 400, field: 'config' });
    expect(await change(first.id, { adapter: 'anthropic', baseURL: 'ftp://x' })).toMatchObject({ status: 400, field: 'baseURL' });
    expect((await change('none', { adapter: 'anthropic' })).status).toBe(404);
    const viewer = await server.signIn('viewer@example.com', 'correct horse');
    expect((await viewer.call('PATCH', `${project}/llm-connections/${first.id}`, { adapter: 'anthropic' })).status).toBe(403);
  });
});
