import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { basic, noInit, TEST_SECRET } from '../../../e2e/support/access-server.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../../e2e/support/postgres.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { type AccessOptions, createAccess } from './create-access.ts';
import { DEMO_PASSWORD } from './demo-login.ts';
import { findUser, hashed, hasPassword, setPassword } from './people.ts';

const log = createLogger('silent');
let folder: string;
let store: MetadataStore;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'telltale-first-'));
  store = await openMetadata({ dataDir: folder, log });
});
// An empty store for each test, without the seconds that making one takes.
beforeEach(async () => {
  for (const table of [tables.organisations, tables.users, tables.settings]) await store.db.delete(table);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Access as one start of the server makes it. */
const start = (config: Partial<AccessOptions['config']> = {}, secret = TEST_SECRET, metadata = store) =>
  createAccess({
    metadata,
    config: { host: '127.0.0.1', publicUrl: undefined, signUp: true, demo: true, init: noInit, ...config },
    secret,
    clearFacts: async () => {},
    clearDemo: async () => {},
    serverFacts: () => ({ version: '1.0.0', publicUrl: 'http://localhost', otlpGrpcPort: 0 }),
    log,
  });
const counts = async (db = store.db) => ({
  organisations: await db.$count(tables.organisations),
  projects: await db.$count(tables.projects),
  users: await db.$count(tables.users),
  memberships: await db.$count(tables.memberships),
  keys: await db.$count(tables.apiKeys),
});
const one = { organisations: 1, projects: 1, users: 1, memberships: 1, keys: 1 };
const none = { organisations: 0, projects: 0, users: 0, memberships: 0, keys: 0 };

describe('demo', () => {
  it('is made on an empty store, once, and its secret is told once', async () => {
    const access = start();
    const first = await access.ensureFirstRun();
    expect(first).toEqual({
      demoLogin: { email: 'demo@telltale.local', password: DEMO_PASSWORD },
      projectId: expect.any(String),
      publicKey: expect.stringMatching(/^pk-lf-/),
      secretKey: expect.stringMatching(/^sk-lf-/),
      demoProjectId: first.projectId,
    });
    expect(await access.authenticateKey(basic(first.publicKey!, first.secretKey!))).toMatchObject({
      projectId: first.projectId,
      scope: 'project',
    });
    const user = await findUser(store.db, 'demo@telltale.local');
    expect(await access.roleInProject(user!.id, first.projectId!)).toBe('OWNER');
    expect(await counts()).toEqual(one);

    const second = await start().ensureFirstRun();
    expect(second).toEqual({ ...first, publicKey: null, secretKey: null });
    expect(await counts()).toEqual(one);
    await access.drain();
  });

  it('is not made when switched off, nor where somebody has signed up', async () => {
    expect(await start({ demo: false }).ensureFirstRun()).toEqual({
      demoLogin: null,
      projectId: null,
      publicKey: null,
      secretKey: null,
      demoProjectId: null,
    });
    expect(await counts()).toEqual(none);
    await store.db.insert(tables.users).values({ id: 'u', email: 'a@example.com', name: 'A' });
    expect(await start().ensureFirstRun()).toMatchObject({ demoLogin: null, demoProjectId: null });
    expect(await counts()).toEqual({ ...none, users: 1 });
  });

  it('asks for no demo data once it was removed or is switched off', async () => {
    const first = await start().ensureFirstRun();
    expect((await start({ demo: false }).ensureFirstRun()).demoProjectId).toBeNull();
    await store.db.update(tables.projects).set({ demo: false }).where(eq(tables.projects.id, first.projectId!));
    expect((await start().ensureFirstRun()).demoProjectId).toBeNull();
  });

  it('has a random password where others can reach the server', async () => {
    const { demoLogin } = await start({ host: '0.0.0.0' }).ensureFirstRun();
    expect(demoLogin?.password).toMatch(/^[\w-]{16}$/);
    const user = await findUser(store.db, 'demo@telltale.local');
    expect(await hasPassword(store.db, user!.id, demoLogin!.password)).toBe(true);
    expect(await hasPassword(store.db, user!.id, DEMO_PASSWORD)).toBe(false);
    // The next start cannot know it any more.
    expect((await start({ host: '0.0.0.0' }).ensureFirstRun()).demoLogin).toBeNull();
  });

  it.each([{ host: '0.0.0.0' }, { publicUrl: 'https://telltale.example' }])(
    'loses the known password, and its sessions, when the server is opened to others by %j',
    async (opened) => {
      await start().ensureFirstRun();
      const user = await findUser(store.db, 'demo@telltale.local');
      const session = { id: 's', userId: user!.id, token: 't', expiresAt: new Date('2100-01-01') };
      await store.db.insert(tables.sessions).values(session);
      const { demoLogin } = await start(opened).ensureFirstRun();
      expect(demoLogin?.password).not.toBe(DEMO_PASSWORD);
      expect(await hasPassword(store.db, user!.id, DEMO_PASSWORD)).toBe(false);
      expect(await hasPassword(store.db, user!.id, demoLogin!.password)).toBe(true);
      expect(await store.db.$count(tables.sessions)).toBe(0);
    },
  );

  it('shows its login on the sign-in page while that works, and only locally', async () => {
    const shown = async (access: ReturnType<typeof start>) => {
      const options = access.operations.find(({ operation }) => operation.id === 'getSignInOptions')!;
      return ((await options.handle({} as never, {} as never)) as { demo: unknown }).demo;
    };
    const local = start();
    await local.ensureFirstRun();
    expect(await shown(local)).toEqual({ email: 'demo@telltale.local', password: DEMO_PASSWORD });
    expect(await shown(start({ host: '0.0.0.0' }))).toBeNull();
    const user = await findUser(store.db, 'demo@telltale.local');
    await setPassword(store.db, user!.id, await hashed('something else'));
    const restarted = start();
    expect((await restarted.ensureFirstRun()).demoLogin).toBeNull();
    expect(await shown(restarted)).toBeNull();
  });
});

describe('headless set-up', () => {
  const init: AccessOptions['config']['init'] = {
    orgId: 'my-org',
    orgName: 'My Org',
    projectId: 'my-project',
    projectName: 'My Project',
    projectPublicKey: 'lf_pk_1234567890',
    projectSecretKey: 'lf_sk_1234567890',
    userEmail: 'User@Example.com',
    userName: 'John Doe',
    userPassword: 'headless-password',
  };
  const authorization = basic('lf_pk_1234567890', 'lf_sk_1234567890');

  it('makes exactly what was asked for, ids and keys verbatim, and changes nothing at the next start', async () => {
    const access = start({ init });
    const expected = { demoLogin: null, projectId: 'my-project', publicKey: null, secretKey: null, demoProjectId: null };
    expect(await access.ensureFirstRun()).toEqual(expected);
    expect(await access.findProject('my-project')).toMatchObject({
      name: 'My Project',
      organisation: { id: 'my-org', name: 'My Org' },
    });
    expect(await access.authenticateKey(authorization)).toMatchObject({ publicKey: 'lf_pk_1234567890', projectId: 'my-project' });
    const user = await findUser(store.db, 'user@example.com');
    expect(user?.name).toBe('John Doe');
    expect(await hasPassword(store.db, user!.id, 'headless-password')).toBe(true);
    expect(await access.roleInOrganisation(user!.id, 'my-org')).toBe('OWNER');
    expect(await counts()).toEqual(one);
    await access.drain();

    await store.db.update(tables.projects).set({ name: 'Renamed by a person' });
    expect(await start({ init: { ...init, userPassword: 'another-password' } }).ensureFirstRun()).toEqual(expected);
    expect(await counts()).toEqual(one);
    expect((await access.findProject('my-project'))?.name).toBe('Renamed by a person');
    expect(await hasPassword(store.db, user!.id, 'headless-password')).toBe(true);
  });

  it('finds its things again when no ids were given', async () => {
    const partial = { ...noInit, projectPublicKey: 'pk-a', projectSecretKey: 'sk-a-long-enough' };
    const first = await start({ init: partial }).ensureFirstRun();
    const second = await start({ init: partial }).ensureFirstRun();
    expect(second.projectId).toBe(first.projectId);
    expect(await counts()).toEqual({ organisations: 1, projects: 1, users: 0, memberships: 0, keys: 1 });
  });

  it('follows a new secret of the same public key', async () => {
    const access = start({ init });
    await access.ensureFirstRun();
    const rotated = start({ init: { ...init, projectSecretKey: 'lf_sk_rotated_0000' } });
    await rotated.ensureFirstRun();
    await expect(rotated.authenticateKey(authorization)).rejects.toMatchObject({ status: 401 });
    expect(await rotated.authenticateKey(basic('lf_pk_1234567890', 'lf_sk_rotated_0000'))).toMatchObject({
      projectId: 'my-project',
    });
    await rotated.drain();
  });

  it('leaves a revoked key revoked', async () => {
    const access = start({ init });
    await access.ensureFirstRun();
    const [key] = await store.db.select().from(tables.apiKeys);
    await store.db.update(tables.apiKeys).set({ revokedAt: new Date() }).where(eq(tables.apiKeys.id, key!.id));
    const again = start({ init });
    await again.ensureFirstRun();
    await expect(again.authenticateKey(authorization)).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    ['a public key without a secret', { projectSecretKey: undefined }, /PROJECT_PUBLIC_KEY and .*SECRET_KEY are given together/],
    ['an e-mail without a password', { userPassword: undefined }, /USER_EMAIL and .*USER_PASSWORD are given together/],
    ['a project of another organisation', { orgId: 'other' }, /my-project: this project belongs to another organisation/],
    ['a public key of another project', { projectId: 'other' }, /lf_pk_1234567890 belongs to another project/],
    ['a secret of another key', { projectPublicKey: 'lf_pk_other' }, /is the secret of another API key/],
  ])('refuses %s, and changes nothing', async (_, change, message) => {
    await start({ init }).ensureFirstRun();
    const before = await counts();
    await expect(start({ init: { ...init, ...change } }).ensureFirstRun()).rejects.toThrow(message);
    expect(await counts()).toEqual(before);
  });
});

it('refuses another secret than the one that the stored hashes were made with', async () => {
  await start().ensureFirstRun();
  await expect(start({}, 'another secret, just as long as it must be').ensureFirstRun()).rejects.toThrow(
    /TELLTALE_SECRET.*Restore it/,
  );
});

const bin = findPostgres();
describe.skipIf(!bin)('several processes on one PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin!);
  });
  afterAll(() => server?.stop());

  it('start at once and make one demo', async () => {
    const open = () => openMetadata({ dataDir: folder, databaseUrl: server.url, log });
    const stores = await Promise.all([open(), open(), open()]);
    const results = await Promise.all(stores.map((metadata) => start({}, TEST_SECRET, metadata).ensureFirstRun()));
    expect(results.filter((result) => result.secretKey !== null)).toHaveLength(1);
    expect(new Set(results.map((result) => result.projectId)).size).toBe(1);
    expect(await counts(stores[0]!.db)).toEqual(one);
    await Promise.all(stores.map((metadata) => metadata.close()));
  });
});
