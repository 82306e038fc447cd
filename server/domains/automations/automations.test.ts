import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as declared from '../../../contract/api/automations.ts';
import { type Automation, type Execution, payload as payloadSchema } from '../../../contract/automation.ts';
import type { Operation } from '../../../contract/operation.ts';
import { type AccessServer, type Browser, basic, startAccessServer, TEST_SECRET } from '../../../e2e/support/access-server.ts';
import { walkAsForeigners } from '../../../e2e/support/foreign-walk.ts';
import { hmacOf, type Receiver, signatureParts, startReceiver } from '../../../e2e/support/receiver.ts';
import { createJobs } from '../../jobs/index.ts';
import { implement } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { createOutbound, type Outbound } from '../../lib/outbound.ts';
import { createSend } from '../../notify/index.ts';
import { createJobRows, tables } from '../../store/metadata/index.ts';
import { API_PREFIX, tailSurface } from '../../surfaces/http/index.ts';
import { createPrompts, type Prompts } from '../prompts/index.ts';
import { type Automations, type AutomationsDeps, createAutomations } from './index.ts';
import { automationOperations } from './operations.ts';
import { type ManualJobs, manualJobs } from './testing/manual-jobs.ts';

const log = createLogger('silent');
const { automations: rows, automationExecutions: executionRows, automationAttempts: attemptRows } = tables;
const MINUTE = 60_000;

let server: AccessServer;
let receiver: Receiver;
let outbound: Outbound;
let jobs: ManualJobs;
let automations: Automations;
let prompts: Prompts;
let owner: Browser;
let userId: string;
let projectId: string;
let key: { publicKey: string; secretKey: string };
let base: string;
let botToken: string | null = null;

/** Another process on the same store. */
const create = (more: Partial<AutomationsDeps> = {}) =>
  createAutomations({
    db: server.store.db,
    clock: server.clock,
    secret: TEST_SECRET,
    jobs,
    send: createSend({ outbound, clock: server.clock, timeoutMs: 2000 }),
    outbound,
    findBotToken: async () => botToken,
    log,
    ...more,
  });
const promptsOf = (own: Automations) =>
  createPrompts({
    metadata: server.store,
    recordChanges: (tx, ...changes) => own.record(tx, 'prompt', ...changes),
    log,
    clock: server.clock,
  });

beforeAll(async () => {
  receiver = await startReceiver();
  outbound = createOutbound({
    allow: ['127.0.0.1', 'allowed.test'],
    resolve: (host, _, done) =>
      host === 'inside.test'
        ? done(null, [{ address: '10.0.0.1', family: 4 }])
        : done(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
  });
  // The server wants its operations before there is a store to make them with.
  const later = (operation: Operation) =>
    implement(operation, (input, caller) => {
      const found = automationOperations(automations).find((each) => each.operation.id === operation.id)!;
      return found.handle(input as never, caller);
    });
  server = await startAccessServer({
    more: Object.values(declared).map(later),
    prepare(app, access) {
      app.register(tailSurface({ access, trustsOrigin: access.trustsOrigin, subscribe: () => () => {} }), { prefix: API_PREFIX });
    },
  });
  jobs = manualJobs(server.clock);
  automations = create();
  prompts = promptsOf(automations);
  owner = await server.signUp('owner@example.com');
  const organisation = await owner.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'O' });
  const path = `/api/v1/organisations/${organisation.body.id}/projects`;
  projectId = (await owner.call<{ id: string }>('POST', path, { name: 'P' })).body.id;
  key = (await owner.call<typeof key>('POST', `/api/v1/projects/${projectId}/api-keys`, {})).body;
  userId = (await owner.call<{ user: { id: string } }>('GET', '/api/v1/me')).body.user.id;
  base = `/api/v1/projects/${projectId}/automations`;
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (_, response) => void response.writeHead(200).end('ok');
});
afterEach(async () => {
  await server.store.db.delete(rows);
  jobs.waiting.length = 0;
  jobs.broken = null;
  botToken = null;
});
afterAll(async () => {
  await outbound.close();
  await server.stop();
  await receiver.stop();
});

const ALL = { source: 'prompt', eventActions: ['created', 'updated', 'deleted'], filter: [] as unknown[] };
type Created = { automation: Automation; signingSecret: string | null };

async function add(given: Record<string, unknown> = {}, action: Record<string, unknown> = {}): Promise<Created> {
  const answer = await owner.call<Created>('POST', base, {
    name: 'Hook',
    trigger: ALL,
    action: { type: 'WEBHOOK', url: `${receiver.url}/hook`, ...action },
    ...given,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
const get = async (id: string) => (await owner.call<Automation>('GET', `${base}/${id}`)).body;
const logOf = async (id: string, query = '') =>
  (await owner.call<{ data: Execution[]; totalCount: number }>('GET', `${base}/${id}/executions${query}`)).body;
const write = (name: string, labels: string[] = [], more: object = {}, by?: string) =>
  prompts.create(projectId, { type: 'text', name, prompt: `text of ${name}`, labels, ...more }, by);
const bodies = () => receiver.received.map(({ body }) => payloadSchema.parse(JSON.parse(body)));
const events = () => bodies().map(({ action, prompt }) => `${action} ${prompt.name} v${prompt.version} ${prompt.labels}`);
let counter = 0;
const fresh = (stem = 'prompt') => `${stem}-${++counter}`;

describe('delivery', () => {
  it('posts the payload of the contract, signed, with who did it', async () => {
    const { automation, signingSecret } = await add(
      {},
      {
        headers: [
          { name: 'X-Team', value: 'a' },
          { name: 'X-Key', value: 's3cret', secret: true },
        ],
      },
    );
    const name = fresh();
    const made = await write(name, ['production'], { commitMessage: 'why', tags: ['t'], config: { a: 1 } }, userId);
    await jobs.run();
    const [got, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect([got!.method, got!.path]).toEqual(['POST', '/hook']);
    expect(got!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Langfuse/1.0',
      'x-team': 'a',
      'x-key': 's3cret',
    });
    const { t, v1 } = signatureParts(got!.headers['x-langfuse-signature']);
    expect(Number(t)).toBe(Math.floor(server.clock.ms / 1000));
    expect(v1).toBe(await hmacOf(signingSecret!, t, got!.body));
    const [execution] = (await logOf(automation.id)).data;
    const at = new Date(server.clock.ms).toISOString();
    expect(JSON.parse(got!.body)).toEqual({
      id: execution!.id,
      timestamp: at,
      type: 'prompt-version',
      apiVersion: 'v1',
      action: 'created',
      user: { name: 'owner', email: 'owner@example.com' },
      prompt: {
        id: made.id,
        name,
        version: 1,
        projectId,
        createdBy: userId,
        labels: ['production', 'latest'],
        prompt: `text of ${name}`,
        type: 'text',
        config: { a: 1 },
        commitMessage: 'why',
        tags: ['t'],
        createdAt: at,
        updatedAt: at,
      },
    });
    expect(execution).toMatchObject({
      automationId: automation.id,
      status: 'COMPLETED',
      test: false,
      event: { type: 'prompt-version', action: 'created', subject: `${name}, version 1` },
      error: null,
      nextAttemptAt: null,
      finishedAt: at,
      attempts: [{ attempt: 1, startedAt: at, responseStatus: 200, responseBody: 'ok', error: null }],
    });
    expect(await get(automation.id)).toMatchObject({ lastExecution: { status: 'COMPLETED', createdAt: at } });
    const detail = await owner.call<{ payload: unknown }>('GET', `${base}/${automation.id}/executions/${execution!.id}`);
    expect(detail.body.payload).toEqual(JSON.parse(got!.body));
  });

  it('names nobody when a key did it', async () => {
    await add();
    await write(fresh());
    await jobs.run();
    expect(Object.keys(JSON.parse(receiver.received[0]!.body))).toEqual([
      'id',
      'timestamp',
      'type',
      'apiVersion',
      'action',
      'prompt',
    ]);
  });

  it('tells of every version that a change touches, in order', async () => {
    await add();
    const name = fresh();
    await write(name, ['production']);
    await write(name, ['production', 'x']);
    await prompts.putLabels(projectId, name, 1, ['x']);
    await write(name, [], { tags: ['new'] });
    await prompts.remove(projectId, name, { version: 3 });
    await prompts.remove(projectId, name, {});
    await jobs.run();
    expect(events()).toEqual([
      `created ${name} v1 production,latest`,
      `created ${name} v2 production,x,latest`,
      `updated ${name} v1 `,
      `updated ${name} v1 x`,
      `updated ${name} v2 production,latest`,
      `created ${name} v3 latest`,
      `updated ${name} v1 x`,
      `updated ${name} v2 production`,
      `deleted ${name} v3 latest`,
      `updated ${name} v2 production,latest`,
      `deleted ${name} v1 x`,
      `deleted ${name} v2 production,latest`,
    ]);
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(12);
  });

  it('keeps to the events and the filter of the trigger', async () => {
    const stem = fresh('filter');
    const cases: [string[], unknown[], string[]][] = [
      [['deleted'], [], ['deleted b v1']],
      [
        ['created'],
        [{ type: 'string', column: 'name', operator: 'starts with', value: `${stem}/A` }],
        ['created a v1', 'created a v2'],
      ],
      [['created'], [{ type: 'stringOptions', column: 'name', operator: 'any of', value: [`${stem}/b`] }], ['created b v1']],
      [
        ['created'],
        [{ type: 'stringOptions', column: 'name', operator: 'none of', value: [`${stem}/b`] }],
        ['created a v1', 'created a v2'],
      ],
      [['created'], [{ type: 'stringOptions', column: 'type', operator: 'any of', value: ['chat'] }], ['created b v1']],
      [
        ['created', 'updated'],
        [{ type: 'arrayOptions', column: 'labels', operator: 'any of', value: ['production'] }],
        ['created a v1', 'created a v2'],
      ],
      [['updated'], [{ type: 'arrayOptions', column: 'labels', operator: 'none of', value: ['production'] }], ['updated a v1']],
      [['created'], [{ type: 'arrayOptions', column: 'tags', operator: 'all of', value: ['t', 'u'] }], ['created b v1']],
      [['created'], [{ type: 'number', column: 'version', operator: '>=', value: 2 }], ['created a v2']],
      [
        ['created'],
        [
          { type: 'number', column: 'version', operator: '=', value: 1 },
          { type: 'string', column: 'name', operator: 'does not contain', value: '/B' },
        ],
        ['created a v1'],
      ],
    ];
    for (const [index, [eventActions, filter]] of cases.entries()) {
      await add({ trigger: { source: 'prompt', eventActions, filter } }, { url: `${receiver.url}/${index}` });
    }
    await write(`${stem}/a`, ['production']);
    await write(`${stem}/a`, ['production']);
    await prompts.create(projectId, { type: 'chat', name: `${stem}/b`, prompt: [], labels: [], tags: ['t', 'u', 'v'] });
    await prompts.remove(projectId, `${stem}/b`, {});
    await jobs.run();
    for (const [index, [, , expected]] of cases.entries()) {
      const own = receiver.received
        .filter(({ path }) => path === `/${index}`)
        .map(({ body }) => payloadSchema.parse(JSON.parse(body)));
      expect(
        own.map(({ action, prompt }) => `${action} ${prompt.name.slice(stem.length + 1)} v${prompt.version}`),
        `case ${index}`,
      ).toEqual(expected);
    }
  });

  it('tries four times with pauses that grow, the same body under a new signature, then gives up', async () => {
    const { automation, signingSecret } = await add();
    receiver.answer = (_, response) => void response.writeHead(500).end('b'.repeat(3000));
    await write(fresh());
    const start = server.clock.ms;
    const tries: number[] = [];
    for (let step = 0; step < 40; step++) {
      const before = receiver.received.length;
      await jobs.run();
      if (receiver.received.length > before) tries.push((server.clock.ms - start) / 1000);
      const [waiting] = (await logOf(automation.id)).data;
      if (tries.length < 4)
        expect(waiting).toMatchObject({ status: 'PENDING', finishedAt: null, nextAttemptAt: expect.any(String) });
      server.clock.ms += 5000;
    }
    expect(tries).toEqual([0, 10, 40, 130]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    for (const [index, { headers, body }] of receiver.received.entries()) {
      const { t, v1 } = signatureParts(headers['x-langfuse-signature']);
      expect(Number(t)).toBe(Math.floor(start / 1000) + tries[index]!);
      expect(v1).toBe(await hmacOf(signingSecret!, t, body));
    }
    const [execution] = (await logOf(automation.id)).data;
    expect(execution).toMatchObject({ status: 'ERROR', error: 'The receiver answered 500.', nextAttemptAt: null });
    expect(
      execution!.attempts.map(({ attempt, responseStatus, responseBody, error }) => [
        attempt,
        responseStatus,
        responseBody,
        error,
      ]),
    ).toEqual([1, 2, 3, 4].map((attempt) => [attempt, 500, 'b'.repeat(1000), 'The receiver answered 500.']));
    expect(await get(automation.id)).toMatchObject({ status: 'ACTIVE', consecutiveFailures: 1 });
  });

  it('keeps the order though an event is repeated, and holds nobody else up', async () => {
    await add();
    await add({}, { url: `${receiver.url}/other` });
    let failures = 2;
    receiver.answer = (got, response) => void response.writeHead(got.path === '/hook' && failures-- > 0 ? 503 : 200).end();
    const names = [fresh(), fresh(), fresh()];
    for (const name of names) await write(name);
    await jobs.run();
    const seen = (path: string) =>
      receiver.received.filter((got) => got.path === path).map(({ body }) => JSON.parse(body).prompt.name);
    expect(seen('/hook')).toEqual([names[0]]);
    expect(seen('/other')).toEqual(names);
    server.clock.ms += 10_000;
    await jobs.run();
    server.clock.ms += 30_000;
    await jobs.run();
    expect(seen('/hook')).toEqual([names[0], names[0], names[0], names[1], names[2]]);
  });

  it('delivers a long line of events', async () => {
    const { automation } = await add();
    const name = fresh();
    for (let version = 1; version <= 25; version++) await write(name);
    await jobs.run();
    expect(
      bodies()
        .filter(({ action }) => action === 'created')
        .map(({ prompt }) => prompt.version),
    ).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect((await logOf(automation.id, '?status=COMPLETED&limit=5&page=2')).data).toHaveLength(5);
    expect(await logOf(automation.id, '?status=ERROR')).toEqual({ data: [], totalCount: 0 });
    expect((await logOf(automation.id)).totalCount).toBe(49);
  });

  it('sends Slack messages and GitHub dispatches', async () => {
    await add({ name: 'Slack' }, { type: 'SLACK', url: `${receiver.url}/slack` });
    await add(
      { name: 'GitHub' },
      { type: 'GITHUB_DISPATCH', url: `${receiver.url}/dispatches`, eventType: 'go', token: 'ghp_1234567890' },
    );
    const name = fresh();
    await write(name, [], { prompt: 'x'.repeat(70_000) });
    await jobs.run();
    const by = Object.fromEntries(receiver.received.map((got) => [got.path, got]));
    expect(JSON.parse(by['/slack']!.body)).toMatchObject({ text: `Prompt version created: ${name}, version 1` });
    expect(by['/slack']!.headers['x-langfuse-signature']).toBeUndefined();
    expect(by['/dispatches']!.headers.authorization).toBe('Bearer ghp_1234567890');
    const dispatched = JSON.parse(by['/dispatches']!.body);
    expect(Object.keys(dispatched)).toEqual(['event_type', 'client_payload']);
    expect(dispatched).toMatchObject({
      event_type: 'go',
      client_payload: { type: 'prompt-version', truncated: true, prompt: { name } },
    });
    expect(Buffer.byteLength(by['/dispatches']!.body)).toBeLessThan(65_536);
  });

  it('says what to do when the workspace of a channel is gone', async () => {
    botToken = 'xoxb-1';
    const { automation } = await add({}, { type: 'SLACK', url: undefined, channel: '#prompts' });
    botToken = null;
    const { body } = await owner.call<Execution>('POST', `${base}/${automation.id}/test`, {});
    expect(body).toMatchObject({ status: 'ERROR', error: expect.stringContaining('no longer connected to a Slack workspace') });
  });
});

describe('disabling', () => {
  /** One event that fails for good. */
  const fail = async () => {
    await write(fresh());
    for (let attempt = 0; attempt < 4; attempt++) {
      await jobs.run();
      server.clock.ms += 2 * MINUTE;
    }
  };

  it('comes after five failures in a row, with the reason; what waits is cancelled; a person enables it again', async () => {
    const { automation } = await add();
    receiver.answer = (_, response) => void response.writeHead(410).end('gone');
    for (let failure = 1; failure <= 4; failure++) {
      await fail();
      expect(await get(automation.id)).toMatchObject({ status: 'ACTIVE', consecutiveFailures: failure });
    }
    // One that works in between: the count starts over.
    receiver.answer = (_, response) => void response.end();
    await write(fresh());
    await jobs.run();
    expect(await get(automation.id)).toMatchObject({ status: 'ACTIVE', consecutiveFailures: 0 });
    receiver.answer = (_, response) => void response.writeHead(410).end('gone');
    for (let failure = 1; failure <= 4; failure++) await fail();
    await write('last-to-fail');
    await write('never-tried');
    for (let attempt = 0; attempt < 4; attempt++) {
      await jobs.run();
      server.clock.ms += 2 * MINUTE;
    }
    const disabled = await get(automation.id);
    expect(disabled).toMatchObject({ status: 'DISABLED', consecutiveFailures: 5 });
    expect(disabled.disabledReason).toBe(
      '5 deliveries in a row failed, each after 4 attempts. The last one: The receiver answered 410.',
    );
    expect(Date.parse(disabled.disabledAt!)).toBeLessThanOrEqual(server.clock.ms);
    const [cancelled, failed] = (await logOf(automation.id)).data;
    expect(failed).toMatchObject({ status: 'ERROR', event: { subject: 'last-to-fail, version 1' } });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', attempts: [], event: { subject: 'never-tried, version 1' } });

    const before = receiver.received.length;
    await write(fresh());
    await jobs.run();
    expect(receiver.received).toHaveLength(before);
    expect((await logOf(automation.id)).data[0]!.id).toBe(cancelled!.id);

    receiver.answer = (_, response) => void response.end();
    const enabled = await owner.call<Automation>('PATCH', `${base}/${automation.id}`, { status: 'ACTIVE' });
    expect(enabled.body).toMatchObject({ status: 'ACTIVE', disabledReason: null, disabledAt: null, consecutiveFailures: 0 });
    await write('after');
    await jobs.run();
    expect(bodies().at(-1)!.prompt.name).toBe('after');
  });

  it('does not count tests', async () => {
    const { automation } = await add();
    receiver.answer = (_, response) => void response.writeHead(500).end('no');
    for (let attempt = 0; attempt < 6; attempt++) {
      const { body } = await owner.call<Execution>('POST', `${base}/${automation.id}/test`, {});
      expect(body).toMatchObject({
        status: 'ERROR',
        test: true,
        attempts: [{ attempt: 1, responseStatus: 500, responseBody: 'no' }],
      });
    }
    expect(await get(automation.id)).toMatchObject({ status: 'ACTIVE', consecutiveFailures: 0, lastExecution: null });
    expect((await logOf(automation.id)).totalCount).toBe(6);
  });

  it('pausing cancels what waits, and hears nothing until it is active again', async () => {
    const { automation } = await add();
    await write(fresh());
    await owner.call('PATCH', `${base}/${automation.id}`, { status: 'PAUSED' });
    await write(fresh());
    await jobs.run();
    expect(receiver.received).toEqual([]);
    expect((await logOf(automation.id)).data).toMatchObject([{ status: 'CANCELLED', error: 'The automation was paused.' }]);
    await owner.call('PATCH', `${base}/${automation.id}`, { status: 'ACTIVE' });
    await write(fresh());
    await jobs.run();
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it('between commit and send loses nothing: the next one delivers', async () => {
    const { automation } = await add();
    jobs.broken = new Error('the process is gone');
    const name = fresh();
    await write(name);
    await vi.waitFor(() => expect(jobs.waiting).toEqual([]));
    await jobs.run();
    expect(receiver.received).toEqual([]);
    expect((await logOf(automation.id)).data).toMatchObject([{ status: 'PENDING', attempts: [] }]);
    jobs.broken = null;
    const next = create();
    await next.resume();
    await jobs.run();
    expect(events()).toEqual([`created ${name} v1 latest`]);
    await next.resume();
    await jobs.run();
    expect(receiver.received).toHaveLength(1);
  });

  it('and does not tell of a change that was undone', async () => {
    await add();
    await write('parent-of-undone', ['production']);
    await jobs.run();
    receiver.received.length = 0;
    const failing = createPrompts({
      metadata: server.store,
      recordChanges: async (tx, project, changes) => {
        await automations.record(tx, 'prompt', project, changes);
        throw new Error('the disk is full');
      },
      log,
    });
    await expect(failing.create(projectId, { type: 'text', name: 'undone', prompt: 'x' })).rejects.toThrow('the disk is full');
    await automations.resume();
    await jobs.run();
    expect(receiver.received).toEqual([]);
  });

  it('in the middle of an attempt: it is repeated when its time is over, and given up after the last', async () => {
    const { automation } = await add();
    await write(fresh());
    jobs.waiting.length = 0;
    const dying = create({ send: () => new Promise(() => {}) });
    for (let attempt = 1; attempt <= 4; attempt++) {
      await dying.resume();
      const running = jobs.run();
      await vi.waitFor(async () => {
        const [row] = await server.store.db.select().from(executionRows).where(eq(executionRows.automationId, automation.id));
        expect(row!.attemptCount).toBe(attempt);
      });
      void running;
      // Not twice at once.
      const other = create();
      await other.resume();
      await jobs.run();
      expect(receiver.received).toEqual([]);
      create({ send: () => new Promise(() => {}) });
      server.clock.ms += MINUTE + 1;
    }
    const next = create();
    await next.resume();
    await jobs.run();
    expect((await logOf(automation.id)).data).toMatchObject([
      { status: 'ERROR', error: expect.stringContaining('The server stopped during the last attempt') },
    ]);
    expect(receiver.received).toEqual([]);
    automations = next;
    prompts = promptsOf(next);
  });

  it('with a sweep each minute and a cleaning each day', async () => {
    const { automation } = await add();
    expect(Object.fromEntries(jobs.schedules)).toEqual({
      'automation-sweep': '* * * * *',
      'automation-log-pruning': '17 3 * * *',
    });
    await write(fresh());
    jobs.waiting.length = 0;
    await jobs.fire('automation-sweep');
    await jobs.run();
    expect(receiver.received).toHaveLength(1);
    server.clock.ms += 30 * 24 * 60 * MINUTE;
    await jobs.fire('automation-log-pruning');
    expect((await logOf(automation.id)).totalCount).toBe(1);
    server.clock.ms += 1;
    await write(fresh());
    await jobs.fire('automation-log-pruning');
    expect((await logOf(automation.id)).data).toMatchObject([{ status: 'PENDING' }]);
    expect(await server.store.db.$count(attemptRows)).toBe(0);
    await jobs.run();
  });
});

it('is delivered by the real queue, repetitions included', async () => {
  const queue = createJobs({ rows: createJobRows(server.store.db), kind: 'embedded', log, pollMs: 500 });
  const real = create({
    jobs: queue,
    backoffMs: [50, 50, 50],
    clock: { now: () => Date.now() },
    send: createSend({ outbound, clock: { now: () => Date.now() } }),
  });
  await queue.begin();
  try {
    const { automation } = await add();
    let failures = 2;
    receiver.answer = (_, response) => void response.writeHead(failures-- > 0 ? 502 : 200).end();
    await promptsOf(real).create(projectId, { type: 'text', name: fresh(), prompt: 'x' });
    await vi.waitFor(async () => expect((await logOf(automation.id)).data[0]!.status).toBe('COMPLETED'), {
      timeout: 20_000,
      interval: 200,
    });
    expect((await logOf(automation.id)).data[0]!.attempts.map(({ responseStatus }) => responseStatus)).toEqual([502, 502, 200]);
  } finally {
    await real.drain?.();
    await queue.drain?.();
  }
}, 30_000);

describe('operations', () => {
  it('create, list, change and delete; secrets are shown once and stored encrypted', async () => {
    const first = await add(
      { name: '  First ' },
      {
        headers: [
          { name: 'X-Plain', value: 'seen' },
          { name: 'X-Key', value: 'hidden-value', secret: true },
        ],
      },
    );
    expect(first.signingSecret).toMatch(/^lf-whsec_[0-9a-f]{64}$/);
    expect(first.automation).toEqual({
      id: expect.any(String),
      projectId,
      name: 'First',
      status: 'ACTIVE',
      disabledReason: null,
      disabledAt: null,
      consecutiveFailures: 0,
      trigger: ALL,
      action: {
        type: 'WEBHOOK',
        url: `${receiver.url}/hook`,
        headers: [
          { name: 'X-Plain', value: 'seen', secret: false },
          { name: 'X-Key', value: null, secret: true },
        ],
        displaySigningSecret: `lf-whsec_…${first.signingSecret!.slice(-4)}`,
      },
      lastExecution: null,
      createdBy: userId,
      createdAt: new Date(server.clock.ms).toISOString(),
      updatedAt: new Date(server.clock.ms).toISOString(),
    });
    const slack = await add({ name: 'Slack' }, { type: 'SLACK', url: `${receiver.url}/services/T0/B0/slack-secret` });
    expect([slack.signingSecret, slack.automation.action]).toEqual([
      null,
      { type: 'SLACK', displayUrl: `${receiver.url}/…cret`, channel: null },
    ]);
    const github = await add(
      { name: 'GitHub' },
      { type: 'GITHUB_DISPATCH', url: receiver.url, eventType: 'go', token: 'ghp_token-of-ours' },
    );
    expect(github.automation.action).toEqual({
      type: 'GITHUB_DISPATCH',
      url: receiver.url,
      eventType: 'go',
      displayToken: '…ours',
    });

    const listed = await owner.call<{ data: Automation[]; totalCount: number }>('GET', `${base}?limit=2`);
    expect([listed.body.totalCount, listed.body.data.map(({ name }) => name)]).toEqual([3, ['GitHub', 'Slack']]);
    expect((await owner.call<{ data: Automation[] }>('GET', `${base}?limit=2&page=2`)).body.data.map(({ name }) => name)).toEqual(
      ['First'],
    );

    const secrets = [first.signingSecret!, 'hidden-value', 'slack-secret', 'ghp_token-of-ours'];
    const everything = JSON.stringify([await server.store.db.select().from(rows), listed.body, await get(first.automation.id)]);
    for (const secret of secrets) expect(everything).not.toContain(secret);

    const changed = await owner.call<Automation>('PATCH', `${base}/${first.automation.id}`, {
      name: 'Renamed',
      trigger: { source: 'prompt', eventActions: ['deleted', 'created', 'deleted'] },
    });
    expect(changed.body).toMatchObject({
      name: 'Renamed',
      trigger: { eventActions: ['created', 'deleted'], filter: [] },
      action: first.automation.action,
    });

    expect(await owner.call('DELETE', `${base}/${slack.automation.id}`)).toMatchObject({ status: 200, body: { ok: true } });
    expect((await owner.call('GET', `${base}/${slack.automation.id}`)).status).toBe(404);
  });

  it('gives a new signing secret, that signs from then on', async () => {
    const { automation, signingSecret: old } = await add();
    const { body } = await owner.call<{ signingSecret: string }>('POST', `${base}/${automation.id}/signing-secret`, {});
    expect(body.signingSecret).toMatch(/^lf-whsec_[0-9a-f]{64}$/);
    expect(body.signingSecret).not.toBe(old);
    expect((await get(automation.id)).action).toMatchObject({
      displaySigningSecret: `lf-whsec_…${body.signingSecret.slice(-4)}`,
    });
    await write(fresh());
    await jobs.run();
    const [got] = receiver.received;
    const { t, v1 } = signatureParts(got!.headers['x-langfuse-signature']);
    expect(v1).toBe(await hmacOf(body.signingSecret, t, got!.body));
    const slack = await add({}, { type: 'SLACK', url: receiver.url });
    expect(await owner.call('POST', `${base}/${slack.automation.id}/signing-secret`, {})).toMatchObject({
      status: 400,
      body: { error: { message: 'Only webhooks are signed.' } },
    });
  });

  it('sends a test event, whatever the status, and tells how it went', async () => {
    const { automation, signingSecret } = await add({ trigger: { ...ALL, eventActions: ['deleted'] } });
    await owner.call('PATCH', `${base}/${automation.id}`, { status: 'PAUSED' });
    receiver.answer = (_, response) => void response.writeHead(202).end('taken');
    const { status, body } = await owner.call<Execution>('POST', `${base}/${automation.id}/test`, {});
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        status: 'COMPLETED',
        test: true,
        event: { type: 'prompt-version', action: 'deleted', subject: 'example/greeting, version 1' },
        attempts: [expect.objectContaining({ responseStatus: 202, responseBody: 'taken', error: null })],
      }),
    ]);
    const [got] = receiver.received;
    expect(payloadSchema.parse(JSON.parse(got!.body))).toMatchObject({
      id: body.id,
      user: { email: 'owner@example.com' },
      prompt: { projectId },
    });
    const { t, v1 } = signatureParts(got!.headers['x-langfuse-signature']);
    expect(v1).toBe(await hmacOf(signingSecret!, t, got!.body));
  });

  it('keep secrets on a change, but hand none of them to another address', async () => {
    const url = `${receiver.url}/hook`;
    const { automation, signingSecret } = await add({}, { headers: [{ name: 'X-Key', value: 'first', secret: true }] });
    const patch = (action: object) =>
      owner.call<Automation & { error?: { message: string } }>('PATCH', `${base}/${automation.id}`, { action });
    const kept = {
      type: 'WEBHOOK',
      url,
      headers: [
        { name: 'x-key', secret: true },
        { name: 'X-More', value: '2' },
      ],
    };
    expect((await patch(kept)).status).toBe(200);
    await write(fresh());
    await jobs.run();
    expect(receiver.received[0]!.headers).toMatchObject({ 'x-key': 'first', 'x-more': '2' });
    const { t, v1 } = signatureParts(receiver.received[0]!.headers['x-langfuse-signature']);
    expect(v1).toBe(await hmacOf(signingSecret!, t, receiver.received[0]!.body));
    expect(await patch({ ...kept, url: `${receiver.url}/elsewhere` })).toMatchObject({
      status: 400,
      body: { error: { message: 'action.headers.0.value: is needed again because the address is another' } },
    });
    expect(await patch({ type: 'SLACK', url })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('action.type: cannot be changed') } },
    });

    const github = await add({}, { type: 'GITHUB_DISPATCH', url, eventType: 'go', token: 'ghp_1234567890' });
    const change = (action: object) => owner.call('PATCH', `${base}/${github.automation.id}`, { action });
    expect((await change({ type: 'GITHUB_DISPATCH', url, eventType: 'other' })).status).toBe(200);
    expect(await change({ type: 'GITHUB_DISPATCH', url: `${url}2`, eventType: 'other' })).toMatchObject({
      status: 400,
      body: { error: { message: 'action.token: is needed again because the address is another' } },
    });
    const slack = await add({}, { type: 'SLACK', url });
    expect((await owner.call('PATCH', `${base}/${slack.automation.id}`, { action: { type: 'SLACK' } })).status).toBe(200);
  });

  const webhook = { type: 'WEBHOOK', url: 'https://allowed.test/hook' };
  it.each<[string, object, string]>([
    ['no name', { name: ' ' }, 'name'],
    ['an unknown source', { trigger: { ...ALL, source: 'weather' } }, 'trigger.source'],
    ['no event', { trigger: { ...ALL, eventActions: [] } }, 'trigger.eventActions'],
    ['an unknown event', { trigger: { ...ALL, eventActions: ['renamed'] } }, 'trigger.eventActions.0'],
    [
      'an unknown column',
      { trigger: { ...ALL, filter: [{ type: 'string', column: 'model', operator: '=', value: 'x' }] } },
      'trigger.filter.0.column',
    ],
    [
      'a condition that does not fit',
      { trigger: { ...ALL, filter: [{ type: 'string', column: 'labels', operator: '=', value: 'x' }] } },
      'trigger.filter.0.type',
    ],
    [
      'an operator that does not fit',
      { trigger: { ...ALL, filter: [{ type: 'string', column: 'name', operator: 'matches', value: 'x' }] } },
      'trigger.filter.0.operator',
    ],
    ['an unknown action', { action: { type: 'FAX', url: 'https://allowed.test' } }, 'action.type'],
    ['no address', { action: { type: 'WEBHOOK' } }, 'action.url'],
    ['an address that is none', { action: { type: 'WEBHOOK', url: 'nonsense' } }, 'action.url'],
    ['another protocol', { action: { type: 'WEBHOOK', url: 'ftp://allowed.test' } }, 'action.url'],
    ['a password in the address', { action: { type: 'WEBHOOK', url: 'https://a:b@allowed.test' } }, 'action.url'],
    ['a private address', { action: { type: 'WEBHOOK', url: 'http://192.168.0.1/hook' } }, 'action.url'],
    ['a name that resolves to a private address', { action: { type: 'WEBHOOK', url: 'http://inside.test/hook' } }, 'action.url'],
    ['the address of the cloud’s metadata', { action: { type: 'SLACK', url: 'http://169.254.169.254/' } }, 'action.url'],
    [
      'an own header',
      { action: { ...webhook, headers: [{ name: 'X-Langfuse-Signature', value: 'x' }] } },
      'action.headers.0.name',
    ],
    ['a header that is none', { action: { ...webhook, headers: [{ name: 'a b', value: 'x' }] } }, 'action.headers.0.name'],
    ['a header of two lines', { action: { ...webhook, headers: [{ name: 'a', value: 'x\r\ny: z' }] } }, 'action.headers.0.value'],
    [
      'a header twice',
      {
        action: {
          ...webhook,
          headers: [
            { name: 'a', value: 'x' },
            { name: 'A', value: 'y' },
          ],
        },
      },
      'action.headers.1.name',
    ],
    ['a header without a value', { action: { ...webhook, headers: [{ name: 'a' }] } }, 'action.headers.0.value'],
    [
      'a secret header without a value',
      { action: { ...webhook, headers: [{ name: 'a', secret: true }] } },
      'action.headers.0.value',
    ],
    ['Slack without an address', { action: { type: 'SLACK' } }, 'action.url'],
    ['Slack with both', { action: { type: 'SLACK', url: 'https://allowed.test', channel: '#x' } }, 'action.channel'],
    ['a channel without a workspace', { action: { type: 'SLACK', channel: '#x' } }, 'action.channel'],
    [
      'GitHub without a token',
      { action: { type: 'GITHUB_DISPATCH', url: 'https://allowed.test', eventType: 'x' } },
      'action.token',
    ],
    [
      'GitHub without an event type',
      { action: { type: 'GITHUB_DISPATCH', url: 'https://allowed.test', token: 'x' } },
      'action.eventType',
    ],
  ])('refuse %s and name the field', async (_, wrong, field) => {
    const answer = await owner.call<{ error: { details: { path: string }[] } }>('POST', base, {
      name: 'N',
      trigger: ALL,
      action: webhook,
      ...wrong,
    });
    expect([answer.status, answer.body.error.details?.map(({ path }) => path)]).toEqual([400, [field]]);
    expect(await server.store.db.$count(rows)).toBe(0);
  });

  it('answer 404 for what is not there, and for what is another project’s', async () => {
    const { automation } = await add();
    await write(fresh());
    await jobs.run();
    const [execution] = (await logOf(automation.id)).data;
    const stranger = await server.signUp('stranger@example.com');
    const organisation = await stranger.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'S' });
    const project = await stranger.call<{ id: string }>('POST', `/api/v1/organisations/${organisation.body.id}/projects`, {
      name: 'S',
    });
    const theirs = `/api/v1/projects/${project.body.id}/automations`;
    const routes: [string, string][] = [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/signing-secret'],
      ['POST', '/test'],
      ['GET', '/executions'],
      ['GET', `/executions/${execution!.id}`],
    ];
    for (const [method, rest] of routes) {
      const body = method === 'POST' || method === 'PATCH' ? {} : undefined;
      const other = await stranger.call(method, `${theirs}/${automation.id}${rest}`, body);
      const nowhere = await owner.call(method, `${base}/${encodeURIComponent('no\0such')}${rest}`, body);
      expect([other.status, nowhere.status], `${method} ${rest}`).toEqual([404, 404]);
      expect(JSON.stringify(other.body)).toContain('Automation not found');
    }
    expect((await owner.call('GET', `${base}/${automation.id}/executions/none`)).status).toBe(404);
    expect(receiver.received).toHaveLength(1);
    const otherKey = (await stranger.call<typeof key>('POST', `/api/v1/projects/${project.body.id}/api-keys`, {})).body;
    const problems = await walkAsForeigners({
      url: server.url,
      operations: Object.values(declared),
      victim: { projectId, automationId: automation.id, executionId: execution!.id },
      secrets: ['Hook', receiver.url],
      foreignKey: basic(otherKey.publicKey, otherKey.secretKey),
      publicKeyAlone: `Bearer ${key.publicKey}`,
      strangerCookie: stranger.cookie,
    });
    expect(problems).toEqual([]);
  });

  it('are open to project keys, and closed to viewers', async () => {
    const authorization = basic(key.publicKey, key.secretKey);
    const listed = await fetch(server.url + base, { headers: { authorization } });
    expect([listed.status, await listed.json()]).toEqual([200, { data: [], totalCount: 0 }]);
    const made = await fetch(server.url + base, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'By key', trigger: ALL, action: webhook }),
    });
    expect([made.status, ((await made.json()) as Created).automation.createdBy]).toEqual([200, 'API']);
    const project = await server.access.findProject(projectId);
    const organisationId = project!.organisation.id;
    const added = await owner.call<{ oneTimePassword: string }>('POST', `/api/v1/organisations/${organisationId}/members`, {
      email: 'viewer@example.com',
      role: 'VIEWER',
    });
    const viewer = await server.signIn('viewer@example.com', added.body.oneTimePassword);
    expect((await viewer.call('GET', base)).status).toBe(403);
    expect((await viewer.call('POST', base, { name: 'x', trigger: ALL, action: webhook })).status).toBe(403);
  });
});
