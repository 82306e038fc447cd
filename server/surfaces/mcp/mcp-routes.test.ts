import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KeyIdentity } from '../../domains/access/index.ts';
import { AppError, invalidRequest, notFound, unauthorized, unavailable } from '../../lib/errors.ts';
import { mcpDescriptorRoute, mcpRoutes } from './index.ts';
import { type ToolCaller, tool } from './tool.ts';

const keys: Record<string, Partial<KeyIdentity>> = {
  p: { scope: 'project', projectId: 'p' },
  public: { scope: 'scores', projectId: 'p' },
  organisation: { scope: 'organisation', projectId: null },
};

const authenticateKey = async (authorization: string | undefined): Promise<KeyIdentity> => {
  if (authorization === 'busy') throw new AppError(429, 'TooManyRequestsError', 'Too many requests', { retryAfter: 2.5 });
  if (authorization === 'broken') throw new Error('secret text of ours');
  const key = keys[authorization ?? ''];
  if (!key) throw unauthorized('No authorization header');
  return { keyId: 'k', publicKey: 'pk', organisationId: 'o', projectId: null, scope: 'project', ...key } as KeyIdentity;
};

const callers: ToolCaller[] = [];
const failures: Record<string, () => Error> = {
  bad: () => invalidRequest('field: is wrong'),
  missing: () => notFound('No such thing'),
  busy: () => unavailable('Later', 3),
  ours: () => new Error('secret text of ours'),
};
const tools = [
  tool({
    name: 'echo',
    description: 'Says it back.',
    effect: 'adds',
    input: z.object({ said: z.string().min(2), at: z.iso.datetime().optional() }),
    run: async (input, caller) => {
      callers.push(caller);
      return { said: input.said, nested: { n: 1 } };
    },
  }),
  tool({
    name: 'fail',
    description: 'Fails.',
    effect: 'reads',
    expensive: true,
    input: z.strictObject({ how: z.string() }),
    run: async ({ how }) => {
      throw failures[how]!();
    },
  }),
];

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify();
  await app.register(
    mcpRoutes({ access: { authenticateKey }, tools, publicUrl: 'https://telltale.example', allowedHosts: ['inside.example'] }),
  );
  await app.register(mcpDescriptorRoute());
});
afterAll(() => app.close());

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
};
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const callOf = (name: string, args: unknown, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

interface Sent {
  method?: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'OPTIONS';
  headers?: Record<string, string | undefined>;
}

async function send(body: unknown, { method = 'POST', headers = {} }: Sent = {}) {
  const all = { authorization: 'p', accept: 'application/json, text/event-stream', host: 'localhost:3000', ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>;
  const isText = typeof body === 'string';
  if (body !== undefined && given['content-type'] === undefined) given['content-type'] = 'application/json';
  const payload = body === undefined ? undefined : isText ? body : JSON.stringify(body);
  const answer = await app.inject({ method, url: '/api/public/mcp', headers: given, payload });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    // biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
    body: (answer.body === '' ? null : JSON.parse(answer.body)) as any,
  };
}

describe('the transport', () => {
  it('answers one JSON for each POST, without a session', async () => {
    const { status, headers, body } = await send(initialize);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['mcp-session-id']).toBeUndefined();
    expect(body.result.serverInfo).toEqual({ name: 'langfuse', version: '0.3.0-unstable' });
    expect(body.result.capabilities).toEqual({ tools: {} });
    // No order is needed: each request stands alone.
    expect((await send(list)).body.result.tools).toHaveLength(2);
  });

  it('takes notifications, and several messages at once', async () => {
    const done = await send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([done.status, done.body]).toEqual([202, null]);
    const several = await send([callOf('echo', { said: 'one' }, 1), callOf('fail', { how: 'bad' }, 2)]);
    expect(several.body.map(({ id }: { id: number }) => id).sort()).toEqual([1, 2]);
  });

  it.each([
    ['application/json', 200],
    ['text/event-stream', 200],
    ['*/*', 200],
    ['text/html, application/json;q=0.5', 200],
    ['text/html', 406],
    [undefined, 406],
  ])('Accept: %s is answered %i', async (accept, wanted) => {
    const { status, body } = await send(list, { headers: { accept } });
    expect(status).toBe(wanted);
    if (wanted === 406) expect(body).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } });
  });

  it('has nothing for GET, DELETE and PUT', async () => {
    for (const method of ['GET', 'DELETE', 'PUT'] as const) {
      const { status, headers, body } = await send(undefined, { method });
      expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
      expect(body).toMatchObject({ jsonrpc: '2.0', id: null, error: { message: 'Method not allowed.' } });
    }
  });

  it('answers what is no JSON-RPC with 400', async () => {
    expect(await send('{"jsonrpc":')).toMatchObject({ status: 400, body: { error: expect.any(String), code: -32700 } });
    expect((await send({ hello: 1 })).status).toBe(400);
    expect((await send('said=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(415);
    expect((await send(list, { headers: { 'mcp-protocol-version': '1999-01-01' } })).status).toBe(400);
  });

  it('answers OPTIONS without a key', async () => {
    const { status, headers } = await send(undefined, {
      method: 'OPTIONS',
      headers: {
        authorization: undefined,
        origin: 'http://localhost:6274',
        'access-control-request-headers': 'authorization, mcp-protocol-version',
      },
    });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('http://localhost:6274');
    expect(headers['access-control-allow-headers']).toBe('authorization, mcp-protocol-version');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });
});

describe('who may call', () => {
  it.each([
    ['nobody', undefined, 401, 'No authorization header'],
    ['a public key alone', 'public', 403, /public key/],
    ['an organisation', 'organisation', 403, /organisation/],
  ])('not %s', async (_, authorization, wanted, message) => {
    for (const method of ['POST', 'GET'] as const) {
      const { status, body } = await send(method === 'POST' ? list : undefined, { method, headers: { authorization } });
      expect(status).toBe(wanted);
      expect(body).toEqual({ error: expect.stringMatching(message), code: -32600 });
    }
  });

  it('reads nothing of what strangers send', async () => {
    expect((await send('{"jsonrpc":', { headers: { authorization: undefined } })).status).toBe(401);
  });

  it('says when there is too much, and nothing of what broke', async () => {
    const busy = await send(list, { headers: { authorization: 'busy' } });
    expect([busy.status, busy.headers['retry-after'], busy.body]).toEqual([
      429,
      '3',
      { error: 'Too many requests', code: -32600 },
    ]);
    const broken = await send(list, { headers: { authorization: 'broken' } });
    expect([broken.status, broken.body]).toEqual([500, { error: 'Internal Server Error', code: -32603 }]);
  });

  it.each([
    ['localhost:3000', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:3000', 200],
    ['telltale.example', 200],
    ['Telltale.Example:443', 200],
    ['inside.example:8080', 200],
    ['192.168.1.5:3000', 200],
    ['evil.example', 403],
    ['localhost.evil.example:3000', 403],
    ['telltale.example.evil.example', 403],
    ['evil.example/@localhost', 403],
  ])('Host: %s is answered %i', async (host, wanted) => {
    const { status, body } = await send(list, { headers: { host } });
    expect(status).toBe(wanted);
    if (wanted === 403) expect(body).toEqual({ error: expect.stringContaining('TELLTALE_MCP_ALLOWED_HOSTS'), code: -32600 });
  });

  it.each([
    ['https://telltale.example', 200],
    ['http://localhost:6274', 200],
    ['http://inside.example', 200],
    ['https://evil.example', 403],
    ['http://192.168.1.5', 403],
    ['null', 403],
    ['file:///tmp/x.html', 403],
    ['', 403],
  ])('Origin: %s is answered %i', async (origin, wanted) => {
    const { status, headers } = await send(list, { headers: { origin } });
    expect(status).toBe(wanted);
    expect(headers['access-control-allow-origin']).toBe(wanted === 200 ? origin : undefined);
  });

  it('a host that somebody without a proxy claims to have forwarded counts for nothing', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    expect((await send(list, { headers })).status).toBe(403);
    expect((await send(list, { headers: { 'x-forwarded-host': 'evil.example' } })).status).toBe(200);
  });

  it('a page of the very address that is called may call it', async () => {
    const headers = { host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' };
    expect((await send(list, { headers })).status).toBe(200);
  });
});

describe('tools', () => {
  it('are listed with schema and hints', async () => {
    const [echo, fail] = (await send(list)).body.result.tools;
    expect(echo).toEqual({
      name: 'echo',
      description: 'Says it back.',
      inputSchema: {
        type: 'object',
        properties: { said: { type: 'string', minLength: 2 }, at: { type: 'string', format: 'date-time' } },
        required: ['said'],
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    });
    expect(fail.inputSchema.additionalProperties).toBe(false);
    expect(fail.annotations).toEqual({ readOnlyHint: true, expensiveHint: true, openWorldHint: false });
  });

  it('answer with pretty JSON as one text', async () => {
    const { body } = await send(callOf('echo', { said: 'hello' }), { headers: { 'x-langfuse-sdk-name': 'x' } });
    expect(body.result).toEqual({
      content: [{ type: 'text', text: '{\n  "said": "hello",\n  "nested": {\n    "n": 1\n  }\n}' }],
    });
    expect(callers.at(-1)).toEqual({
      projectId: 'p',
      publicKey: 'pk',
      baseUrl: 'https://telltale.example',
      sdkName: 'x',
      sdkVersion: '',
    });
  });

  it.each([
    ['fail', { how: 'bad' }, -32600, 'field: is wrong'],
    ['fail', { how: 'missing' }, -32600, 'No such thing'],
    ['fail', { how: 'busy' }, -32603, 'Later'],
    ['fail', { how: 'ours' }, -32603, 'Internal error'],
    ['fail', { how: 'bad', more: 1 }, -32602, /^Invalid arguments for fail: .*more/],
    ['echo', { said: 'x' }, -32602, /^Invalid arguments for echo: said: /],
    ['echo', undefined, -32602, /said/],
    ['nothing', {}, -32602, 'Unknown tool: nothing'],
  ])('%s %j fails with %i', async (name, args, code, message) => {
    const { status, body } = await send(callOf(name, args));
    expect(status).toBe(200);
    expect(body.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(JSON.stringify(body)).not.toContain('secret text');
  });

  it('refuse texts that no store holds, wherever they are', async () => {
    for (const args of [{ said: 'a\u0000' }, { said: 'ok', more: [{ deep: '\ud800' }] }, { said: 'ok', 'k\u0000': 1 }]) {
      const { body } = await send(callOf('echo', args));
      expect(body.error.code).toBe(-32602);
      expect(body.error.message).toContain('without the character NUL');
    }
  });

  it('say in data what programs need', async () => {
    const { body } = await send(callOf('fail', { how: 'busy' }));
    expect(body.error.data).toEqual({ status: 503, error: 'ServiceUnavailableError', retryAfterSeconds: 3 });
    const wrong = await send(callOf('echo', { said: 'x' }));
    expect(wrong.body.error.data.issues).toEqual([expect.objectContaining({ path: ['said'], code: 'too_small' })]);
  });
});

it('is described at the root of the site; nothing else is well known', async () => {
  const found = await app.inject({ url: '/.well-known/mcp.json' });
  expect(found.json()).toMatchObject({ endpoint: '/api/public/mcp', transport: { type: 'streamable-http' } });
  expect(found.headers['access-control-allow-origin']).toBe('*');
  expect((await app.inject({ url: '/.well-known/oauth-authorization-server' })).statusCode).toBe(404);
});
