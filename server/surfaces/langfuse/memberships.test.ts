import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from '../../../e2e/support/access-server.ts';
import {
  type CallWith,
  type OrganisationServer,
  type Place,
  startOrganisationServer,
} from '../../../e2e/support/organisation-server.ts';
import { tables } from '../../store/metadata/index.ts';

let here: OrganisationServer;
let place: Place;
let other: Place;
let own: CallWith;
let project: string;
const people: Record<string, { id: string; browser: Browser }> = {};

beforeAll(async () => {
  here = await startOrganisationServer();
  [place, other] = [await here.place('Acme'), await here.place('Other')];
  own = place.own;
  project = (await own('POST', '/projects', { name: 'Shop', retention: 0 })).body.id;
  for (const name of ['anna', 'otto', 'mia']) {
    const browser = await here.server.signUp(`${name}@example.com`);
    const me = await browser.call<{ user: { id: string } }>('GET', '/api/v1/me');
    people[name] = { id: me.body.user.id, browser };
    // As if Acme had made their accounts: anybody else is invited (invitations.test.ts).
    const made = { homeOrganisationId: place.organisationId };
    await here.server.store.db.update(tables.users).set(made).where(eq(tables.users.id, me.body.user.id));
  }
});
afterAll(() => here.server.stop());

const shown = (name: string, role: string) => ({ userId: people[name]!.id, role, email: `${name}@example.com`, name });
const give = (name: string, role: string) => own('PUT', '/organizations/memberships', { userId: people[name]!.id, role });
const giveInProject = (name: string, role: string) =>
  own('PUT', `/projects/${project}/memberships`, { userId: people[name]!.id, role });
const drop = (name: string) => own('DELETE', '/organizations/memberships', { userId: people[name]!.id });
/** Status of opening the project's and the organisation's members in the app, as that person. */
const opens = async (name: string) => {
  const { browser } = people[name]!;
  const inProject = await browser.call('GET', `/api/v1/projects/${project}/api-keys`);
  const inOrganisation = await browser.call('GET', `/api/v1/organisations/${place.organisationId}/members`);
  return [inProject.status, inOrganisation.status];
};
const organisationsOf = async (name: string) => {
  const me = await people[name]!.browser.call<{ organisations: unknown[] }>('GET', '/api/v1/me');
  return me.body.organisations;
};

it('makes members of people, changes their roles, and removes them', async () => {
  expect(await own('GET', '/organizations/memberships')).toEqual({ status: 200, body: { memberships: [] } });
  expect(await opens('anna')).toEqual([404, 404]);
  expect(await give('anna', 'OWNER')).toEqual({ status: 200, body: shown('anna', 'OWNER') });
  expect(await give('otto', 'VIEWER')).toEqual({ status: 200, body: shown('otto', 'VIEWER') });
  expect(await opens('otto')).toEqual([403, 200]);
  expect(await give('otto', 'MEMBER')).toEqual({ status: 200, body: shown('otto', 'MEMBER') });
  expect(await opens('otto')).toEqual([200, 200]);
  expect((await own('GET', '/organizations/memberships')).body).toEqual({
    memberships: [shown('anna', 'OWNER'), shown('otto', 'MEMBER')],
  });
  const removed = await drop('otto');
  expect(removed).toEqual({ status: 200, body: { message: expect.stringMatching(/deleted/), userId: people.otto!.id } });
  expect(await opens('otto')).toEqual([404, 404]);
  expect(await drop('otto')).toMatchObject({ status: 404, body: { error: 'LangfuseNotFoundError' } });
});

it('keeps the last OWNER', async () => {
  const last = { status: 400, body: { message: expect.stringContaining('last OWNER') } };
  expect(await give('anna', 'ADMIN')).toMatchObject(last);
  expect(await drop('anna')).toMatchObject(last);
  expect((await own('GET', '/organizations/memberships')).body).toEqual({ memberships: [shown('anna', 'OWNER')] });
});

it('overrides a role in one project, upwards and downwards, until the override goes', async () => {
  await give('mia', 'VIEWER');
  expect(await own('GET', `/projects/${project}/memberships`)).toEqual({ status: 200, body: { memberships: [] } });
  expect(await giveInProject('mia', 'ADMIN')).toEqual({ status: 200, body: shown('mia', 'ADMIN') });
  expect(await opens('mia')).toEqual([200, 200]);
  const keyMade = await people.mia!.browser.call('POST', `/api/v1/projects/${project}/api-keys`, {});
  expect(keyMade.status).toBe(200);
  expect((await own('GET', `/projects/${project}/memberships`)).body).toEqual({ memberships: [shown('mia', 'ADMIN')] });
  expect(await organisationsOf('mia')).toEqual([
    {
      id: place.organisationId,
      name: 'Acme',
      role: 'VIEWER',
      projects: [{ id: project, name: 'Shop', role: 'ADMIN', demo: false }],
    },
  ]);
  // Elsewhere in the organisation nothing changed.
  const second = (await own('POST', '/projects', { name: 'Second', retention: 0 })).body.id;
  expect((await people.mia!.browser.call('GET', `/api/v1/projects/${second}/api-keys`)).status).toBe(403);
  await own('DELETE', `/projects/${second}`);

  expect(await giveInProject('mia', 'NONE')).toMatchObject({ status: 200, body: { role: 'NONE' } });
  expect(await opens('mia')).toEqual([404, 200]);
  expect(await here.server.access.roleInProject(people.mia!.id, project)).toBeNull();
  const gone = await own('DELETE', `/projects/${project}/memberships`, { userId: people.mia!.id });
  expect(gone).toEqual({ status: 200, body: { message: expect.stringMatching(/deleted/), userId: people.mia!.id } });
  expect(await opens('mia')).toEqual([403, 200]);
  expect((await own('DELETE', `/projects/${project}/memberships`, { userId: people.mia!.id })).status).toBe(404);
});

it('NONE opens nothing of the organisation but what was shared', async () => {
  await give('otto', 'NONE');
  expect(await opens('otto')).toEqual([404, 404]);
  expect(await organisationsOf('otto')).toEqual([]);
  await giveInProject('otto', 'MEMBER');
  expect(await opens('otto')).toEqual([200, 404]);
  expect(await organisationsOf('otto')).toMatchObject([{ role: 'NONE', projects: [{ id: project, role: 'MEMBER' }] }]);
  // The override goes with the membership, and does not come back with it.
  await drop('otto');
  await give('otto', 'NONE');
  expect(await opens('otto')).toEqual([404, 404]);
  expect((await own('GET', `/projects/${project}/memberships`)).body).toEqual({ memberships: [] });
  await drop('otto');
});

it('lists who has NONE, except for clients that cannot read it', async () => {
  await give('otto', 'NONE');
  const roles = async (headers: Record<string, string>) =>
    (await own('GET', '/organizations/memberships', undefined, headers)).body.memberships.map(
      (one: { role: string }) => one.role,
    );
  expect(await roles({})).toContain('NONE');
  expect(await roles({ 'x-fern-language': 'Python' })).not.toContain('NONE');
  await drop('otto');
});

it('refuses people who are not there, and nonsense with the field', async () => {
  const body = { userId: 'nobody', role: 'VIEWER' };
  expect((await own('PUT', '/organizations/memberships', body)).status).toBe(404);
  expect((await own('PUT', `/projects/${project}/memberships`, body)).status).toBe(404);
  // Somebody who exists, and is no member.
  expect((await giveInProject('otto', 'VIEWER')).status).toBe(404);
  for (const path of ['/organizations/memberships', `/projects/${project}/memberships`]) {
    const wrong = async (method: string, given: unknown) => (await own(method, path, given)).body.error?.[0]?.path;
    expect(await wrong('PUT', { role: 'VIEWER' })).toEqual(['userId']);
    expect(await wrong('PUT', { userId: 'x', role: 'KING' })).toEqual(['role']);
    expect(await wrong('PUT', { userId: 'x\0', role: 'VIEWER' })).toEqual(['userId']);
    expect(await wrong('DELETE', {})).toEqual(['userId']);
    expect((await own('DELETE', path)).status).toBe(400);
  }
});

it('lets an organisation in only, and only to its own', async () => {
  const key = (await own('POST', `/projects/${project}/apiKeys`, {})).body;
  const body = { userId: people.anna!.id, role: 'VIEWER' };
  const routes = (id: string): [string, string, unknown?][] => [
    ['GET', `/projects/${id}/memberships`],
    ['PUT', `/projects/${id}/memberships`, body],
    ['DELETE', `/projects/${id}/memberships`, body],
  ];
  const all: [string, string, unknown?][] = [
    ['GET', '/organizations/memberships'],
    ['PUT', '/organizations/memberships', body],
    ['DELETE', '/organizations/memberships', body],
    ...routes(project),
  ];
  for (const [who, call, status, message] of here.strangers(key)) {
    for (const [method, path, given] of all) {
      const answer = await call(method, path, given);
      expect({ who, method, path, ...answer }).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
    }
  }
  for (const [at, [method, path, given]] of routes(project).entries()) {
    const foreign = await other.own(method, path, given);
    expect(foreign).toMatchObject({ status: 404, body: { message: 'Project not found' } });
    const [, nowhere] = routes('no-such-project')[at]!;
    expect(await other.own(method, nowhere, given)).toEqual(foreign);
  }
  expect((await other.own('GET', '/organizations/memberships')).body).toEqual({ memberships: [] });
  expect((await other.own('DELETE', '/organizations/memberships', body)).status).toBe(404);
  expect((await own('GET', '/organizations/memberships')).body.memberships).toContainEqual(shown('anna', 'OWNER'));
});
