import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../e2e/support/receiver.ts';
import { systemClock } from '../lib/clock.ts';
import { createOutbound, type Outbound } from '../lib/outbound.ts';
import { createSend } from './index.ts';

let receiver: Receiver;
const opened: Outbound[] = [];

/** @param names what a name resolves to, one list for each time that it is asked for */
const sender = (options: { allow?: string[]; names?: Record<string, string[][]>; timeoutMs?: number } = {}) => {
  const outbound = createOutbound({
    allow: options.allow ?? ['127.0.0.1'],
    resolve: (host, _, done) => {
      const found = options.names?.[host]?.shift();
      if (!found) return done(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }));
      return done(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  });
  opened.push(outbound);
  return createSend({ outbound, clock: systemClock, timeoutMs: options.timeoutMs });
};
const request = (url: string, body = '{"a":1}') => ({ url, headers: { 'content-type': 'application/json' }, body });

beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer = (_, response) => void response.writeHead(200).end('ok');
});
afterAll(async () => {
  for (const outbound of opened) await outbound.close();
  await receiver.stop();
});

describe('sending', () => {
  it('posts the body as it is', async () => {
    const body = '{"text":"Grüße 🎉"}';
    const sent = await sender()(request(`${receiver.url}/hook?x=1`, body));
    expect(sent).toEqual({
      startedAt: expect.any(Date),
      durationMs: expect.any(Number),
      status: 200,
      body: 'ok',
      error: null,
    });
    expect(receiver.received).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/hook?x=1',
        body,
        headers: expect.objectContaining({ host: new URL(receiver.url).host }),
      }),
    ]);
  });

  it.each([[201], [204], [299]])('takes %i as a success', async (status) => {
    receiver.answer = (_, response) => void response.writeHead(status).end();
    expect(await sender()(request(receiver.url))).toMatchObject({ status, error: null });
  });

  it.each([[400], [404], [500], [503]])('takes %i as a failure', async (status) => {
    receiver.answer = (_, response) => void response.writeHead(status).end('why');
    expect(await sender()(request(receiver.url))).toMatchObject({
      status,
      body: 'why',
      error: `The receiver answered ${status}.`,
    });
  });

  it.each([[301], [302], [307], [308]])('follows no redirect: %i', async (status) => {
    receiver.answer = (got, response) => {
      if (got.path === '/moved') response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end();
      else response.end('here');
    };
    const sent = await sender()(request(`${receiver.url}/moved`));
    expect(sent).toMatchObject({ status, error: expect.stringContaining('redirects are not followed') });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/moved']);
  });

  it('keeps the beginning of an answer, and does not wait for an endless one', async () => {
    receiver.answer = (_, response) => {
      response.writeHead(200);
      const pour = () => {
        while (response.write('\0é'.repeat(20_000))) if (response.destroyed) return;
        response.once('drain', pour);
      };
      pour();
    };
    const sent = await sender()(request(receiver.url));
    expect(sent.error).toBeNull();
    expect(sent.body).toBe('\ufffdé'.repeat(500));
  });

  it('gives up on a receiver that does not answer, or does not end its answer', async () => {
    const held: { end(): void }[] = [];
    receiver.answer = (_, response) => void held.push(response);
    const silent = await sender({ timeoutMs: 150 })(request(receiver.url));
    expect(silent).toMatchObject({ status: null, body: null, error: 'There was no answer within 0.15 s.' });
    receiver.answer = (_, response) => {
      response.writeHead(200).write('some');
      held.push(response);
    };
    const slow = await sender({ timeoutMs: 150 })(request(receiver.url));
    expect(slow).toMatchObject({ status: 200, error: 'There was no answer within 0.15 s.' });
    for (const response of held) response.end();
  });

  it('says in words what went wrong without an answer', async () => {
    const free = await startReceiver();
    await free.stop();
    expect(await sender()(request(free.url))).toMatchObject({ status: null, error: 'The connection was refused.' });
    expect(await sender()(request('http://nobody.test'))).toMatchObject({ error: 'The name of the host cannot be resolved.' });
    receiver.answer = (_, response) => void response.destroy();
    expect(await sender()(request(receiver.url))).toMatchObject({ error: 'The receiver closed the connection.' });
  });

  it('asks the channel whether a 200 is a success', async () => {
    const refusal = (body: string) => (body === 'ok' ? 'no, it is not' : null);
    expect(await sender()({ ...request(receiver.url), refusal })).toMatchObject({ status: 200, error: 'no, it is not' });
  });
});

describe('the guard', () => {
  const port = () => new URL(receiver.url).port;

  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::127.0.0.1]',
    'http://[::ffff:0:7f00:1]',
    'http://[64:ff9b::7f00:1]',
    'http://[64:ff9b:1::7f00:1]',
    'http://[64:ff9b:1:7f00:1::808:808]',
    'http://[2002:7f00:1::]',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    'http://[fec0::1]',
    'http://[4000::1]',
    'http://169.254.169.254',
    'http://localhost',
    'http://localhost.',
    'http://sub.localhost',
    'http://inside.test',
    'http://inside6.test',
    'http://mapped.test',
  ])('sends nothing to %s', async (host) => {
    const names = {
      localhost: [['127.0.0.1']],
      'localhost.': [['127.0.0.1']],
      'sub.localhost': [['::1']],
      'inside.test': [['93.184.216.34', '10.0.0.7']],
      'inside6.test': [['fd12::1']],
      'mapped.test': [['::ffff:127.0.0.1']],
    };
    const sent = await sender({ allow: [], names })(request(`${host}:${port()}/`));
    expect(sent).toMatchObject({ status: null, error: expect.stringMatching(/private or reserved.*TELLTALE_OUTBOUND_ALLOW/) });
    expect(receiver.received).toEqual([]);
  });

  it('checks a name again each time: one that turns private later is refused then', async () => {
    const names = { 'turning.test': [['127.0.0.1'], ['127.0.0.2']] };
    receiver.answer = (_, response) => void response.writeHead(200, { connection: 'close' }).end('ok');
    const send = sender({ allow: ['127.0.0.1'], names });
    expect(await send(request(`http://turning.test:${port()}/`))).toMatchObject({ status: 200, error: null });
    expect(await send(request(`http://turning.test:${port()}/`))).toMatchObject({
      status: null,
      error: expect.stringContaining('127.0.0.2'),
    });
    expect(receiver.received).toHaveLength(1);
  });
});
