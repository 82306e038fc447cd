import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs/minimal.js';
import { afterEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { type GrpcSurface, startGrpc } from './grpc.ts';
import { FULL, ORGANISATION, PUBLIC, startDoor, type TestDoor, type TestDoorOptions } from './testing/start-door.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options?: TestDoorOptions): Promise<{ test: TestDoor; client: Client; surface: GrpcSurface }> {
  const test = await startDoor(options);
  const surface = await startGrpc({ ...test.parts, host: '127.0.0.1', port: 0, log: createLogger('silent') });
  const client = new Client(`127.0.0.1:${surface.port}`, credentials.createInsecure());
  closing.push(
    () => test.app.close(),
    () => surface.stop?.(),
    () => client.close(),
  );
  return { test, client, surface };
}

const bytes = (message: Buffer) => message;
function call(
  client: Client,
  body: Buffer,
  headers: Record<string, string> = { authorization: FULL },
  service = 'trace.v1.TraceService',
): Promise<Buffer> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((resolve, reject) => {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    client.makeUnaryRequest(path, bytes, bytes, body, metadata, { deadline: Date.now() + 10_000 }, (error, answer) =>
      error ? reject(error) : resolve(answer!),
    );
  });
}

const failure = (promise: Promise<unknown>): Promise<ServiceError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: ServiceError) => error,
  );

/** An export of spans by hand: resource_spans(1) { scope_spans(2) { spans(2) { trace_id(1), span_id(2), name(5) } } } */
function exportOf(...spans: { traceId?: Buffer; spanId?: Buffer; name?: string }[]): Buffer {
  const message = (field: number, body: Uint8Array) =>
    protobuf.Writer.create()
      .uint32((field << 3) | 2)
      .bytes(body)
      .finish();
  const encoded = spans.map(({ traceId = Buffer.alloc(16, 1), spanId = Buffer.alloc(8, 2), name = 'n' }) =>
    message(2, Buffer.concat([message(1, traceId), message(2, spanId), message(5, Buffer.from(name))])),
  );
  return Buffer.from(message(1, message(2, Buffer.concat(encoded))));
}

describe('OTLP over gRPC', () => {
  it('takes an export and answers when it is stored', async () => {
    const { test, client } = await start();
    const answer = await call(client, exportOf({ name: 'agent' }), {
      authorization: FULL,
      'x-langfuse-sdk-name': 'python',
      x_langfuse_sdk_version: '4.14.0',
    });
    expect(answer).toHaveLength(0);
    expect(test.written.rows).toMatchObject([
      { project_id: 'p1', trace_id: '01'.repeat(16), id: '02'.repeat(8), name: 'agent', via: 'otlp-grpc' },
    ]);
    expect(test.receipts.keys('p1')).toMatchObject([
      { stored: 1, clients: [{ via: 'otlp-grpc', sdk: 'python 4.14.0', count: 1 }] },
    ]);
    expect(test.budget.bytes).toBe(0);
  });

  it('takes logs and metrics at their services', async () => {
    const { test, client } = await start();
    const message = (field: number, body: Uint8Array) =>
      protobuf.Writer.create()
        .uint32((field << 3) | 2)
        .bytes(body)
        .finish();
    // A record with trace_id(9), span_id(10) and event_name(12), and one without any.
    const record = Buffer.concat([
      message(9, Buffer.alloc(16, 1)),
      message(10, Buffer.alloc(8, 2)),
      message(12, Buffer.from('gen_ai.user.message')),
    ]);
    const logs = Buffer.from(message(1, message(2, Buffer.concat([message(2, record), message(2, Buffer.alloc(0))]))));
    const answer = await call(client, logs, { authorization: FULL }, 'logs.v1.LogsService');
    expect(answer.toString()).toContain('log record 1: it names no trace and span');
    expect(test.written.events).toMatchObject([{ entity: 'log', entity_id: `${'01'.repeat(16)} ${'02'.repeat(8)}` }]);
    const metrics = Buffer.from(message(1, message(2, message(2, message(7, message(1, Buffer.alloc(0)))))));
    const told = await call(client, metrics, { authorization: FULL }, 'metrics.v1.MetricsService');
    expect(told.toString()).toContain('does not store OpenTelemetry metrics');
    const alone = await failure(call(client, logs, { authorization: PUBLIC }, 'logs.v1.LogsService'));
    expect(alone.code).toBe(status.PERMISSION_DENIED);
  });

  it('takes the key pair in two entries of the metadata too', async () => {
    const { test, client } = await start();
    await call(client, exportOf({}), { 'x-langfuse-public-key': 'pk-1', 'x-langfuse-secret-key': 'sk-1' });
    expect(test.written.rows).toHaveLength(1);
    const wrong = await failure(call(client, exportOf({}), { 'x-langfuse-public-key': 'pk-1', 'x-langfuse-secret-key': 'sk-2' }));
    expect(wrong.code).toBe(status.UNAUTHENTICATED);
  });

  it('tells how many spans were refused and stores the rest', async () => {
    const { test, client } = await start();
    const answer = await call(client, exportOf({ spanId: Buffer.alloc(0) }, {}, { traceId: Buffer.alloc(16) }));
    const reader = protobuf.Reader.create(answer);
    expect(reader.uint32()).toBe((1 << 3) | 2);
    reader.uint32();
    expect(reader.uint32()).toBe(1 << 3);
    expect(Number(reader.int64())).toBe(2);
    expect(answer.toString('utf8')).toContain('spanId is missing');
    expect(test.written.rows).toHaveLength(1);
  });

  it('lets nobody in without a project’s key pair', async () => {
    const { test, client } = await start();
    expect(await failure(call(client, exportOf({}), {}))).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: 'No authorization header',
    });
    expect((await failure(call(client, exportOf({}), { authorization: 'Basic eDp5' }))).code).toBe(status.UNAUTHENTICATED);
    expect((await failure(call(client, exportOf({}), { authorization: ORGANISATION }))).code).toBe(status.PERMISSION_DENIED);
    expect((await failure(call(client, exportOf({}), { authorization: PUBLIC }))).code).toBe(status.PERMISSION_DENIED);
    expect(test.written.rows).toEqual([]);
  });

  it('calls broken exports and unknown protocol versions invalid', async () => {
    const { client } = await start();
    const broken = await failure(call(client, Buffer.from([10, 200])));
    expect(broken).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'Failed to parse OTel Protobuf Trace' });
    const version = await failure(call(client, exportOf({}), { authorization: FULL, 'x-langfuse-ingestion-version': '5' }));
    expect(version).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining('newest known is 4') });
  });

  it('says when to come back when the buffer is full', async () => {
    const { test, client } = await start();
    test.writer.write = () => Promise.reject(unavailable('The write buffer is full. Send the request again later.', 3));
    const error = await failure(call(client, exportOf({})));
    expect(error.code).toBe(status.UNAVAILABLE);
    const [details] = error.metadata.get('grpc-status-details-bin') as Buffer[];
    const reader = protobuf.Reader.create(details!);
    expect([reader.uint32(), reader.int32()]).toEqual([1 << 3, status.UNAVAILABLE]);
    expect([reader.uint32() >>> 3, reader.string()]).toEqual([2, 'The write buffer is full. Send the request again later.']);
    expect(reader.uint32() >>> 3).toBe(3);
    const any = protobuf.Reader.create(reader.bytes());
    expect([any.uint32() >>> 3, any.string()]).toEqual([1, 'type.googleapis.com/google.rpc.RetryInfo']);
    any.uint32();
    const retry = protobuf.Reader.create(any.bytes());
    expect(retry.uint32() >>> 3).toBe(1);
    retry.uint32();
    expect([retry.uint32() >>> 3, Number(retry.int64())]).toEqual([1, 3]);
  });

  it('keeps the text of our own faults', async () => {
    const { test, client } = await start();
    test.writer.write = () => Promise.reject(new Error('secret path'));
    expect(await failure(call(client, exportOf({})))).toMatchObject({ code: status.INTERNAL, details: 'Internal Server Error' });
  });

  it('takes no message over the limit, compressed or not', async () => {
    const { test, client, surface } = await start({ maxBodyBytes: 100_000 });
    expect(await call(client, exportOf({ name: 'x'.repeat(90_000) }))).toHaveLength(0);
    expect((await failure(call(client, exportOf({ name: 'x'.repeat(110_000) })))).code).toBe(status.RESOURCE_EXHAUSTED);
    const compressing = new Client(`127.0.0.1:${surface.port}`, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': 2,
    });
    closing.push(() => compressing.close());
    expect(await call(compressing, exportOf({ name: 'y'.repeat(90_000) }))).toHaveLength(0);
    const bomb = exportOf({ name: 'y'.repeat(50_000_000) });
    expect(gzipSync(bomb).length).toBeLessThan(100_000);
    expect((await failure(call(compressing, bomb))).code).toBe(status.RESOURCE_EXHAUSTED);
    expect(test.written.rows.map((row) => row.name.length)).toEqual([90_000, 90_000]);
  });

  it('goes on without gRPC when the port is taken, with a warning', async () => {
    const test = await startDoor();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(
      () => test.app.close(),
      () => other.close(),
    );
    const warnings: unknown[] = [];
    const log = createLogger('silent');
    log.warn = (...said: unknown[]) => void warnings.push(said);
    const { port } = other.address() as { port: number };
    const surface = await startGrpc({ ...test.parts, host: '127.0.0.1', port, log });
    expect(surface.port).toBeNull();
    expect(warnings).toMatchObject([[{ port }, expect.stringContaining('TELLTALE_OTLP_GRPC_PORT')]]);
    await surface.drain?.();
    await surface.stop?.();
  });

  it('finishes what it took and takes nothing new while it drains', async () => {
    const { test, client, surface } = await start();
    let finish = () => {};
    const writing = new Promise<void>((started) => {
      test.writer.write = () =>
        new Promise<void>((resolve) => {
          finish = resolve;
          started();
        });
    });
    const taken = call(client, exportOf({}));
    await writing;
    const drained = surface.drain?.();
    const late = new Client(`127.0.0.1:${surface.port}`, credentials.createInsecure());
    closing.push(() => late.close());
    expect((await failure(call(late, exportOf({})))).code).toBe(status.UNAVAILABLE);
    finish();
    expect(await taken).toHaveLength(0);
    client.close();
    await drained;
  });
});
