import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Client, credentials, status as grpcStatus, Metadata } from '@grpc/grpc-js';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { freePort } from './support/free-port.ts';
import { startServer, type TestServer } from './support/server.ts';
import { allObservations, exportOf, newSpanId, newTraceId, spanOf } from './support/spans.ts';
import { damage, deep, distort, pick, type Random, randomBytes, seeded } from './support/wild.ts';

/*
 * Whatever is sent to a running server: never a 500, never a crash, and what is valid, in the same request or beside it, is stored.
 */

const BUDGET_MS = 20_000;
const OTLP = ['/v1/traces', '/api/public/otel/v1/traces'];
const FIXTURES = join(import.meta.dirname, '../server/ingest/dialects/fixtures');

/** Bodies that real libraries sent. */
const captured = readdirSync(FIXTURES).flatMap((name) =>
  (
    JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as {
      requests: { path: string; headers: Record<string, string>; body: string }[];
    }
  ).requests.map(({ path, headers, body }) => ({ path, type: headers['content-type']!, body: Buffer.from(body, 'base64') })),
);

let server: TestServer;
let grpc: Client;
/** `trace id/id` of everything valid that was acknowledged. */
const valid = new Set<string>();
beforeAll(async () => {
  server = await startServer({ TELLTALE_OTLP_GRPC_PORT: String(await freePort()) });
  grpc = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
});
afterAll(async () => {
  grpc?.close();
  await server?.destroy();
});

function expectPolite(status: number, seed: unknown, what: string): void {
  if (![200, 207, 400, 413, 415].includes(status)) throw new Error(`${what} with seed ${seed} was answered ${status}`);
}

const post = (path: string, body: unknown, type: string, headers: Record<string, string> = {}) =>
  call(server, 'POST', path, body, { 'content-type': type, ...headers });

/** Sends a message as it is. @returns the status code of gRPC */
function exportOverGrpc(message: Buffer): Promise<number> {
  const metadata = new Metadata();
  metadata.set('authorization', server.authorization);
  return new Promise((done) => {
    grpc.makeUnaryRequest(
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      message,
      metadata,
      (error) => done(error ? error.code : grpcStatus.OK),
    );
  });
}

/** An export in protobuf, made by the SDK of OpenTelemetry, with the identity of its only span. */
async function validProtobuf(): Promise<{ bytes: Buffer; id: string }> {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'valid' }),
    spanProcessors: [new SimpleSpanProcessor(memory)],
  });
  const span = provider.getTracer('e2e').startSpan('valid');
  span.end();
  const { traceId, spanId } = span.spanContext();
  return { bytes: Buffer.from(ProtobufTraceSerializer.serializeRequest(memory.getFinishedSpans())!), id: `${traceId}/${spanId}` };
}

const ways: Record<string, (random: Random, seed: number) => Promise<void>> = {
  async 'random bytes'(random, seed) {
    const bytes = randomBytes(random, Math.floor(random() * 3000));
    const type = pick(random, ['application/x-protobuf', 'application/json', 'text/plain', '']);
    const path = pick(random, [
      ...OTLP,
      '/api/public/ingestion',
      '/api/public/scores',
      '/api/public/traces',
      '/api/public/events',
    ]);
    const encoding = pick(random, [undefined, 'gzip', 'deflate', 'br', 'nonsense']);
    const headers: Record<string, string> = encoding ? { 'content-encoding': encoding } : {};
    expectPolite((await post(path, random() < 0.5 ? bytes : gzipSync(bytes), type, headers)).status, seed, path);
  },

  async 'real bodies, damaged'(random, seed) {
    const { path, type, body } = pick(random, captured);
    expectPolite((await post(path, damage(random, body), type)).status, seed, path);
  },

  async 'real bodies over gRPC, damaged'(random, seed) {
    const { body } = pick(
      random,
      captured.filter(({ type }) => type === 'application/x-protobuf'),
    );
    const code = await exportOverGrpc(random() < 0.2 ? randomBytes(random, 500) : damage(random, body));
    if (code !== grpcStatus.OK && code !== grpcStatus.INVALID_ARGUMENT)
      throw new Error(`gRPC with seed ${seed} was answered ${code}`);
  },

  async 'wrong types among valid spans'(random, seed) {
    const traceId = newTraceId();
    const ids = [newSpanId(), newSpanId()];
    const real = captured.filter(({ path, type }) => path.endsWith('/traces') && type === 'application/json');
    const strange = distort(random, JSON.parse(pick(random, real).body.toString('utf8'))) as { resourceSpans?: unknown };
    const good = exportOf(ids.map((id) => spanOf(traceId, id))).resourceSpans;
    const broken = Array.isArray(strange?.resourceSpans) ? (strange.resourceSpans as unknown[]) : [strange];
    const { status } = await post(
      pick(random, OTLP),
      JSON.stringify({ resourceSpans: [good[0], ...broken] }),
      'application/json',
    );
    expectPolite(status, seed, 'an export');
    if (status !== 200) throw new Error(`Valid spans beside broken ones were answered ${status}, seed ${seed}`);
    for (const id of ids) valid.add(`${traceId}/${id}`);
  },

  async 'wrong types among valid events'(random, seed) {
    const real = captured.filter(({ path }) => path.endsWith('/ingestion'));
    const { batch } = JSON.parse(pick(random, real).body.toString('utf8')) as { batch: unknown[] };
    const traceId = randomUUID();
    const id = randomUUID();
    const timestamp = new Date().toISOString();
    const good = { id: randomUUID(), timestamp, type: 'span-create', body: { id, traceId, name: 'valid', startTime: timestamp } };
    const { status, body } = await call<{ successes: { id: string }[] }>(server, 'POST', '/api/public/ingestion', {
      batch: [...batch.map((event) => distort(random, event)), good],
    });
    if (status !== 207) throw new Error(`A batch with seed ${seed} was answered ${status}`);
    expect(body.successes.map((success) => success.id)).toContain(good.id);
    valid.add(`${traceId}/${id}`);
  },

  async 'valid protobuf beside'(random) {
    const { bytes, id } = await validProtobuf();
    if (random() < 0.5) expect(await exportOverGrpc(bytes)).toBe(grpcStatus.OK);
    else expect((await post(pick(random, OTLP), bytes, 'application/x-protobuf')).status).toBe(200);
    valid.add(id);
  },
};

describe('both doors', () => {
  it('stay polite whatever comes, and keep what is valid', async () => {
    const end = Date.now() + BUDGET_MS;
    let seed = 0;
    const senders = Array.from({ length: 4 }, async () => {
      while (Date.now() < end) {
        seed += 1;
        const mine = seed;
        const names = Object.keys(ways);
        await ways[names[mine % names.length]!]!(seeded(mine), mine);
      }
    });
    await Promise.all(senders);
    expect(seed).toBeGreaterThan(60);
  });

  it('stay polite to what is deep, long or a bomb', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    for (const path of [...OTLP, '/api/public/ingestion', '/api/public/scores']) {
      expectPolite((await post(path, nested(200_000), 'application/json')).status, 'deep', path);
    }
    const traceId = newTraceId();
    const ids = [newSpanId(), newSpanId(), newSpanId()];
    const attribute = (value: unknown) => ({ attributes: [{ key: 'input.value', value }] });
    let value: unknown = { stringValue: 'bottom' };
    for (let i = 0; i < 1000; i++)
      value = i % 2 ? { arrayValue: { values: [value] } } : { kvlistValue: { values: [{ key: 'a', value }] } };
    const spans = [
      spanOf(traceId, ids[0], attribute(value)),
      spanOf(traceId, ids[1], attribute({ stringValue: 'long '.repeat(2_000_000) })),
      spanOf(traceId, ids[2], attribute({ stringValue: JSON.stringify(deep(3000)) })),
    ];
    expect((await call(server, 'POST', '/v1/traces', exportOf(spans))).status).toBe(200);
    for (const id of ids) valid.add(`${traceId}/${id}`);

    const tooLarge = await post('/v1/traces', Buffer.alloc(33 * 1024 * 1024, ' '), 'application/json');
    expect(tooLarge.status).toBe(413);
    expect(JSON.stringify(tooLarge.body)).toMatch(/32 ?MB|33554432/i);
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    for (const path of ['/v1/traces', '/api/public/ingestion']) {
      expect((await post(path, bomb, 'application/json', { 'content-encoding': 'gzip' })).status).toBe(413);
    }
    expect(await exportOverGrpc(Buffer.alloc(33 * 1024 * 1024))).toBe(grpcStatus.RESOURCE_EXHAUSTED);
  });

  it('have stored everything valid, in the process that was started', async () => {
    expect((await call(server, 'GET', '/ready')).status).toBe(200);
    const stored = new Set(await allObservations(server));
    expect(valid.size).toBeGreaterThan(20);
    expect([...valid].filter((id) => !stored.has(id))).toEqual([]);
    expect(server.output()).not.toContain('"level":60');
    expect(await server.stop()).toBe(0);
  });
});
