import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { call, get } from './support/api.ts';
import { freePort } from './support/free-port.ts';
import { startLoad } from './support/load.ts';
import { eventually, startServer, type TestServer } from './support/server.ts';
import { allObservations, exportOf, newSpanId, newTraceId, spanOf } from './support/spans.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.destroy();
  server = undefined;
});

/** A request on a socket of its own, sent piece by piece. */
async function open(to: TestServer): Promise<{ socket: Socket; send(text: string): void; answer: Promise<string> }> {
  const socket = createConnection(Number(new URL(to.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => socket.destroy());
  const answer = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  return { socket, send: (part) => socket.write(part), answer };
}

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what is under way on %s and exits 0', async (signal) => {
    server = await startServer();
    const load = startLoad(server);
    await eventually(async () => load.acknowledged.size > 500, 'acknowledged spans');

    // Half an upload and half a question are open when the signal comes.
    const span = { traceId: newTraceId(), spanId: newSpanId() };
    const body = JSON.stringify(exportOf([spanOf(span.traceId, span.spanId)]));
    const upload = await open(server);
    upload.send(
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\nauthorization: ${server.authorization}\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body.slice(0, 100)}`,
    );
    const question = await open(server);
    question.send('GET /ready HTTP/1.1\r\nhost: x\r\n');
    // The server has both: it answers a later request.
    await get(server, '/api/public/projects');

    const ended = server.stop(signal);
    await eventually(async () => server!.output().includes('"msg":"stopping"'), 'the server to stop');
    question.send('connection: close\r\n\r\n');
    expect(await question.answer).toMatch(/^HTTP\/1\.1 503 /);
    upload.send(body.slice(100));
    expect(await upload.answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ended).toBe(0);
    await load.stop();

    server = await server.restart();
    const stored = await allObservations(server);
    const missing = [...load.acknowledged, `${span.traceId}/${span.spanId}`].filter((id) => !new Set(stored).has(id));
    expect(missing).toEqual([]);
    expect(stored).toHaveLength(new Set(stored).size);
  });
});

describe('starting', () => {
  it('refuses a folder that another server has, and names both', async () => {
    server = await startServer();
    const second = await startServer({}, server.dataDir).catch((error: Error) => error);
    expect(second).toBeInstanceOf(Error);
    expect((second as Error).message).toContain('ended with 1 before it listened');
    expect((second as Error).message).toContain(`${server.dataDir} is in use`);
    expect((second as Error).message).toContain(`process ${server.pid}`);
    expect((await call(server, 'GET', '/ready')).status).toBe(200);
  });

  it('takes a folder over after kill -9', async () => {
    server = await startServer();
    expect(await server.stop('SIGKILL')).toBeNull();
    server = await server.restart();
    expect((await call(server, 'GET', '/ready')).status).toBe(200);
  });

  it('names every wrong setting, and shows no secret', async () => {
    const wrong = {
      PORT: '99999',
      TELLTALE_OTLP_GRPC_PORT: 'grpc',
      TELLTALE_DEMO: 'maybe',
      TELLTALE_PUBLIC_URL: 'ftp://x',
      TELLTALE_SECRET: 'too-short-secret',
      TELLTALE_INIT_USER_PASSWORD: 'short-p',
      CLICKHOUSE_URL: 'not a url',
    };
    const failed = await startServer(wrong).catch((error: Error) => error);
    const { message } = failed as Error;
    expect(message).toContain('ended with 1');
    for (const name of Object.keys(wrong)) expect(message).toContain(`${name}=`);
    expect(message).toContain('PORT="99999"');
    expect(message).not.toContain('too-short-secret');
    expect(message).not.toContain('short-p');
  });

  it('goes on without gRPC when its port is taken, and warns', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      server = await startServer({ TELLTALE_OTLP_GRPC_PORT: String(port) });
      expect(server.grpcPort).toBe(0);
      const warning = server
        .output()
        .split('\n')
        .find((line) => line.includes('TELLTALE_OTLP_GRPC_PORT'));
      expect(JSON.parse(warning!)).toMatchObject({ level: 'warn', port });
      expect((await call(server, 'GET', '/ready')).status).toBe(200);
    } finally {
      other.close();
    }
  });
});

describe('serving', () => {
  it('tells that it is alive and ready, and takes and returns request ids', async () => {
    server = await startServer({ TELLTALE_OTLP_GRPC_PORT: String(await freePort()), TELLTALE_LOG_LEVEL: 'debug' });
    expect(server.grpcPort).toBeGreaterThan(0);
    expect(await call(server, 'GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await call(server, 'GET', '/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        stores: {
          analytics: { ok: true, latencyMs: expect.any(Number) },
          metadata: { ok: true, latencyMs: expect.any(Number) },
        },
      },
    });
    expect(await call(server, 'GET', '/api/public/health')).toMatchObject({ status: 200, body: { status: 'OK' } });
    expect(await call(server, 'GET', '/api/public/ready')).toMatchObject({ status: 200, body: { status: 'OK' } });

    const told = await call(server, 'GET', '/api/public/traces', undefined, { 'x-request-id': 'my-request-4711' });
    expect(told.headers.get('x-request-id')).toBe('my-request-4711');
    await eventually(async () => server!.output().includes('my-request-4711'), 'the id in the log');
    const made = await call(server, 'GET', '/api/public/traces');
    expect(made.headers.get('x-request-id')).toMatch(/\S{8,}/);
    const refused = await call(server, 'GET', '/api/public/traces/none', undefined, { 'x-request-id': 'my-request-4712' });
    expect([refused.status, refused.headers.get('x-request-id')]).toEqual([404, 'my-request-4712']);
  });

  it('keeps its files and its metrics to itself, and logs what it refused', async () => {
    server = await startServer();
    const { url, dataDir } = server;
    await call(server, 'POST', '/v1/traces', exportOf([spanOf(newTraceId(), newSpanId())]));
    // PostgreSQL's own files have modes of its own, in a folder that nobody else can enter.
    const open = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(dataDir, 'metadata/')))
      .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
    expect(open).toEqual([]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);

    expect(await call(server, 'GET', '/startup')).toMatchObject({ status: 200, body: { status: 'started' } });
    const metrics = await fetch(`${url}/metrics`).then((answer) => answer.text());
    expect(metrics).toMatch(/http_requests_total\{method="POST",endpoint="\/v1\/traces",status="200"\} 1/);
    for (const store of ['analytics', 'metadata'])
      expect(metrics).toMatch(new RegExp(`db_query_duration_seconds_count\\{store="${store}",method="\\w+"\\} [1-9]`));
    expect((await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);

    const refused = await call(server, 'GET', '/api/public/traces?limit=x', undefined, { 'x-correlation-id': 'order-4711' });
    expect([refused.status, refused.headers.get('x-correlation-id')]).toEqual([400, 'order-4711']);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    const line = await eventually(
      async () =>
        server!
          .output()
          .split('\n')
          .find((text) => text.includes('order-4711')),
      'the line of the refused request',
    );
    expect(JSON.parse(line!)).toMatchObject({
      level: 'warn',
      path: '/api/public/traces',
      status: 400,
      correlationId: 'order-4711',
    });
  });

  it('writes no secret and no prompt into its log', async () => {
    server = await startServer({ TELLTALE_LOG_LEVEL: 'trace' });
    const traceId = newTraceId();
    const prompt = 'a prompt that nobody else may read';
    const attributes = [{ key: 'input.value', value: { stringValue: prompt } }];
    await call(server, 'POST', '/v1/traces', exportOf([spanOf(traceId, newSpanId(), { attributes }), { traceId: 7 }]));
    await call(server, 'POST', '/v1/traces', `{"broken": "${prompt}`, { 'content-type': 'application/json' });
    await call(server, 'POST', '/api/public/ingestion', { batch: [{ id: 1, type: 'x', body: { input: prompt } }] });
    await call(server, 'GET', `/api/public/traces?filter=${encodeURIComponent(`[{"value":"${prompt}"}]`)}`);
    await call(server, 'GET', `/api/public/traces/${traceId}`);
    expect(await server.stop()).toBe(0);
    for (const secret of [prompt, server.secretKey, server.password, server.authorization, encodeURIComponent(prompt)]) {
      expect(server.output()).not.toContain(secret);
    }
  });
});
