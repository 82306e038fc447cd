import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { langfuseRoutes } from '../contract/langfuse/routes.ts';
import { type Operation, ROLES } from '../contract/operation.ts';
import { type Answer, call } from './support/api.ts';
import { fillProject } from './support/fill-project.ts';
import { enter, type Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

/*
 * Organisations' keys, the administrator's routes and members with less rights, on a running server: every route that is published for
 * organisations with the key of another one, and every operation of our API as somebody who may only look, or not even that.
 */

const ADMIN = 'admin-key-of-this-walk';
/** In everything that the visited organisation holds, and in nothing else. */
const SECRET = 'only-the-visited-organisation-knows';
/** What was given to be kept encrypted. */
const KEPT = 'kept-and-never-shown-again';

type Key = { id: string; publicKey: string; secretKey: string };
const basic = ({ publicKey, secretKey }: Key) => `Basic ${btoa(`${publicKey}:${secretKey}`)}`;

let server: TestServer;
let owner: Person;
let victim: Record<string, string>;
let ownKey: string;
let foreignKey: string;
let secrets: string[];

const as = (authorization: string) => (method: string, path: string, body?: unknown) =>
  call<Record<string, unknown>>({ url: server.url, authorization }, method, path, body);

async function done<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`was answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

beforeAll(async () => {
  server = await startServer({ TELLTALE_ADMIN_API_KEY: ADMIN, TELLTALE_LOG_LEVEL: 'trace' });
  owner = await enter(server.url, server.email, server.password);
  const admin = as(`Bearer ${ADMIN}`);
  const keyOf = (organisationId: string, note: string) =>
    done(admin('POST', `/api/admin/organizations/${organisationId}/apiKeys`, { note })) as unknown as Promise<Key>;
  const key = await keyOf('e2e-org', SECRET);
  ownKey = basic(key);
  const elsewhere = (await done(admin('POST', '/api/admin/organizations', { name: 'Elsewhere' }))) as { id: string };
  foreignKey = basic(await keyOf(elsewhere.id, 'elsewhere'));
  const filled = await fillProject(server, owner, { secret: SECRET, content: KEPT });
  const user = { userName: `${SECRET}@example.com`, name: { formatted: SECRET } };
  const person = (await done(as(ownKey)('POST', '/api/public/scim/Users', user))) as { id: string };
  victim = {
    ...filled,
    userId: person.id,
    organizationId: filled.organisationId!,
    id: server.projectId,
    projectId: server.projectId,
  };
  await done(
    as(ownKey)('PUT', '/api/public/integrations/blob-storage', {
      projectId: server.projectId,
      type: 'S3',
      bucketName: SECRET,
      region: 'us-east-1',
      accessKeyId: 'a',
      secretAccessKey: KEPT,
      exportFrequency: 'daily',
      enabled: false,
      forcePathStyle: false,
      fileType: 'JSON',
      exportMode: 'FROM_TODAY',
    }),
  );
  secrets = [SECRET, server.email, server.publicKey, key.publicKey];
});
afterAll(() => server?.destroy());

const routes = langfuseRoutes
  .filter(({ auth }) => auth === 'organization')
  .map(({ method, path }) => ({ method: method as string, path: `/api/public${path}` }));
const administration = [
  ['GET', ''],
  ['POST', ''],
  ['GET', '/{organizationId}'],
  ['PUT', '/{organizationId}'],
  ['DELETE', '/{organizationId}'],
  ['POST', '/{organizationId}/invitations'],
  ['GET', '/{organizationId}/apiKeys'],
  ['POST', '/{organizationId}/apiKeys'],
  ['DELETE', '/{organizationId}/apiKeys/{apiKeyId}'],
].map(([method, path]) => ({ method: method!, path: `/api/admin/organizations${path}` }));

/** All that the visited organisation's key reads of its own things. */
async function inventory() {
  const paths = [
    '/organizations/projects',
    '/organizations/apiKeys',
    '/organizations/memberships',
    `/projects/${server.projectId}/apiKeys`,
    `/projects/${server.projectId}/memberships`,
    '/scim/Users',
    '/integrations/blob-storage',
  ];
  const read = await Promise.all(paths.map(async (path) => [path, await done(as(ownKey)('GET', `/api/public${path}`))] as const));
  // When a key was last used is no change of anybody's.
  return JSON.parse(JSON.stringify(Object.fromEntries(read)), (name, value) => (name === 'lastUsedAt' ? null : value));
}

const fill = (path: string, ids: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'x'));

/** Whatever a body could name to reach another organisation's things. */
const bodyOf = (ids: Record<string, string>) => ({
  ...ids,
  role: 'OWNER',
  roles: ['OWNER'],
  name: 'overtaken',
  note: 'overtaken',
  retention: 0,
  active: false,
  type: 'S3',
  bucketName: 'overtaken',
  region: 'us-east-1',
  accessKeyId: 'a',
  secretAccessKey: 'b',
  exportFrequency: 'daily',
  enabled: true,
  forcePathStyle: false,
  fileType: 'JSON',
  exportMode: 'FULL_HISTORY',
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
});

describe('an organisation', () => {
  it('is closed to the key of another one, on every route', async () => {
    expect(routes.length).toBeGreaterThan(25);
    const before = await inventory();
    const problems: string[] = [];
    for (const { method, path } of routes) {
      const visit = (authorization: string, ids: Record<string, string>) => {
        // Whoever knows the id of a person may make them a member, as the contract has it: here they know none.
        const body = { ...bodyOf(ids), userId: 'no-such-person' };
        return as(authorization)(method, fill(path, ids), method === 'GET' ? undefined : body);
      };
      const said = await visit(foreignKey, victim);
      const text = JSON.stringify(said.body);
      const told = secrets.filter((secret) => text.includes(secret));
      if (told.length > 0) problems.push(`${method} ${path} tells ${told}: ${text.slice(0, 200)}`);
      if (path.includes('{') && said.status < 400) problems.push(`${method} ${path} was answered ${said.status}`);
      const nowhere = Object.fromEntries(Object.keys(victim).map((name) => [name, `no-such-${name}`]));
      const elsewhere = await visit(foreignKey, nowhere);
      const isSame = elsewhere.status === said.status || !path.includes('{');
      if (!isSame) problems.push(`${method} ${path}: ${said.status}, but ${elsewhere.status} for what does not exist`);
    }
    expect(problems).toEqual([]);
    expect(await inventory()).toEqual(before);
  });

  it("is closed to everybody but the administrator on the administrator's routes", async () => {
    const before = await inventory();
    const visitors = ['', ownKey, foreignKey, server.authorization, `Bearer ${server.publicKey}`, `Bearer ${ADMIN}x`, 'Bearer '];
    for (const { method, path } of administration) {
      for (const authorization of visitors) {
        const said = await as(authorization)(method, fill(path, victim), method === 'GET' ? undefined : bodyOf(victim));
        expect([method, path, authorization, said.status]).toEqual([method, path, authorization, 401]);
        expect(JSON.stringify(said.body)).not.toContain(SECRET);
      }
    }
    expect(await inventory()).toEqual(before);
  });
});

/** All operations that are declared below contract/api and belong to a project or an organisation. */
async function scopedOperations(): Promise<Operation[]> {
  const folder = join(import.meta.dirname, '../contract/api');
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const modules = await Promise.all(names.map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>));
  const isOperation = (value: unknown): value is Operation =>
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;
  const all = modules.flatMap((module) => Object.values(module).filter(isOperation));
  return all.filter(({ path }) => /\{(projectId|organisationId)\}/.test(path));
}

describe('a member', () => {
  let operations: Operation[];
  const members = new Map<string, Person>();
  beforeAll(async () => {
    operations = await scopedOperations();
    for (const role of ['NONE', ...ROLES.slice(0, -1)]) {
      const email = `${role.toLowerCase()}@telltale.test`;
      const person = await enter(server.url, email, 'password-of-a-member', role);
      members.set(role, person);
      type Added = { invitation: { link: string } };
      const { invitation } = await done(owner.call<Added>('POST', '/api/v1/organisations/e2e-org/members', { email, role }));
      await done(person.call('POST', '/api/v1/invitations/accept', { token: invitation.link.split('#')[1] }));
    }
  });

  it('may do what the role allows and no more, on every operation', async () => {
    expect(operations.length).toBeGreaterThan(100);
    const before = await inventory();
    const problems: string[] = [];
    for (const [role, person] of members) {
      const rank = ROLES.indexOf(role as (typeof ROLES)[number]);
      for (const operation of operations) {
        const isAllowed = rank >= ROLES.indexOf(operation.role);
        if (isAllowed) continue;
        const { method, path } = operation;
        const ids = { ...victim, organisationId: 'e2e-org' };
        const sent = method === 'GET' || method === 'DELETE' ? undefined : {};
        const { status, body } = await person.call(method, `/api/v1${fill(path, ids)}`, sent);
        const expected = role === 'NONE' ? 404 : 403;
        if (status !== expected) problems.push(`${role}: ${method} ${path}: ${status} instead of ${expected}`);
        if (JSON.stringify(body).includes(SECRET)) problems.push(`${role}: ${method} ${path} tells what is there`);
      }
    }
    expect(problems).toEqual([]);
    expect(await inventory()).toEqual(before);
  });

  it('finds no secret in what the role shows', async () => {
    const admin = members.get('ADMIN')!;
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      if (operation.path.endsWith('/tail')) continue;
      const { body } = await admin.call('GET', `/api/v1${fill(operation.path, { ...victim, organisationId: 'e2e-org' })}`);
      const text = JSON.stringify(body);
      for (const secret of [server.secretKey, server.password, ADMIN, 'secretHash', 'passwordHash'])
        expect([operation.path, text.includes(secret)]).toEqual([operation.path, false]);
    }
  });
});

it('the log tells no secret, also when it tells everything else', () => {
  const told = server.output();
  for (const secret of [server.secretKey, server.password, ADMIN, KEPT, atob(ownKey.slice(6)).split(':')[1]!]) {
    const at = told.indexOf(secret);
    expect(at < 0 ? '' : told.slice(Math.max(0, at - 500), at + 100)).toBe('');
  }
});
