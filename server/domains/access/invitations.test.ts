import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../../e2e/support/access-server.ts';
import { basic } from '../../../e2e/support/access-server.ts';
import { type OrganisationServer, type Place, startOrganisationServer } from '../../../e2e/support/organisation-server.ts';
import { createLogger } from '../../lib/log.ts';
import { tables } from '../../store/metadata/index.ts';
import { initialise } from './initialise.ts';
import { createInvitationLinks } from './invitation-links.ts';

let here: OrganisationServer;
let attacker: Browser;
let attackersId: string;
let owner: Browser;
let organisationId: string;
let projectId: string;

const members = (id = organisationId) => `/api/v1/organisations/${id}/members`;
const invitations = () => `/api/v1/organisations/${organisationId}/invitations`;
type Added = {
  member: { userId: string } | null;
  oneTimePassword: string | null;
  invitation: { id: string; link: string; mailed: boolean; email: string; role: string } | null;
};
const tokenOf = (link: string) => link.split('#')[1]!;
const add = (by: Browser, email: string, role = 'MEMBER', id = organisationId) =>
  by.call<Added>('POST', members(id), { email, role });
const invite = async (email: string, role = 'MEMBER') => (await add(owner, email, role)).body.invitation!;
const accept = (who: Browser, link: string) =>
  who.call<{ organisation: { id: string } }>('POST', '/api/v1/invitations/accept', { token: tokenOf(link) });
const opens = async (who: Browser) => (await who.call('GET', members())).status;
const idOf = async (who: Browser) => (await who.call<{ user: { id: string } }>('GET', '/api/v1/me')).body.user.id;
const newOrganisation = async (by: Browser, name: string) =>
  (await by.call<{ id: string }>('POST', '/api/v1/organisations', { name })).body.id;

beforeAll(async () => {
  here = await startOrganisationServer();
  attacker = await here.server.signUp('attacker@example.com');
  attackersId = await newOrganisation(attacker, 'Attackers');
  owner = await here.server.signUp('owner@example.com');
  organisationId = await newOrganisation(owner, 'Victim');
  projectId = (await owner.call<{ id: string }>('POST', `/api/v1/organisations/${organisationId}/projects`, { name: 'P' })).body
    .id;
});
afterAll(() => here.server.stop());

describe('an account that a stranger holds', () => {
  let place: Place;
  let hijacked: Browser;
  let hijackedId: string;

  beforeAll(async () => {
    place = await here.place('Victim by key');
    // Made by the attacker's organisation, who choose its password before the address's owner ever heard of it.
    const made = await add(attacker, 'ceo@example.com', 'MEMBER', attackersId);
    hijacked = await here.server.signInFirst('ceo@example.com', made.body.oneTimePassword!);
    hijackedId = await idOf(hijacked);
  });

  const doors: [string, () => Promise<{ status: number }>, number][] = [
    ['the members of our own API', () => add(owner, 'CEO@example.com', 'OWNER'), 200],
    ['SCIM', () => place.own('POST', '/scim/Users', { userName: 'ceo@example.com', roles: ['OWNER'] }), 201],
    [
      'SCIM by id',
      () =>
        place.own('PUT', `/scim/Users/${hijackedId}`, {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          active: true,
          roles: ['OWNER'],
        }),
      404,
    ],
    [
      'activation by SCIM',
      () => place.own('PATCH', `/scim/Users/${hijackedId}`, { Operations: [{ op: 'replace', value: { active: true } }] }),
      404,
    ],
    ['memberships', () => place.own('PUT', '/organizations/memberships', { userId: hijackedId, role: 'OWNER' }), 404],
    [
      'the members of a project',
      () => owner.call('PUT', `/api/v1/projects/${projectId}/members/${hijackedId}`, { role: 'OWNER' }),
      404,
    ],
    [
      'the administrator',
      () =>
        here.admin('POST', `/api/admin/organizations/${organisationId}/invitations`, { email: 'c2@example.com', role: 'OWNER' }),
      201,
    ],
  ];

  it.each(doors)('is in no organisation by way of %s', async (_, call, status) => {
    expect((await call()).status).toBe(status);
    const { data } = (await hijacked.call<{ data: { id: string }[] }>('GET', '/api/v1/me/memberships')).body;
    expect(data.map(({ id }) => id)).toEqual([attackersId]);
    expect(await opens(hijacked)).toBe(404);
  });

  it('nor by the headless set-up, unless it has the password that is given there', async () => {
    const { db } = here.server.store;
    const lines: string[] = [];
    const log = createLogger('info', { destination: { write: (line) => void lines.push(line) } });
    const init = { orgId: 'init', userEmail: 'ceo@example.com', userPassword: 'of the operator' };
    const given = { ...noInit, ...init };
    await initialise({ db, crypto: { keyedHash: (text: string) => text } as never, log }, given);
    const rows = await db.select().from(tables.memberships).where(eq(tables.memberships.organisationId, 'init'));
    expect(rows).toEqual([]);
    expect(lines.join('')).toContain('it was not made OWNER');
    const own = { ...given, userPassword: 'own password of ceo@example.com' };
    await initialise({ db, crypto: { keyedHash: (text: string) => text } as never, log }, own);
    const after = await db.select().from(tables.memberships).where(eq(tables.memberships.organisationId, 'init'));
    expect(after).toMatchObject([{ userId: hijackedId, role: 'OWNER' }]);
    await hijacked.call('DELETE', '/api/v1/me/memberships/init');
    await db.delete(tables.memberships).where(eq(tables.memberships.organisationId, 'init'));
  });

  it('gets no password from an organisation that did not make it', async () => {
    const passwordless = (await place.own('POST', '/scim/Users', { userName: 'late@example.com' })).body.id;
    await here.server.store.db.insert(tables.memberships).values({ organisationId, userId: passwordless, role: 'VIEWER' });
    await here.server.store.db.delete(tables.memberships).where(eq(tables.memberships.organisationId, place.organisationId));
    const answer = await owner.call('POST', `${members()}/${passwordless}/first-password`, {});
    expect(answer.status).toBe(409);
    await owner.call('DELETE', `${members()}/${passwordless}`);
  });
});

const noInit = {
  orgId: undefined,
  orgName: undefined,
  projectId: undefined,
  projectName: undefined,
  projectPublicKey: undefined,
  projectSecretKey: undefined,
  userEmail: undefined,
  userName: undefined,
  userPassword: undefined,
};

describe('a link', () => {
  it('makes whoever holds it a member, once', async () => {
    const guest = await here.server.signUp('guest@example.com');
    const { link, mailed, email, role } = await invite('guest@example.com', 'VIEWER');
    expect({ mailed, email, role }).toEqual({ mailed: false, email: 'guest@example.com', role: 'VIEWER' });
    expect(await opens(guest)).toBe(404);
    const read = await here.server.browser().call('POST', '/api/v1/invitations/read', { token: tokenOf(link) });
    expect(read.body).toMatchObject({ organisation: { name: 'Victim' }, email: 'guest@example.com', role: 'VIEWER' });
    expect((await accept(here.server.browser(), link)).status).toBe(401);
    expect(await accept(guest, link)).toMatchObject({ status: 200, body: { organisation: { id: organisationId } } });
    expect(await opens(guest)).toBe(200);
    expect((await accept(attacker, link)).status).toBe(404);
    expect((await add(owner, 'guest@example.com')).status).toBe(409);
  });

  it('is good for another account of the same person, under which the members show them', async () => {
    await here.server.signUp('taken@example.com');
    const real = await here.server.signUp('real@example.com');
    expect((await accept(real, (await invite('taken@example.com')).link)).status).toBe(200);
    const { data } = (await owner.call<{ data: { email: string }[] }>('GET', members())).body;
    expect(data.map(({ email }) => email)).toContain('real@example.com');
    expect(data.map(({ email }) => email)).not.toContain('taken@example.com');
  });

  it('ends when it is made anew, taken back, or too old; one at a time is open', async () => {
    const late = await here.server.signUp('late-guest@example.com');
    const first = await invite('late-guest@example.com');
    expect((await add(owner, 'late-guest@example.com')).status).toBe(409);
    const renewed = await owner.call<{ link: string }>('POST', `${invitations()}/${first.id}/link`, {});
    expect((await accept(late, first.link)).status).toBe(404);
    const now = here.server.clock.ms;
    here.server.clock.ms += 8 * 24 * 3600_000;
    expect((await accept(late, renewed.body.link)).status).toBe(404);
    here.server.clock.ms = now;
    expect((await owner.call('DELETE', `${invitations()}/${first.id}`)).status).toBe(200);
    expect((await accept(late, renewed.body.link)).status).toBe(404);
    expect((await owner.call('DELETE', `${invitations()}/${first.id}`)).status).toBe(404);
    expect((await accept(late, (await invite('late-guest@example.com')).link)).status).toBe(200);
  });

  it('is given and taken back by nobody below its role, and is not in the list', async () => {
    await here.server.signUp('future-owner@example.com');
    const admin = await here.server.signUp('some-admin@example.com');
    await here.server.join(owner, organisationId, admin, 'some-admin@example.com', 'ADMIN');
    expect((await add(admin, 'future-owner@example.com', 'OWNER')).status).toBe(403);
    const { id, link } = await invite('future-owner@example.com', 'OWNER');
    expect((await admin.call('DELETE', `${invitations()}/${id}`)).status).toBe(403);
    expect((await admin.call('POST', `${invitations()}/${id}/link`, {})).status).toBe(403);
    const listed = await admin.call<{ data: { id: string }[] }>('GET', invitations());
    expect(listed.body.data).toContainEqual(expect.objectContaining({ id, email: 'future-owner@example.com', hasLink: true }));
    expect(JSON.stringify(listed.body)).not.toContain(tokenOf(link));
    expect((await attacker.call('GET', invitations())).status).toBe(404);
  });

  it('is mailed where there is a mail server, to that address and with the organisation in one line', async () => {
    const mails: { to: string; subject: string; text: string }[] = [];
    const { db } = here.server.store;
    const log = createLogger('silent');
    const links = createInvitationLinks({
      ...{ db, log, clock: here.server.clock },
      publicUrl: () => 'https://traces.example.com',
      sendMail: async (mail) => void mails.push(mail),
    });
    await owner.call('PATCH', `/api/v1/organisations/${organisationId}`, { name: 'Victim' });
    const made = await links.invite({ organisationId, email: 'by-mail@example.com', name: 'M', role: 'VIEWER', by: 'OWNER' });
    await links.settle();
    expect(made.mailed).toBe(true);
    expect(made.link).toMatch(/^https:\/\/traces\.example\.com\/invitation#[\w-]{43}$/);
    expect(mails).toMatchObject([{ to: 'by-mail@example.com', subject: 'Invitation to Victim' }]);
    expect(mails[0]!.text).toContain(made.link);
  });
});

describe('leaving', () => {
  it('is open to everybody, also with NONE, and for good: the organisation has to ask again', async () => {
    const made = await add(owner, 'leaver@example.com', 'NONE');
    const leaver = await here.server.signInFirst('leaver@example.com', made.body.oneTimePassword!);
    const mine = async () =>
      (await leaver.call<{ data: { id: string; role: string }[] }>('GET', '/api/v1/me/memberships')).body.data;
    expect(await mine()).toMatchObject([{ id: organisationId, role: 'NONE' }]);
    expect((await leaver.call('DELETE', `/api/v1/me/memberships/${organisationId}`)).status).toBe(200);
    expect(await mine()).toEqual([]);
    expect((await leaver.call('DELETE', `/api/v1/me/memberships/${organisationId}`)).status).toBe(404);
    expect((await add(owner, 'leaver@example.com')).body).toMatchObject({ member: null, oneTimePassword: null });
    expect(await mine()).toEqual([]);
  });

  it('is refused to the last OWNER', async () => {
    const answer = await attacker.call('DELETE', `/api/v1/me/memberships/${attackersId}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('last OWNER') } } });
  });
});

describe('identity providers', () => {
  it('know who accepted by the id of the invitation, and let them in again by another link only', async () => {
    const place = await here.place('IdP');
    const person = await here.server.signUp('employee@example.com');
    const { id } = (await place.own('POST', '/scim/Users', { userName: 'employee@example.com', roles: ['VIEWER'] })).body;
    const put = (role: string) => place.own('PUT', '/organizations/memberships', { userId: id, role });
    expect(await put('ADMIN')).toMatchObject({ status: 200, body: { userId: id, role: 'ADMIN' } });
    const boss = await here.server.signUp('idp-boss@example.com');
    const route = `/api/admin/organizations/${place.organisationId}/invitations`;
    await accept(boss, (await here.admin('POST', route, { email: 'idp-boss@example.com', role: 'OWNER' })).body.link);
    const renew = () =>
      boss.call<{ link: string }>('POST', `/api/v1/organisations/${place.organisationId}/invitations/${id}/link`, {});
    await accept(person, (await renew()).body.link);
    const roles = async () =>
      (await place.own('GET', '/organizations/memberships')).body.memberships.filter(
        (one: { userId: string }) => one.userId === id,
      );
    expect(await roles()).toMatchObject([{ role: 'ADMIN', email: 'employee@example.com' }]);
    expect(await put('MEMBER')).toMatchObject({ status: 200, body: { userId: id, role: 'MEMBER' } });
    const active = (value: boolean) =>
      place.own('PATCH', `/scim/Users/${id}`, { Operations: [{ op: 'replace', value: { active: value } }] });
    expect((await active(false)).status).toBe(200);
    const mine = async () => (await person.call<{ data: unknown[] }>('GET', '/api/v1/me/memberships')).body.data;
    expect(await mine()).toEqual([]);
    expect(await active(true)).toMatchObject({ status: 200, body: { id } });
    expect(await mine()).toEqual([]);
    await accept(person, (await renew()).body.link);
    expect(await mine()).toMatchObject([{ role: 'NONE' }]);
  });
});

describe("an organisation's key", () => {
  it('follows its maker down, and ends with their rights', async () => {
    const made = await add(owner, 'maker@example.com', 'OWNER');
    const maker = await here.server.signInFirst('maker@example.com', made.body.oneTimePassword!);
    const { body: key } = await maker.call<{ publicKey: string; secretKey: string }>(
      'POST',
      `/api/v1/organisations/${organisationId}/api-keys`,
      {},
    );
    const call = here.as(basic(key.publicKey, key.secretKey));
    const project = async () => (await call('POST', '/projects', { name: `K${Math.random()}`, retention: 0 })).body.id;
    expect((await call('DELETE', `/projects/${await project()}`)).status).toBeLessThan(300);
    const set = (role: string) => owner.call('PATCH', `${members()}/${made.body.member!.userId}`, { role });
    await set('ADMIN');
    expect((await call('DELETE', `/projects/${await project()}`)).status).toBe(403);
    await set('MEMBER');
    expect((await call('GET', '/organizations/projects')).status).toBe(401);
    await set('OWNER');
    expect((await call('GET', '/organizations/projects')).status).toBe(200);
    await owner.call('DELETE', `${members()}/${made.body.member!.userId}`);
    expect((await call('GET', '/organizations/projects')).status).toBe(401);
  });
});

it('an ADMIN of the organisation does not lower who is OWNER of a project', async () => {
  const chief = await here.server.signUp('chief@example.com');
  const admin = await here.server.signUp('low-admin@example.com');
  await here.server.join(owner, organisationId, chief, 'chief@example.com', 'MEMBER');
  await here.server.join(owner, organisationId, admin, 'low-admin@example.com', 'ADMIN');
  const at = `/api/v1/projects/${projectId}/members/${await idOf(chief)}`;
  expect((await owner.call('PUT', at, { role: 'OWNER' })).status).toBe(200);
  expect((await admin.call('PUT', at, { role: 'VIEWER' })).status).toBe(403);
  expect((await admin.call('DELETE', at)).status).toBe(403);
  expect((await owner.call('PUT', at, { role: 'VIEWER' })).status).toBe(200);
  expect((await admin.call('PUT', at, { role: 'MEMBER' })).status).toBe(200);
});
