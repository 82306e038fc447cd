import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CallWith,
  type OrganisationServer,
  type Place,
  startOrganisationServer,
} from '../../../e2e/support/organisation-server.ts';

let here: OrganisationServer;
let place: Place;
let other: Place;
let own: CallWith;

beforeAll(async () => {
  here = await startOrganisationServer();
  [place, other] = [await here.place('Acme'), await here.place('Other')];
  own = place.own;
});
afterAll(() => here.server.stop());

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const errorOf = (status: number, detail: RegExp) => ({
  status,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: expect.stringMatching(detail), status },
});
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const user = (id: string, userName: string, name: string) => ({
  schemas: [USER],
  id,
  userName,
  name: { formatted: name },
  emails: [{ primary: true, value: userName, type: 'work' }],
  meta: { resourceType: 'User', created: timestamp, lastModified: timestamp },
});

let made = 0;
const newAddress = () => `person-${++made}@example.com`;
async function provision(more: Record<string, unknown> = {}, call = own): Promise<{ id: string; userName: string }> {
  const { status, body } = await call('POST', '/scim/Users', { userName: newAddress(), name: { formatted: 'P' }, ...more });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}
const roleOf = async (id: string, call = own): Promise<string | undefined> =>
  (await call('GET', '/organizations/memberships')).body.memberships.find((one: { userId: string }) => one.userId === id)?.role;
const patch = (id: string, active: unknown) =>
  own('PATCH', `/scim/Users/${id}`, { Operations: [{ op: 'replace', value: { active } }] });

it('says what it can do', async () => {
  const config = await own('GET', '/scim/ServiceProviderConfig');
  expect(config).toMatchObject({ status: 200, body: { patch: { supported: true }, bulk: { supported: false } } });
  const types = await own('GET', '/scim/ResourceTypes');
  expect(types.body).toMatchObject({ totalResults: 1, Resources: [{ id: 'User', schema: USER }] });
  const schemas = await own('GET', '/scim/Schemas');
  expect(schemas.body).toMatchObject({ totalResults: 1, Resources: [{ id: USER, name: 'User' }] });
  const names = schemas.body.Resources[0].attributes.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['userName', 'name', 'emails', 'active', 'roles']);
});

describe('users', () => {
  it('are made with an account, as members with NONE, and read by id', async () => {
    const userName = newAddress();
    const given = { userName, name: { formatted: 'Ada L.' }, emails: [], password: 'is not looked at', active: true };
    const answer = await own('POST', '/scim/Users', given, { 'content-type': 'application/scim+json' });
    expect(answer).toEqual({ status: 201, body: user(answer.body.id, userName, 'Ada L.') });
    expect(await own('GET', `/scim/Users/${answer.body.id}`)).toEqual({ status: 200, body: answer.body });
    expect(await roleOf(answer.body.id)).toBe('NONE');
    await expect(here.server.signIn(userName, 'is not looked at')).rejects.toThrow('401');
  });

  it('have the first of their roles, and a name from where there is one', async () => {
    const admin = await provision({ roles: ['ADMIN', 'OWNER'] });
    expect(await roleOf(admin.id)).toBe('ADMIN');
    expect(await roleOf((await provision({ roles: [{ value: 'VIEWER' }] })).id)).toBe('VIEWER');
    expect(await provision({ name: null, displayName: 'Shown' })).toMatchObject({ name: { formatted: 'Shown' } });
    expect(await provision({ name: {}, userName: 'Mixed.Case@Example.com' })).toMatchObject({
      userName: 'mixed.case@example.com',
      name: { formatted: 'Mixed.Case' },
    });
  });

  it('whose account another organisation made look like new ones, and tell nothing of it; who is there is a conflict', async () => {
    const elsewhere = await provision({ name: { formatted: 'Known' } }, other.own);
    const made = await own('POST', '/scim/Users', { userName: elsewhere.userName.toUpperCase(), name: { formatted: 'New' } });
    expect(made).toEqual({ status: 201, body: user(made.body.id, elsewhere.userName, 'New') });
    expect(made.body.id).not.toBe(elsewhere.id);
    expect(await own('GET', `/scim/Users/${made.body.id}`)).toEqual({ status: 200, body: made.body });
    expect(await own('GET', `/scim/Users/${elsewhere.id}`)).toEqual(errorOf(404, /^User not found/));
    const again = await own('POST', '/scim/Users', { userName: elsewhere.userName });
    expect(again).toEqual(errorOf(409, /already/));
  });

  it('sign in once an administrator of theirs gave them a first password, which no other organisation can', async () => {
    const boss = await here.server.signUp('boss@example.com');
    const bossId = (await boss.call<{ user: { id: string } }>('GET', '/api/v1/me')).body.user.id;
    const invitations = `/api/admin/organizations/${place.organisationId}/invitations`;
    const { link } = (await here.admin('POST', invitations, { email: 'boss@example.com', role: 'ADMIN' })).body;
    expect((await boss.call('POST', '/api/v1/invitations/accept', { token: link.split('#')[1] })).status).toBe(200);
    const members = `/api/v1/organisations/${place.organisationId}/members`;
    const give = (id: string) => boss.call<{ oneTimePassword: string }>('POST', `${members}/${id}/first-password`, {});
    const { id, userName } = await provision({ roles: ['VIEWER'] });
    const has = async () =>
      (await boss.call<{ data: { userId: string; hasPassword: boolean }[] }>('GET', members)).body.data.find(
        (one) => one.userId === id,
      )?.hasPassword;
    expect(await has()).toBe(false);
    // Another organisation that has the address too holds nothing but an invitation, and does not get in the way.
    await other.own('POST', '/scim/Users', { userName });
    expect(await roleOf(id, other.own)).toBeUndefined();
    const given = await give(id);
    expect(given.status).toBe(200);
    const person = await here.server.signInFirst(userName, given.body.oneTimePassword);
    expect((await person.call('GET', members)).status).toBe(200);
    expect(await has()).toBe(true);
    expect((await give(id)).status).toBe(409);
    expect((await give(bossId)).status).toBe(409);
    expect((await give('nobody')).status).toBe(404);
    expect((await give((await provision({ roles: ['OWNER'] })).id)).status).toBe(403);
    expect((await person.call('POST', `${members}/${id}/first-password`, {})).status).toBe(403);
  });

  it('that are not active have an account and no membership', async () => {
    const { id } = await provision({ active: false });
    expect(await own('GET', `/scim/Users/${id}`)).toEqual(errorOf(404, /^User not found/));
    expect((await patch(id, true)).status).toBe(200);
    expect(await roleOf(id)).toBe('NONE');
  });

  it('are refused with what is wrong', async () => {
    const wrong: [unknown, RegExp][] = [
      [{ name: { formatted: 'x' } }, /^userName is required$/],
      [{ userName: '' }, /^userName is required$/],
      [{ userName: 'no address' }, /^userName must be an e-mail address$/],
      [{ userName: newAddress(), roles: ['KING'] }, /roles/],
      [{ userName: newAddress(), active: 'yes' }, /active/],
      [{ userName: newAddress(), name: { formatted: 'nul \0' } }, /name\.formatted/],
    ];
    for (const [body, detail] of wrong) expect(await own('POST', '/scim/Users', body)).toEqual(errorOf(400, detail));
    expect(await own('POST', '/scim/Users', '{"broken')).toEqual(errorOf(400, /./));
    expect((await own('POST', '/scim/Users')).status).toBe(400);
  });
});

describe('lists', () => {
  it('page from startIndex, count at a time, and tell the total', async () => {
    const listed = await here.place('Listed');
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push((await provision({}, listed.own)).id);
    const list = async (query: string) => {
      const { status, body } = await listed.own('GET', `/scim/Users${query}`);
      expect(status).toBe(200);
      const { Resources, ...rest } = body;
      return [Resources.map(({ id }: { id: string }) => id).sort(), rest.totalResults, rest.startIndex, rest.itemsPerPage];
    };
    expect(await list('')).toEqual([[...ids].sort(), 5, 1, 5]);
    const pages = await Promise.all(['?startIndex=1&count=2', '?startIndex=3&count=2', '?startIndex=5&count=2'].map(list));
    expect(pages.map((page) => page.slice(1))).toEqual([
      [5, 1, 2],
      [5, 3, 2],
      [5, 5, 1],
    ]);
    expect(pages.flatMap(([page]) => page as string[]).sort()).toEqual([...ids].sort());
    expect(await list('?count=0')).toEqual([[], 5, 1, 0]);
    expect(await list('?startIndex=0&count=-1')).toEqual([[], 5, 1, 0]);
    expect(await list('?startIndex=99')).toEqual([[], 5, 99, 0]);
    expect(await listed.own('GET', '/scim/Users?count=many')).toEqual(errorOf(400, /^count must be a whole number$/));
    expect(await listed.own('GET', '/scim/Users?count=1&count=2')).toEqual(errorOf(400, /^count may be given once$/));
  });

  it('are filtered by userName, whatever its case, and by nothing else', async () => {
    const { id, userName } = await provision();
    const find = (filter: string, call = own) => call('GET', `/scim/Users?filter=${encodeURIComponent(filter)}`);
    for (const filter of [`userName eq "${userName}"`, `username EQ "${userName.toUpperCase()}"`]) {
      expect((await find(filter)).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    }
    for (const [filter, call] of [
      ['userName eq "nobody@example.com"', own],
      [`userName eq "${userName}"`, other.own],
    ] as const) {
      expect(await find(filter, call)).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
    }
    for (const filter of [
      'userName co "x"',
      'emails eq "x"',
      'userName eq x',
      'userName eq "a" or userName eq "b"',
      'userName eq "\\x"',
    ]) {
      expect(await find(filter)).toEqual(errorOf(400, /^filter: only userName eq/));
    }
  });
});

describe('deprovisioning', () => {
  it('by PATCH ends the membership, and active gives it back without its role', async () => {
    const { id, userName } = await provision({ roles: ['MEMBER'] });
    expect(await patch(id, false)).toEqual({ status: 200, body: user(id, userName, 'P') });
    expect(await own('GET', `/scim/Users/${id}`)).toEqual(errorOf(404, /^User not found/));
    expect(await patch(id, false)).toEqual({ status: 204, body: null });
    expect(await patch(id, true)).toEqual({ status: 200, body: user(id, userName, 'P') });
    expect(await roleOf(id)).toBe('NONE');
    const spelled = { Operations: [{ op: 'Replace', path: 'active', value: false }] };
    expect((await own('PATCH', `/scim/Users/${id}`, spelled)).status).toBe(200);
    expect(await roleOf(id)).toBeUndefined();
  });

  it('takes nothing but active by PATCH', async () => {
    const { id } = await provision();
    const wrong = [
      { Operations: [{ op: 'add', value: { active: true } }] },
      { Operations: [{ op: 'replace', value: { displayName: 'x' } }] },
      { Operations: [{ op: 'replace', value: { active: true, displayName: 'x' } }] },
      { Operations: [{ op: 'replace', value: { active: 'no' } }] },
      { Operations: [] },
      {},
    ];
    for (const body of wrong) expect(await own('PATCH', `/scim/Users/${id}`, body)).toEqual(errorOf(400, /Operations/));
    expect(await roleOf(id)).toBe('NONE');
  });

  it('by PUT, which gives roles too', async () => {
    const { id, userName } = await provision({ roles: ['VIEWER'] });
    const put = (body: object) => own('PUT', `/scim/Users/${id}`, { schemas: [USER], ...body });
    expect(await put({ userName, active: true })).toEqual({ status: 200, body: user(id, userName, 'P') });
    expect(await roleOf(id)).toBe('VIEWER');
    await put({ active: true, roles: ['ADMIN'] });
    expect(await roleOf(id)).toBe('ADMIN');
    await put({ active: false, roles: ['OWNER'] });
    expect(await roleOf(id)).toBeUndefined();
    await put({ active: true, roles: ['MEMBER'] });
    expect(await roleOf(id)).toBe('MEMBER');
    expect(await put({ roles: ['KING'] })).toEqual(errorOf(400, /roles/));
    expect(await own('PUT', `/scim/Users/${id}`, { active: true })).toEqual(errorOf(400, /schemas/));
    expect(await put({ schemas: ['urn:other'], active: true })).toEqual(errorOf(400, /schemas/));
    expect(await own('PUT', '/scim/Users/nobody', { schemas: [USER], active: true })).toEqual(errorOf(404, /^User not found/));
  });

  it('by DELETE; the account stays', async () => {
    const { id, userName } = await provision();
    expect(await own('DELETE', `/scim/Users/${id}`)).toEqual({ status: 200, body: {} });
    // Once more, by whatever way: there is nothing to end, and that is no mistake.
    expect(await own('DELETE', `/scim/Users/${id}`)).toEqual({ status: 204, body: null });
    expect(await patch(id, false)).toEqual({ status: 204, body: null });
    expect(await own('PUT', `/scim/Users/${id}`, { schemas: [USER], active: false })).toEqual({ status: 204, body: null });
    expect(await own('DELETE', '/scim/Users/nobody')).toEqual(errorOf(404, /^User not found/));
    expect(await own('POST', '/scim/Users', { userName })).toMatchObject({ status: 201, body: { id } });
  });

  it('never takes the last OWNER, however it is asked', async () => {
    const owned = await here.place('Owned');
    const { id } = await provision({ roles: ['OWNER'] }, owned.own);
    const last = errorOf(403, /last OWNER/);
    expect(await owned.own('DELETE', `/scim/Users/${id}`)).toEqual(last);
    const inactive = { Operations: [{ op: 'replace', value: { active: false } }] };
    expect(await owned.own('PATCH', `/scim/Users/${id}`, inactive)).toEqual(last);
    expect(await owned.own('PUT', `/scim/Users/${id}`, { schemas: [USER], active: false })).toEqual(last);
    expect(await owned.own('PUT', `/scim/Users/${id}`, { schemas: [USER], roles: ['MEMBER'] })).toEqual(last);
    expect(await roleOf(id, owned.own)).toBe('OWNER');
    await provision({ roles: ['OWNER'] }, owned.own);
    expect((await owned.own('DELETE', `/scim/Users/${id}`)).status).toBe(200);
  });
});

it("lets an organisation in only, and never to another's users", async () => {
  const { id } = await provision({ name: { formatted: 'only-acme-knows' } });
  const project = (await own('POST', '/projects', { name: 'Plain', retention: 0 })).body.id;
  const key = (await own('POST', `/projects/${project}/apiKeys`, {})).body;
  const one: [string, string, unknown?][] = [
    ['GET', `/scim/Users/${id}`],
    ['PUT', `/scim/Users/${id}`, { schemas: [USER], active: false }],
    ['PATCH', `/scim/Users/${id}`, { Operations: [{ op: 'replace', value: { active: false } }] }],
    ['DELETE', `/scim/Users/${id}`],
  ];
  const all: [string, string, unknown?][] = [
    ['GET', '/scim/ServiceProviderConfig'],
    ['GET', '/scim/ResourceTypes'],
    ['GET', '/scim/Schemas'],
    ['GET', '/scim/Users'],
    ['POST', '/scim/Users', { userName: newAddress() }],
    ...one,
  ];
  for (const [who, call, status, detail] of here.strangers(key)) {
    for (const [method, path, body] of all) {
      expect({ who, method, path, ...(await call(method, path, body)) }).toMatchObject(errorOf(status, detail));
    }
  }
  for (const [method, path, body] of one) {
    // As for an id that nobody has: whether there is an account is not told.
    expect(await other.own(method, path, body)).toEqual(errorOf(404, /^User not found/));
  }
  expect(JSON.stringify((await other.own('GET', '/scim/Users')).body)).not.toContain('only-acme-knows');
  expect(await roleOf(id)).toBe('NONE');
});

it('answers other methods and paths in its own words', async () => {
  for (const [method, path] of [
    ['POST', '/scim/Schemas'],
    ['PUT', '/scim/Users'],
    ['POST', '/scim/Users/x'],
  ] as const) {
    const answer = await fetch(`${here.server.url}/api/public${path}`, { method });
    const body = (await answer.json()) as { detail: string };
    expect([answer.status, body.detail]).toEqual([405, 'Method not allowed']);
  }
  const answer = await fetch(`${here.server.url}/api/public/scim/Groups`);
  const body = (await answer.json()) as { schemas: string[] };
  expect([answer.status, body.schemas]).toEqual([404, ['urn:ietf:params:scim:api:messages:2.0:Error']]);
});
