import http from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notFound, unauthorized } from '../../lib/errors.ts';
import { type TailOptions, tailSurface } from './tail.ts';

let app: FastifyInstance;
let url: string;
let stopping: AbortController;
/** Listeners by project. */
let listeners: Map<string, Set<(ids: readonly string[]) => void>>;
let role: 'VIEWER' | null;

beforeEach(() => {
  listeners = new Map();
  stopping = new AbortController();
  role = 'VIEWER';
});
afterEach(() => app.close());

async function serve(change: Partial<TailOptions> = {}) {
  app = Fastify();
  await app.register(
    tailSurface({
      access: {
        authenticateKey: async () => {
          throw unauthorized('no');
        },
        authenticateSession: async (headers) => (headers.cookie ? { userId: 'u', email: 'u@example.com', name: 'U' } : null),
        roleInProject: async (_user, projectId) => {
          if (projectId !== 'p') throw notFound('Project not found');
          return role;
        },
        roleInOrganisation: async () => null,
      },
      trustsOrigin: () => false,
      subscribe(projectId, listener) {
        const all = listeners.get(projectId) ?? new Set();
        listeners.set(projectId, all.add(listener));
        return () => all.delete(listener);
      },
      stopping: stopping.signal,
      ...change,
    }),
    { prefix: '/api/v1' },
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
}

const tell = (...ids: string[]) => {
  for (const listener of listeners.get('p') ?? []) listener(ids);
};

/** Opens a stream and gathers what it says. */
async function open(headers: Record<string, string> = { cookie: 'x' }, project = 'p') {
  const request = http.get(`${url}/api/v1/projects/${project}/traces/tail`, { headers });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  const stream = { response, request, text: '', ended: false };
  response.setEncoding('utf8').on('data', (chunk) => {
    stream.text += chunk;
  });
  response.on('end', () => {
    stream.ended = true;
  });
  return stream;
}

describe('the live tail', () => {
  it('sends ids of traces as they become queryable, to those who listen', async () => {
    await serve();
    const stream = await open();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await vi.waitFor(() => expect(listeners.get('p')?.size).toBe(1));
    tell('t1', 't2');
    tell('t3\nevent: forged');
    await vi.waitFor(() => expect(stream.text).toContain('t3'));
    const [, ...events] = stream.text.split('\n\n');
    expect(events).toEqual([
      'event: trace\ndata: {"traceIds":["t1","t2"]}',
      'event: trace\ndata: {"traceIds":["t3\\nevent: forged"]}',
      '',
    ]);
  });

  it('refuses who may not see the project', async () => {
    await serve();
    expect((await open({})).response.statusCode).toBe(401);
    expect((await open({ authorization: 'Basic x' })).response.statusCode).toBe(401);
    expect((await open({ cookie: 'x' }, 'q')).response.statusCode).toBe(404);
    role = null;
    const refused = await open();
    expect(refused.response.statusCode).toBe(404);
    await vi.waitFor(() => expect(refused.ended).toBe(true));
    expect(JSON.parse(refused.text)).toEqual({ error: { code: 'LangfuseNotFoundError', message: 'Project not found' } });
    expect(listeners.size).toBe(0);
  });

  it('says that it is alive, and ends when the reader may not see the project any more', async () => {
    await serve({ heartbeatMs: 10 });
    const stream = await open();
    await vi.waitFor(() => expect(stream.text.match(/: still here\n\n/g)?.length).toBeGreaterThan(2));
    expect(stream.ended).toBe(false);
    role = null;
    await vi.waitFor(() => expect(stream.ended).toBe(true));
    expect(listeners.get('p')?.size).toBe(0);
  });

  it('stops listening when the reader goes', async () => {
    await serve();
    const stream = await open();
    await vi.waitFor(() => expect(listeners.get('p')?.size).toBe(1));
    stream.request.destroy();
    stream.response.on('error', () => {});
    await vi.waitFor(() => expect(listeners.get('p')?.size).toBe(0));
  });

  it('ends open streams and takes no new ones when the server drains', async () => {
    await serve();
    const stream = await open();
    stopping.abort();
    await vi.waitFor(() => expect(stream.ended).toBe(true));
    const refused = await open();
    expect([refused.response.statusCode, refused.response.headers['retry-after']]).toEqual([503, '5']);
  });

  it('does not keep the server from closing', async () => {
    await serve();
    const stream = await open();
    await app.close();
    await vi.waitFor(() => expect(stream.ended).toBe(true));
  });

  it('gathers ids for a slow reader instead of memory', async () => {
    await serve();
    const stream = await open();
    await vi.waitFor(() => expect(listeners.get('p')?.size).toBe(1));
    stream.response.pause();
    for (let i = 0; i < 60_000; i++) tell(`trace-${i}-${'x'.repeat(200)}`);
    stream.response.resume();
    await vi.waitFor(() => expect(stream.text).toContain('trace-59999-'), { timeout: 10_000 });
    const sent = stream.text.match(/trace-\d+-/g)!.length;
    expect(sent).toBeLessThan(60_000);
    expect(sent).toBeGreaterThanOrEqual(10_000);
  });
});
