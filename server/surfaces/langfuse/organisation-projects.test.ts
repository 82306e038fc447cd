import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic } from '../../../e2e/support/access-server.ts';
import {
  type CallWith,
  type OrganisationServer,
  type Place,
  startOrganisationServer,
} from '../../../e2e/support/organisation-server.ts';
import { tables } from '../../store/metadata/index.ts';

let here: OrganisationServer;
let place: Place;
let own: CallWith;
let other: Place;
let otherProject: string;
let clearing = Promise.resolve();
let failClearing = false;

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

beforeAll(async () => {
  here = await startOrganisationServer({
    clearFacts: async () => {
      await clearing;
      if (failClearing) throw new Error('disk full');
    },
  });
  [place, other] = [await here.place('Acme'), await here.place('Other')];
  own = place.own;
  otherProject = (await other.own('POST', '/projects', { name: 'Theirs', retention: 0 })).body.id;
});
afterAll(() => here.server.stop());

async function createProject(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await own('POST', '/projects', { name, retention: 0, ...more });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}

describe('projects', () => {
  it('are created, shown by their own key, changed field by field', async () => {
    const { status, body } = await own('POST', '/projects', {
      name: ' Shop ',
      metadata: { team: 'a', nested: { list: [1, null] } },
      retention: 30,
    });
    const project = {
      id: expect.any(String),
      name: 'Shop',
      organization: { id: place.organisationId, name: 'Acme' },
      metadata: { team: 'a', nested: { list: [1, null] } },
      retentionDays: 30,
    };
    expect({ status, body }).toEqual({ status: 201, body: project });
    const key = (await own('POST', `/projects/${body.id}/apiKeys`, {})).body;
    const shown = async () => (await here.as(basic(key.publicKey, key.secretKey))('GET', '/projects')).body.data;
    expect(await shown()).toEqual([project]);

    const renamed = await own('PUT', `/projects/${body.id}`, { name: 'Shop 2' });
    expect(renamed).toEqual({ status: 200, body: { ...project, name: 'Shop 2' } });
    const cleared = await own('PUT', `/projects/${body.id}`, { name: 'Shop 2', metadata: {}, retention: 0 });
    const { retentionDays: _days, ...forEver } = project;
    expect(cleared.body).toEqual({ ...forEver, name: 'Shop 2', metadata: {} });
    const nulls = await own('PUT', `/projects/${body.id}`, { name: 'Shop 2', retention: null });
    expect(nulls.body).toEqual(cleared.body);
    const asText = await own('PUT', `/projects/${body.id}`, { name: 'Shop 2', metadata: '{"team":"b"}' });
    expect(asText.body).toMatchObject({ metadata: { team: 'b' } });
    await own('PUT', `/projects/${body.id}`, { name: 'Shop 2', metadata: {} });
    expect(await shown()).toEqual([cleared.body]);
  });

  it('are listed for their organisation alone, the oldest first', async () => {
    const { status, body } = await other.own('GET', '/organizations/projects');
    expect(status).toBe(200);
    expect(body.projects).toEqual([
      { id: otherProject, name: 'Theirs', metadata: {}, createdAt: timestamp, updatedAt: timestamp },
    ]);
  });

  it('have names that are free in their organisation, also when two ask at once', async () => {
    const asked = await Promise.all([1, 2].map(() => own('POST', '/projects', { name: 'Twice', retention: 0 })));
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409]);
    const second = await createProject('Second');
    const taken = await own('PUT', `/projects/${second}`, { name: 'Twice' });
    expect(taken).toMatchObject({
      status: 409,
      body: { error: 'LangfuseConflictError', message: expect.stringContaining('exists') },
    });
    expect((await other.own('POST', '/projects', { name: 'Twice', retention: 0 })).status).toBe(201);
  });

  it('refuse nonsense with the field', async () => {
    const wrong: [unknown, string[]][] = [
      [{}, ['name']],
      [{ name: '', retention: 0 }, ['name']],
      [{ name: 'xy', retention: 0 }, ['name']],
      [{ name: 'x'.repeat(61), retention: 0 }, ['name']],
      [{ name: 'shop', retention: -1 }, ['retention']],
      [{ name: 'shop', retention: 1 }, ['retention']],
      [{ name: 'shop', retention: 2 }, ['retention']],
      [{ name: 'shop', retention: 3.5 }, ['retention']],
      [{ name: 'shop', retention: '3' }, ['retention']],
      [{ name: 'shop', metadata: [] }, ['metadata']],
      [{ name: 'shop', metadata: null }, ['metadata']],
      [{ name: 'shop', metadata: 'null' }, ['metadata']],
      [{ name: 'shop', metadata: '[1]' }, ['metadata']],
      [{ name: 'shop', metadata: 'no JSON' }, ['metadata']],
      [{ name: 'shop', metadata: { a: 'nul \0' } }, ['metadata']],
      [{ name: 'half \ud800' }, ['name']],
    ];
    for (const [body, path] of wrong) {
      const answer = await own('POST', '/projects', body);
      expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid request data', error: [{ path }] } });
    }
    expect((await own('POST', '/projects', 'not json')).status).toBe(400);
    expect((await own('POST', '/projects')).status).toBe(400);
    expect((await own('POST', '/projects', { name: 'Three days', retention: 3 })).body).toMatchObject({ retentionDays: 3 });
  });

  it('that are not there are told before the body is looked at', async () => {
    const nowhere: [string, string][] = [
      ['PUT', '/projects/nobody'],
      ['POST', '/projects/nobody/apiKeys'],
      ['PUT', '/projects/nobody/memberships'],
      ['DELETE', '/projects/nobody/memberships'],
    ];
    for (const [method, path] of nowhere) {
      const answer = await own(method, path, { name: 7, publicKey: 7, userId: 7 });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
  });

  it('are deleted at once for everybody, and their facts in the background', async () => {
    const id = await createProject('Doomed');
    const key = (await own('POST', `/projects/${id}/apiKeys`, {})).body;
    const keyed = here.as(basic(key.publicKey, key.secretKey));
    const gate = Promise.withResolvers<void>();
    clearing = gate.promise;
    const deleted = await own('DELETE', `/projects/${id}`, undefined, { 'content-type': 'application/json' });
    expect(deleted).toEqual({ status: 202, body: { success: true, message: expect.any(String) } });
    expect((await keyed('GET', '/projects')).status).toBe(401);
    expect((await own('DELETE', `/projects/${id}`)).status).toBe(404);
    expect(here.server.cleared).not.toContain(id);
    expect(await createProject('Doomed')).not.toBe(id);
    gate.resolve();
    await here.server.access.drain();
    expect(here.server.cleared).toContain(id);
    const rows = await here.server.store.db.select().from(tables.projects);
    expect(rows.map((row) => row.id)).not.toContain(id);
  });

  it('whose facts could not be cleared stay hidden, and are finished later', async () => {
    const id = await createProject('Stubborn');
    failClearing = true;
    expect((await own('DELETE', `/projects/${id}`)).status).toBe(202);
    await here.server.access.drain();
    failClearing = false;
    expect(here.server.cleared).not.toContain(id);
    expect((await own('GET', `/projects/${id}/apiKeys`)).status).toBe(404);
    await here.server.access.resumeDeletions();
    expect(here.server.cleared).toContain(id);
  });
});

describe('keys of projects', () => {
  it('have a name, under its newer or its older word, and an end', async () => {
    const id = await createProject('Ending');
    const expiresAt = new Date(Date.now() + 3600_000);
    const given = { name: 'night shift', expiresAt: expiresAt.toISOString().replace('Z', '+00:00') };
    const made = await own('POST', `/projects/${id}/apiKeys`, given);
    const said = { name: 'night shift', note: 'night shift', expiresAt: expiresAt.toISOString() };
    expect(made).toMatchObject({ status: 201, body: said });
    expect((await own('GET', `/projects/${id}/apiKeys`)).body.apiKeys).toMatchObject([said]);
    expect((await here.as(basic(made.body.publicKey, made.body.secretKey))('GET', '/projects')).status).toBe(200);
    for (const refused of [
      { name: 'a', note: 'b' },
      { name: '', note: '' },
      { expiresAt: 'tomorrow' },
      { expiresAt: '2000-01-01T00:00:00Z' },
    ])
      expect([refused, (await own('POST', `/projects/${id}/apiKeys`, refused)).status]).toEqual([refused, 400]);
    expect((await own('POST', `/projects/${id}/apiKeys`, { name: null, note: 'old', expiresAt: null })).body).toMatchObject({
      name: 'old',
      expiresAt: null,
    });
  });

  it('are made, told once, listed and revoked', async () => {
    const id = await createProject('Keys');
    const { status, body: key } = await own('POST', `/projects/${id}/apiKeys`, { note: 'CI' });
    expect({ status, key }).toEqual({
      status: 201,
      key: {
        id: expect.any(String),
        createdAt: timestamp,
        expiresAt: null,
        publicKey: expect.stringMatching(/^pk-lf-/),
        secretKey: expect.stringMatching(/^sk-lf-/),
        displaySecretKey: `sk-lf-…${key.secretKey.slice(-4)}`,
        name: 'CI',
        note: 'CI',
      },
    });
    const { secretKey, ...rest } = key;
    const list = await own('GET', `/projects/${id}/apiKeys`);
    expect(list).toEqual({ status: 200, body: { apiKeys: [{ ...rest, lastUsedAt: null }] } });
    expect(JSON.stringify(list)).not.toContain(secretKey);
    const keyed = here.as(basic(key.publicKey, secretKey));
    expect((await keyed('GET', '/projects')).status).toBe(200);
    expect(await own('DELETE', `/projects/${id}/apiKeys/${key.id}`)).toEqual({ status: 200, body: { success: true } });
    expect((await keyed('GET', '/projects')).status).toBe(401);
    expect((await own('DELETE', `/projects/${id}/apiKeys/${key.id}`)).status).toBe(404);
    expect((await own('GET', `/projects/${id}/apiKeys`)).body).toEqual({ apiKeys: [] });
  });

  it('may be chosen, both parts, and nobody has the same', async () => {
    const id = await createProject('Chosen');
    const pair = { publicKey: 'pk-lf-chosen-1', secretKey: 'sk-lf-chosen-1-abcd' };
    const made = await own('POST', `/projects/${id}/apiKeys`, pair);
    expect(made).toMatchObject({ status: 201, body: { ...pair, displaySecretKey: 'sk-lf-…abcd', note: null } });
    expect((await here.as(basic(pair.publicKey, pair.secretKey))('GET', '/projects')).body.data[0].id).toBe(id);
    const again = await own('POST', `/projects/${id}/apiKeys`, { ...pair, publicKey: 'pk-lf-chosen-2' });
    expect(again).toMatchObject({ status: 409, body: { error: 'LangfuseConflictError' } });
    expect((await other.own('POST', `/projects/${otherProject}/apiKeys`, { ...pair, secretKey: 'sk-lf-x-1' })).status).toBe(409);
    for (const half of [
      { ...pair, publicKey: 'pk-other' },
      { ...pair, secretKey: 'other' },
      { publicKey: 'pk-lf-half' },
      { secretKey: 'sk-lf-half' },
      { ...pair, publicKey: 'pk-lf-with:colon' },
    ]) {
      expect((await own('POST', `/projects/${id}/apiKeys`, half)).status).toBe(400);
    }
    // Revoked, the same pair can be made anew by its organisation, and by no other.
    await own('DELETE', `/projects/${id}/apiKeys/${made.body.id}`);
    expect((await other.own('POST', `/projects/${otherProject}/apiKeys`, pair)).status).toBe(409);
    expect((await own('POST', `/projects/${id}/apiKeys`, pair)).status).toBe(201);
  });

  it('need no body, also where a client announces one', async () => {
    const id = await createProject('Bodiless');
    const made = await own('POST', `/projects/${id}/apiKeys`, undefined, { 'content-type': 'application/json' });
    expect(made).toMatchObject({ status: 201, body: { note: null } });
  });
});

it("lists the organisation's own keys, without secrets", async () => {
  const { status, body } = await own('GET', '/organizations/apiKeys');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      apiKeys: [
        {
          id: place.ownKeyId,
          createdAt: timestamp,
          expiresAt: null,
          lastUsedAt: timestamp,
          name: 'Acme',
          note: 'Acme',
          publicKey: place.ownPublicKey,
          displaySecretKey: expect.stringMatching(/^sk-lf-….{4}$/),
        },
      ],
    },
  });
});

describe('who may call', () => {
  const routes = (projectId: string, keyId: string): [string, string, unknown?][] => [
    ['POST', '/projects', { name: 'Intruder', retention: 0 }],
    ['PUT', `/projects/${projectId}`, { name: 'Stolen' }],
    ['DELETE', `/projects/${projectId}`],
    ['GET', `/projects/${projectId}/apiKeys`],
    ['POST', `/projects/${projectId}/apiKeys`, {}],
    ['DELETE', `/projects/${projectId}/apiKeys/${keyId}`],
    ['GET', '/organizations/projects'],
    ['GET', '/organizations/apiKeys'],
  ];

  it('an organisation only, with its own key', async () => {
    const id = await createProject('Guarded');
    const key = (await own('POST', `/projects/${id}/apiKeys`, {})).body;
    for (const [who, call, status, message] of here.strangers(key)) {
      for (const [method, path, body] of routes(id, key.id)) {
        const answer = await call(method, path, body);
        expect({ who, method, path, ...answer }).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
      }
    }
    expect((await own('GET', `/projects/${id}/apiKeys`)).body.apiKeys.map((one: { id: string }) => one.id)).toEqual([key.id]);
    // And it does not stand for one of its projects.
    expect(await own('GET', '/projects')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('organization') },
    });
  });

  it("never another organisation's projects: they do not exist", async () => {
    const key = (await other.own('POST', `/projects/${otherProject}/apiKeys`, {})).body;
    const scoped = (id: string) => routes(id, key.id).filter(([, path]) => path.includes(id));
    for (const [at, [method, path, body]] of scoped(otherProject).entries()) {
      const foreign = await own(method, path, body);
      const [, nowhere] = scoped('no-such-project')[at]!;
      expect({ method, path, ...foreign }).toMatchObject({ status: 404, body: { error: 'LangfuseNotFoundError' } });
      expect(await own(method, nowhere, body)).toEqual(foreign);
    }
    const mine = await createProject('Mine');
    expect((await own('DELETE', `/projects/${mine}/apiKeys/${key.id}`)).status).toBe(404);
    expect((await here.as(basic(key.publicKey, key.secretKey))('GET', '/projects')).body.data[0].name).toBe('Theirs');
  });

  it('with no more rights than the person who made the key', async () => {
    const owner = await here.server.signUp('owner@example.com');
    const admin = await here.server.signUp('admin@example.com');
    const organisation = (await owner.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'Ranks' })).body.id;
    await here.server.join(owner, organisation, admin, 'admin@example.com', 'ADMIN');
    const keys = `/api/v1/organisations/${organisation}/api-keys`;
    const made = await admin.call<{ publicKey: string; secretKey: string; role: string; id: string }>('POST', keys, {
      note: 'a',
    });
    expect(made).toMatchObject({ status: 200, body: { role: 'ADMIN', note: 'a', lastUsedAt: null } });
    const limited = here.as(basic(made.body.publicKey, made.body.secretKey));
    const project = (await limited('POST', '/projects', { name: 'Plain', retention: 0 })).body.id;
    expect((await limited('DELETE', `/projects/${project}`)).status).toBe(403);
    const people = (await limited('GET', '/organizations/memberships')).body.memberships;
    const userOf = (role: string) => people.find((one: { role: string }) => one.role === role).userId;
    const rise = { userId: userOf('ADMIN'), role: 'OWNER' };
    expect((await limited('PUT', '/organizations/memberships', rise)).status).toBe(403);
    expect((await limited('PUT', `/projects/${project}/memberships`, rise)).status).toBe(403);
    expect((await limited('DELETE', '/organizations/memberships', { userId: userOf('OWNER') })).status).toBe(403);

    const full = await owner.call<{ publicKey: string; secretKey: string; id: string }>('POST', keys, {});
    expect(full.body).toMatchObject({ role: 'OWNER' });
    const listed = await admin.call<{ data: { id: string; role: string }[] }>('GET', keys);
    // Both are of one millisecond: their order is that of their ids.
    expect(new Map(listed.body.data.map(({ id, role }) => [id, role]))).toEqual(
      new Map([
        [made.body.id, 'ADMIN'],
        [full.body.id, 'OWNER'],
      ]),
    );
    expect(JSON.stringify(listed.body)).not.toContain(full.body.secretKey);
    const unlimited = here.as(basic(full.body.publicKey, full.body.secretKey));
    expect((await unlimited('DELETE', `/projects/${project}`)).status).toBe(202);
    await admin.call('DELETE', `${keys}/${full.body.id}`);
    expect((await unlimited('GET', '/organizations/projects')).status).toBe(401);
    const outsider = await here.server.signUp('outsider@example.com');
    expect((await outsider.call('GET', keys)).status).toBe(404);
    await here.server.join(owner, organisation, outsider, 'outsider@example.com', 'MEMBER');
    expect((await outsider.call('GET', keys)).status).toBe(403);
    expect((await outsider.call('POST', keys, {})).status).toBe(403);
  });
});
