import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as declared from '../../../contract/api/slack.ts';
import type { Operation } from '../../../contract/operation.ts';
import { type AccessServer, type Browser, basic, startAccessServer, TEST_SECRET } from '../../../e2e/support/access-server.ts';
import { type Receiver, startReceiver } from '../../../e2e/support/receiver.ts';
import { createSlack, type Slack } from '../../domains/automations/index.ts';
import { implement } from '../../lib/implement.ts';
import { createOutbound, type Outbound } from '../../lib/outbound.ts';
import { tables } from '../../store/metadata/index.ts';
import { slackRoutes } from './slack-routes.ts';

let server: AccessServer;
let slackServer: Receiver;
let outbound: Outbound;
let slack: Slack;
let owner: Browser;
let projectId: string;
let key: { publicKey: string; secretKey: string };

const create = (app?: { clientId: string; clientSecret: string }) =>
  createSlack({
    db: server.store.db,
    clock: server.clock,
    secret: TEST_SECRET,
    outbound,
    app,
    publicUrl: () => 'https://telltale.test/',
    slackUrl: slackServer.url,
  });
const APP = { clientId: '123.456', clientSecret: 'app-secret' };
const REDIRECT = 'https://telltale.test/api/public/slack/oauth';

beforeAll(async () => {
  slackServer = await startReceiver();
  outbound = createOutbound({ allow: ['127.0.0.1'] });
  server = await startAccessServer({
    more: Object.values(declared).map((operation: Operation) =>
      implement(operation, (input, caller) =>
        slack.operations.find((each) => each.operation.id === operation.id)!.handle(input as never, caller),
      ),
    ),
    prepare(app, access) {
      const later: Slack = {
        installUrl: (...given) => slack.installUrl(...given),
        connect: (...given) => slack.connect(...given),
        findBotToken: (...given) => slack.findBotToken(...given),
        operations: [],
      };
      app.register(slackRoutes({ access, slack: later }), { prefix: '/api/public' });
    },
  });
  owner = await server.signUp('owner@example.com');
  projectId = await projectOf(owner);
  key = (await owner.call<typeof key>('POST', `/api/v1/projects/${projectId}/api-keys`, {})).body;
});
beforeEach(() => {
  slack = create(APP);
  slackServer.received.length = 0;
  slackServer.answer = (_, response) =>
    void response.end(JSON.stringify({ ok: true, access_token: 'xoxb-of-the-team', team: { id: 'T1', name: 'Team' } }));
});
afterEach(() => server.store.db.delete(tables.slackConnections));
afterAll(async () => {
  await outbound.close();
  await server.stop();
  await slackServer.stop();
});

async function projectOf(browser: Browser): Promise<string> {
  const organisation = await browser.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'O' });
  return (await browser.call<{ id: string }>('POST', `/api/v1/organisations/${organisation.body.id}/projects`, { name: 'P' }))
    .body.id;
}
/** As the address bar of that browser. */
async function open(browser: Browser | null, path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}/api/public${path}`, {
    redirect: 'manual',
    headers: { ...headers, ...(browser ? { cookie: browser.cookie } : {}) },
  });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}
const begin = async (browser = owner) => {
  const { status, location } = await open(browser, `/slack/install?projectId=${projectId}`);
  expect(status).toBe(302);
  return new URL(location!);
};
const callback = (state: string, code = 'c0de') => `/slack/oauth?${new URLSearchParams({ code, state })}`;
const connection = async () => (await owner.call('GET', `/api/v1/projects/${projectId}/slack`)).body;

describe('connecting Slack', () => {
  it('leads to Slack and back, and keeps the token encrypted', async () => {
    expect(await connection()).toEqual({ configured: true, workspace: null });
    const url = await begin();
    expect(`${url.origin}${url.pathname}`).toBe(`${slackServer.url}/oauth/v2/authorize`);
    const { state, ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({ client_id: '123.456', scope: 'chat:write,chat:write.public', redirect_uri: REDIRECT });
    expect(state).not.toContain(projectId);

    const done = await open(owner, callback(state!));
    expect([done.status, done.location]).toEqual([302, `/project/${projectId}/settings/automations`]);
    expect(
      slackServer.received.map(({ method, path, body }) => [method, path, Object.fromEntries(new URLSearchParams(body))]),
    ).toEqual([
      [
        'POST',
        '/api/oauth.v2.access',
        { client_id: '123.456', client_secret: 'app-secret', code: 'c0de', redirect_uri: REDIRECT },
      ],
    ]);
    expect(await slack.findBotToken(projectId)).toBe('xoxb-of-the-team');
    expect(JSON.stringify(await server.store.db.select().from(tables.slackConnections))).not.toContain('xoxb-of-the-team');
    expect(await connection()).toEqual({
      configured: true,
      workspace: { teamId: 'T1', teamName: 'Team', connectedAt: new Date(server.clock.ms).toISOString() },
    });

    // Another workspace takes its place.
    slackServer.answer = (_, response) =>
      void response.end(JSON.stringify({ ok: true, access_token: 'xoxb-2', team: { id: 'T2' } }));
    await open(owner, callback((await begin()).searchParams.get('state')!));
    expect(await slack.findBotToken(projectId)).toBe('xoxb-2');
    expect(await connection()).toMatchObject({ workspace: { teamId: 'T2', teamName: 'T2' } });

    const path = `/api/v1/projects/${projectId}/slack`;
    expect(await owner.call('DELETE', path)).toMatchObject({ status: 200, body: { ok: true } });
    expect(await slack.findBotToken(projectId)).toBeNull();
    expect((await owner.call('DELETE', path)).status).toBe(404);
  });

  it('says what to set up where no app is configured', async () => {
    slack = create();
    expect(await connection()).toEqual({ configured: false, workspace: null });
    for (const path of [`/slack/install?projectId=${projectId}`, callback('x')]) {
      const { status, text } = await open(owner, path);
      expect(status).toBe(501);
      expect(text).toContain(`redirect URL ${REDIRECT} and set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET`);
    }
  });

  it('is for people who are signed in', async () => {
    const state = (await begin()).searchParams.get('state')!;
    for (const path of [`/slack/install?projectId=${projectId}`, callback(state)]) {
      expect((await open(null, path)).status).toBe(401);
      expect((await open(null, path, { authorization: basic(key.publicKey, key.secretKey) })).status).toBe(401);
    }
    expect(slackServer.received).toEqual([]);
  });

  it('refuses a state that is forged, old or another person’s, before Slack hears of it', async () => {
    const state = (await begin()).searchParams.get('state')!;
    const stranger = await server.signUp('stranger@example.com');
    expect((await open(stranger, `/slack/install?projectId=${projectId}`)).status).toBe(404);
    expect((await open(stranger, callback(state))).status).toBe(403);
    const flipped = `${state.slice(0, 60)}${state[60] === 'A' ? 'B' : 'A'}${state.slice(61)}`;
    for (const wrong of ['nonsense', flipped, state.slice(1)]) expect((await open(owner, callback(wrong))).status).toBe(400);
    const late = (await begin()).searchParams.get('state')!;
    server.clock.ms += 15 * 60_000 + 1;
    expect(await open(owner, callback(late))).toMatchObject({ status: 400, text: expect.stringContaining('too old') });
    expect(slackServer.received).toEqual([]);
    expect(await connection()).toMatchObject({ workspace: null });
  });

  it('says what is missing, and what Slack refused', async () => {
    expect(await open(owner, '/slack/install')).toMatchObject({ status: 400, text: expect.stringContaining('projectId') });
    expect((await open(owner, '/slack/install?projectId=none')).status).toBe(404);
    expect(await open(owner, '/slack/oauth?error=access_denied')).toMatchObject({
      status: 400,
      text: expect.stringContaining('access_denied'),
    });
    expect(await open(owner, '/slack/oauth?code=x')).toMatchObject({ status: 400, text: expect.stringContaining('state') });
    const state = (await begin()).searchParams.get('state')!;
    slackServer.answer = (_, response) => void response.end('{"ok":false,"error":"invalid_code"}');
    expect(await open(owner, callback(state))).toMatchObject({ status: 400, text: expect.stringContaining('invalid_code') });
    slackServer.answer = (_, response) => void response.writeHead(502).end('<html>');
    expect(await open(owner, callback(state))).toMatchObject({ status: 400, text: expect.stringContaining('could not be read') });
    expect(await connection()).toMatchObject({ workspace: null });
  });

  it('needs the role that automations need', async () => {
    const project = await server.access.findProject(projectId);
    const added = await owner.call<{ oneTimePassword: string }>(
      'POST',
      `/api/v1/organisations/${project!.organisation.id}/members`,
      {
        email: 'viewer@example.com',
        role: 'VIEWER',
      },
    );
    const viewer = await server.signInFirst('viewer@example.com', added.body.oneTimePassword);
    expect((await open(viewer, `/slack/install?projectId=${projectId}`)).status).toBe(403);
    expect((await viewer.call('GET', `/api/v1/projects/${projectId}/slack`)).status).toBe(403);
  });
});
