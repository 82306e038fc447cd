import { afterAll, beforeAll, expect, it } from 'vitest';
import { basic } from '../../../e2e/support/access-server.ts';
import {
  ADMIN_KEY,
  type CallWith,
  type OrganisationServer,
  startOrganisationServer,
} from '../../../e2e/support/organisation-server.ts';

let here: OrganisationServer;
let admin: CallWith;
let gate: Promise<void> = Promise.resolve();
beforeAll(async () => {
  here = await startOrganisationServer({ clearFacts: () => gate });
  admin = here.admin;
});
afterAll(() => here.server.stop());

const BASE = '/api/admin/organizations';
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const failed = (status: number, sentence: RegExp) => ({
  status,
  body: { message: expect.stringMatching(sentence), error: expect.stringMatching(sentence) },
});
const create = async (name: string): Promise<string> => (await admin('POST', BASE, { name })).body.id;

it('makes, shows, changes and deletes organisations', async () => {
  const made = await admin('POST', BASE, { name: ' Acme ', metadata: { plan: 'gold', deep: { a: [1] } } });
  const organisation = {
    id: expect.any(String),
    name: 'Acme',
    createdAt: timestamp,
    metadata: { plan: 'gold', deep: { a: [1] } },
    projects: [],
  };
  expect(made).toEqual({ status: 201, body: organisation });
  const { id } = made.body;
  expect(await admin('GET', `${BASE}/${id}`)).toEqual({ status: 200, body: made.body });
  expect((await admin('GET', BASE)).body.organizations).toContainEqual(made.body);
  const changed = await admin('PUT', `${BASE}/${id}`, { name: 'Acme 2' });
  expect(changed).toEqual({ status: 200, body: { ...made.body, name: 'Acme 2' } });
  expect((await admin('PUT', `${BASE}/${id}`, { name: 'Acme 2', metadata: {} })).body.metadata).toEqual({});
  expect(await admin('DELETE', `${BASE}/${id}`)).toEqual({ status: 200, body: { success: true } });
  expect(await admin('GET', `${BASE}/${id}`)).toEqual(failed(404, /^Organization not found$/));
  expect(await admin('DELETE', `${BASE}/${id}`)).toEqual(failed(404, /^Organization not found$/));
  expect((await admin('GET', BASE)).body.organizations.map((one: { id: string }) => one.id)).not.toContain(id);
});

it('makes keys of organisations, which work at once and until they are revoked', async () => {
  const id = await create('Keys');
  const made = await admin('POST', `${BASE}/${id}/apiKeys`, { note: 'bootstrap' });
  expect(made).toEqual({
    status: 201,
    body: {
      id: expect.any(String),
      createdAt: timestamp,
      expiresAt: null,
      publicKey: expect.stringMatching(/^pk-lf-/),
      secretKey: expect.stringMatching(/^sk-lf-/),
      displaySecretKey: `sk-lf-…${made.body.secretKey.slice(-4)}`,
      name: 'bootstrap',
      note: 'bootstrap',
    },
  });
  const { secretKey, ...rest } = made.body;
  const own = here.as(basic(made.body.publicKey, secretKey));
  expect(await own('POST', '/projects', { name: 'Plain', retention: 0 })).toMatchObject({
    status: 201,
    body: { organization: { id, name: 'Keys' } },
  });
  expect((await admin('GET', `${BASE}/${id}`)).body.projects).toMatchObject([
    { name: 'Plain', metadata: {}, createdAt: timestamp },
  ]);
  const list = await admin('GET', `${BASE}/${id}/apiKeys`);
  expect(list).toMatchObject({ status: 200, body: { apiKeys: [{ ...rest, expiresAt: null }] } });
  expect(JSON.stringify(list)).not.toContain(secretKey);
  expect(await admin('DELETE', `${BASE}/${id}/apiKeys/${rest.id}`)).toEqual({ status: 200, body: { success: true } });
  expect((await own('GET', '/organizations/projects')).status).toBe(401);
  expect(await admin('DELETE', `${BASE}/${id}/apiKeys/${rest.id}`)).toEqual(failed(404, /^API key not found$/));
});

it('takes chosen keys once, and no body at all', async () => {
  const id = await create('Chosen');
  const pair = { publicKey: 'pk-lf-org-chosen', secretKey: 'sk-lf-org-chosen-1234' };
  expect(await admin('POST', `${BASE}/${id}/apiKeys`, pair)).toMatchObject({ status: 201, body: { ...pair, note: null } });
  expect(await admin('POST', `${BASE}/${id}/apiKeys`, pair)).toEqual(failed(409, /already exists/));
  const bodiless = await admin('POST', `${BASE}/${id}/apiKeys`, undefined, { 'content-type': 'application/json' });
  expect(bodiless.status).toBe(201);
  const half = await admin('POST', `${BASE}/${id}/apiKeys`, { publicKey: 'pk-lf-half' });
  expect(half).toMatchObject({ status: 400, body: { issues: [{ path: ['secretKey'] }] } });
});

it('keeps an organisation that has projects, and finishes those that are being deleted', async () => {
  const { organisationId: id, own } = await here.place('Busy');
  const project = (await own('POST', '/projects', { name: 'Plain', retention: 0 })).body.id;
  expect(await admin('DELETE', `${BASE}/${id}`)).toEqual(failed(400, /^Cannot delete organization with existing projects/));
  const clearing = Promise.withResolvers<void>();
  gate = clearing.promise;
  expect((await own('DELETE', `/projects/${project}`)).status).toBe(202);
  const deleting = admin('DELETE', `${BASE}/${id}`);
  const first = await Promise.race([deleting, here.admin('GET', `${BASE}/${id}`)]);
  // It waits for the facts of the project: until then the organisation is there.
  expect(first).toMatchObject({ status: 200, body: { id } });
  clearing.resolve();
  expect(await deleting).toEqual({ status: 200, body: { success: true } });
  expect(here.server.cleared).toContain(project);
  expect((await own('GET', '/organizations/projects')).status).toBe(401);
});

it('refuses nonsense, with its issues', async () => {
  const id = await create('Nonsense');
  for (const [body, path] of [
    [{}, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 'x'.repeat(101) }, ['name']],
    [{ name: 'x', metadata: 'text' }, ['metadata']],
    [{ name: 'nul\0' }, ['name']],
  ] as const) {
    for (const [method, route] of [
      ['POST', BASE],
      ['PUT', `${BASE}/${id}`],
    ] as const) {
      expect(await admin(method, route, body)).toMatchObject({
        status: 400,
        body: { error: 'Invalid request body or path', issues: [{ path }] },
      });
    }
  }
  expect((await admin('POST', BASE, '{"broken')).status).toBe(400);
  expect((await admin('GET', `${BASE}/%00`)).status).toBe(400);
  expect((await admin('PUT', `${BASE}/nobody`, { name: 'x' })).status).toBe(404);
  for (const [method, route] of [
    ['GET', `${BASE}/nobody/apiKeys`],
    ['POST', `${BASE}/nobody/apiKeys`],
    ['DELETE', `${BASE}/nobody/apiKeys/x`],
  ] as const) {
    expect(await admin(method, route)).toEqual(failed(404, /^Organization not found$/));
  }
  expect(await admin('PATCH', BASE)).toEqual(failed(405, /^Method Not Allowed$/));
  expect(await admin('POST', `${BASE}/${id}`)).toEqual(failed(405, /^Method Not Allowed$/));
  expect((await admin('GET', '/api/admin/elsewhere')).status).toBe(404);
});

it('lets nobody in but the administrator', async () => {
  const { organisationId: id, own, ownKeyId } = await here.place('Guarded');
  const project = (await own('POST', '/projects', { name: 'Plain', retention: 0 })).body.id;
  const key = (await own('POST', `/projects/${project}/apiKeys`, {})).body;
  const routes: [string, string, unknown?][] = [
    ['GET', BASE],
    ['POST', BASE, { name: 'Intruder' }],
    ['GET', `${BASE}/${id}`],
    ['PUT', `${BASE}/${id}`, { name: 'Stolen' }],
    ['DELETE', `${BASE}/${id}`],
    ['GET', `${BASE}/${id}/apiKeys`],
    ['POST', `${BASE}/${id}/apiKeys`, {}],
    ['DELETE', `${BASE}/${id}/apiKeys/${ownKeyId}`],
    ['GET', '/api/admin/elsewhere'],
  ];
  const callers = [
    here.as(undefined),
    here.as('Bearer'),
    here.as(`Bearer ${ADMIN_KEY}x`),
    here.as(`Bearer ${ADMIN_KEY.slice(0, -1)}`),
    here.as(`Basic ${btoa(`${ADMIN_KEY}:`)}`),
    here.as(basic(key.publicKey, key.secretKey)),
    here.as(`Bearer ${key.publicKey}`),
    own,
  ];
  for (const call of callers) {
    for (const [method, route, body] of routes) expect(await call(method, route, body)).toEqual(failed(401, /^Unauthorized/));
  }
  const owner = await here.server.signUp('somebody@example.com');
  expect((await owner.call('GET', BASE)).status).toBe(401);
  expect((await admin('GET', `${BASE}/${id}`)).body.name).toBe('Guarded');
});

it('is closed to everybody where no admin key is set', async () => {
  const closed = await startOrganisationServer({ adminApiKey: null });
  expect((await closed.as(undefined)('GET', BASE)).status).toBe(401);
  expect(await closed.as('Bearer undefined')('GET', BASE)).toMatchObject({
    status: 500,
    body: { error: expect.stringContaining('TELLTALE_ADMIN_API_KEY') },
  });
  await closed.server.stop();
});
