import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError, unavailable } from '../../lib/errors.ts';
import { FULL, ORGANISATION, PUBLIC, startDoor, type TestDoor, type TestDoorOptions, until } from './testing/start-door.ts';

let open: TestDoor[] = [];
const start = async (options?: TestDoorOptions) => {
  const test = await startDoor(options);
  open.push(test);
  return test;
};
afterEach(async () => {
  await Promise.all(open.map(({ app }) => app.close()));
  open = [];
});

const TRACES = '/api/public/otel/v1/traces';
const traceId = 'a'.repeat(32);
const span = (spanId: string, more: object = {}) => ({
  traceId,
  spanId,
  name: `step ${spanId}`,
  startTimeUnixNano: '1763728496000000000',
  endTimeUnixNano: '1763728497000000000',
  ...more,
});
const exported = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const post = ({ app }: TestDoor, url: string, payload: Buffer | string | object, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    payload: payload instanceof Buffer || typeof payload === 'string' ? payload : json(payload),
    headers: { authorization: FULL, 'content-type': 'application/json', ...headers },
  });

interface RawAnswer {
  status: number;
  body: string;
}

/** A request over a real socket, chunked: no content length. With `abortWhen` it never ends, but breaks off once that holds. */
async function send(
  test: TestDoor,
  path: string,
  headers: Record<string, string>,
  chunks: Iterable<Buffer>,
  abortWhen?: () => boolean,
): Promise<RawAnswer> {
  if (!test.app.server.listening) await test.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = test.app.server.address() as AddressInfo;
  return await new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', path, method: 'POST', headers: { authorization: FULL, ...headers } });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    Readable.from(chunks).pipe(request, { end: abortWhen === undefined });
    if (abortWhen) until(abortWhen).then(() => request.destroy(), reject);
  });
}

describe('OTLP over HTTP', () => {
  it.each([TRACES, '/v1/traces'])('takes JSON at %s', async (url) => {
    const test = await start();
    const answer = await post(test, url, exported(span('1'.repeat(16)), span('2'.repeat(16))), {
      x_langfuse_sdk_name: 'javascript',
      'x-langfuse-sdk-version': '5.10.0',
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({});
    expect(test.written.rows.map(({ project_id, trace_id, id, name, via }) => ({ project_id, trace_id, id, name, via }))).toEqual(
      ['1', '2'].map((digit) => ({
        project_id: 'p1',
        trace_id: traceId,
        id: digit.repeat(16),
        name: `step ${digit.repeat(16)}`,
        via: 'otlp-http',
      })),
    );
    expect(test.receipts.keys('p1')).toMatchObject([
      { accepted: 2, stored: 2, refused: [], clients: [{ via: 'otlp-http', sdk: 'javascript 5.10.0', count: 1 }] },
    ]);
  });

  it('stores the rest of an export with a bad span and says so', async () => {
    const test = await start();
    const answer = await post(test, TRACES, exported(span(''), span('2'.repeat(16)), 5));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringContaining('spanId') } });
    expect(test.written.rows).toHaveLength(1);
    expect(test.receipts.keys('p1')).toMatchObject([{ accepted: 1, stored: 1 }]);
    expect(test.receipts.refusals('p1')).toHaveLength(2);
  });

  it('answers protobuf with protobuf', async () => {
    const test = await start();
    const empty = await post(test, TRACES, Buffer.alloc(0), { 'content-type': 'application/x-protobuf' });
    expect(empty.statusCode).toBe(200);
    expect(empty.headers['content-type']).toBe('application/x-protobuf');
    expect(empty.rawPayload).toHaveLength(0);
    // resourceSpans { scopeSpans { spans { traceId: 16 bytes } } }: no span id
    const bad = Buffer.from([10, 22, 18, 20, 18, 18, 10, 16, ...Buffer.alloc(16, 1)]);
    // And one that has both.
    const good = Buffer.from([10, 32, 18, 30, 18, 28, 10, 16, ...Buffer.alloc(16, 2), 18, 8, ...Buffer.alloc(8, 3)]);
    const type = { 'content-type': 'application/x-protobuf; charset=binary' };
    const partly = await post(test, TRACES, Buffer.concat([bad, good]), type);
    expect(partly.statusCode).toBe(200);
    expect([...partly.rawPayload.subarray(0, 4)]).toEqual([10, partly.rawPayload.length - 2, 8, 1]);
    expect(partly.rawPayload.toString('utf8')).toContain('spanId');
    // Nothing could be kept: exporters hear of that by the status only.
    const refused = await post(test, TRACES, bad, type);
    expect([refused.statusCode, refused.json().message]).toEqual([400, expect.stringContaining('spanId')]);
  });

  const encodings: [name: string, encoding: string, encode: (body: Buffer) => Buffer][] = [
    ['gzip', 'gzip', gzipSync],
    ['x-gzip', 'X-GZIP', gzipSync],
    ['deflate with the zlib header', 'deflate', deflateSync],
    ['deflate without it', 'deflate', deflateRawSync],
    ['identity', 'identity', (body) => body],
  ];
  it.each(encodings)('takes %s, in one piece and in chunks', async (_name, encoding, encode) => {
    const test = await start();
    const body = encode(json(exported(span('1'.repeat(16), { name: 'x'.repeat(200_000) }))));
    const answer = await post(test, TRACES, body, { 'content-encoding': encoding });
    expect(answer.statusCode, answer.body).toBe(200);
    const size = Math.max(1, Math.ceil(body.length / 40));
    const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, n) => body.subarray(n * size, (n + 1) * size));
    const chunked = await send(test, '/v1/traces', { 'content-type': 'application/json', 'content-encoding': encoding }, chunks);
    expect(chunked).toEqual({ status: 200, body: '{}' });
    expect(test.written.rows.map((row) => row.name.length)).toEqual([200_000, 200_000]);
    expect(test.budget.bytes).toBe(0);
  });

  it('turns away by content type, encoding and protocol version, in the contract’s words', async () => {
    const test = await start();
    const body = exported(span('1'.repeat(16)));
    const cases: [headers: Record<string, string>, status: number, error: string][] = [
      [{ 'content-type': 'text/plain' }, 400, 'Invalid content type'],
      [{ 'content-type': 'nonsense' }, 400, 'Invalid content type'],
      [{ 'content-encoding': 'gzip' }, 400, 'Failed to decompress request body'],
      [{ 'content-encoding': 'deflate' }, 400, 'Failed to decompress request body'],
      [{ 'content-encoding': 'br' }, 415, 'Content-Encoding may be gzip or deflate.'],
      [{ 'x-langfuse-ingestion-version': '5' }, 400, 'x-langfuse-ingestion-version: 5 is not supported, the newest known is 4'],
      [{ 'x-langfuse-ingestion-version': 'x' }, 400, 'x-langfuse-ingestion-version: must be a whole number'],
    ];
    for (const [headers, status, error] of cases) {
      const answer = await post(test, TRACES, body, headers);
      expect([answer.statusCode, answer.json().error], JSON.stringify(headers)).toEqual([status, error]);
    }
    for (const version of ['', '3', '4']) {
      expect((await post(test, TRACES, body, { x_langfuse_ingestion_version: version })).statusCode).toBe(200);
    }
    const broken = await post(test, TRACES, '{"resourceSpans": [');
    expect([broken.statusCode, broken.json()]).toEqual([
      400,
      { error: 'Failed to parse OTel JSON Trace', message: 'Failed to parse OTel JSON Trace' },
    ]);
    const truncated = await post(test, TRACES, Buffer.from([10, 200]), { 'content-type': 'application/x-protobuf' });
    expect([truncated.statusCode, truncated.json().error]).toEqual([400, 'Failed to parse OTel Protobuf Trace']);
    const cut = gzipSync(json(body)).subarray(0, -12);
    expect((await post(test, TRACES, cut, { 'content-encoding': 'gzip' })).json().error).toBe(
      'Failed to decompress request body',
    );
  });

  it('lets nobody in without a project’s key pair, and reads no body for them', async () => {
    const test = await start();
    const body = exported(span('1'.repeat(16)));
    const headers = { 'content-type': 'application/json' };
    const nobody = await test.app.inject({ method: 'POST', url: TRACES, payload: json(body), headers });
    expect([nobody.statusCode, nobody.json().message]).toEqual([401, 'No authorization header']);
    expect((await post(test, TRACES, body, { authorization: 'Basic eDp5' })).statusCode).toBe(401);
    expect((await post(test, TRACES, body, { authorization: ORGANISATION })).statusCode).toBe(403);
    expect((await post(test, TRACES, body, { authorization: PUBLIC })).statusCode).toBe(403);
    const answer = await send(test, TRACES, { ...headers, authorization: 'Basic eDp5' }, [Buffer.alloc(2_000_000)]);
    expect(answer.status).toBe(401);
    expect(test.written.rows).toEqual([]);
  });

  it.each(['/api/public/otel/v1', '/v1'])('takes logs at %s, and says which belong to no step', async (prefix) => {
    const test = await start();
    const record = {
      traceId: '01'.repeat(16),
      spanId: '02'.repeat(8),
      eventName: 'gen_ai.user.message',
      body: { stringValue: 'hi' },
    };
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [record, { body: { stringValue: 'no step' } }] }] }] };
    const answer = await post(test, `${prefix}/logs`, body);
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedLogRecords: '1',
          errorMessage: 'log record 1: it names no trace and span; only log records that belong to a span are stored',
        },
      },
    ]);
    expect(test.written.events).toMatchObject([
      { project_id: 'p1', entity: 'log', entity_id: `${'01'.repeat(16)} ${'02'.repeat(8)}`, event_type: 'message' },
    ]);
    expect((await post(test, `${prefix}/logs`, body, { authorization: PUBLIC })).statusCode).toBe(403);
    expect((await post(test, `${prefix}/logs`, { resourceSpans: [] })).statusCode).toBe(400);
  });

  it('says of metrics that they are stored nowhere', async () => {
    const test = await start();
    const metric = { name: 'm', sum: { dataPoints: [{}, {}] } };
    const told = await post(test, '/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] });
    expect([told.statusCode, told.json()]).toMatchObject([200, { partialSuccess: { rejectedDataPoints: '2' } }]);
    expect(told.json().partialSuccess.errorMessage).toContain('does not store OpenTelemetry metrics');
    const answer = await post(test, '/api/public/otel/v1/metrics', { resourceMetrics: [] });
    expect([answer.statusCode, answer.json()]).toEqual([200, { message: 'OK' }]);
    const nobody = await test.app.inject({ method: 'POST', url: '/api/public/otel/v1/metrics' });
    expect(nobody.statusCode).toBe(401);
    expect((await post(test, '/api/public/otel/v1/metrics', {}, { authorization: PUBLIC })).statusCode).toBe(403);
  });

  it('answers 405 and preflights like every public route', async () => {
    const test = await start();
    for (const url of [TRACES, '/v1/traces', '/api/public/ingestion']) {
      const wrong = await test.app.inject({ method: 'GET', url, headers: { authorization: FULL } });
      expect([wrong.statusCode, wrong.json()]).toEqual([405, { message: 'Method not allowed', error: 'MethodNotAllowedError' }]);
      const preflight = await test.app.inject({ method: 'OPTIONS', url, headers: { origin: 'https://a.example' } });
      expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, 'https://a.example']);
    }
  });

  it('says when to come back when the buffer is full, and when it may not tell why it failed', async () => {
    const test = await start();
    const body = exported(span('1'.repeat(16)));
    test.writer.write = () => Promise.reject(unavailable('The write buffer is full. Send the request again later.', 2));
    const full = await post(test, TRACES, body);
    expect([full.statusCode, full.headers['retry-after']]).toEqual([503, '2']);
    test.writer.write = () => Promise.reject(new AppError(429, 'TooManyRequestsError', 'Slower, please', { retryAfter: 1 }));
    const busy = await post(test, TRACES, body);
    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([429, '1']);
    test.writer.write = () => Promise.reject(new Error('secret path /var/x'));
    const failed = await post(test, TRACES, body);
    expect([failed.statusCode, failed.body.includes('secret')]).toEqual([500, false]);
    expect(test.receipts.keys('p1')).toMatchObject([
      {
        accepted: 3,
        stored: 0,
        refused: [
          { reason: 'busy', count: 2 },
          { reason: 'failed', count: 1 },
        ],
      },
    ]);
  });
});

describe('limits', () => {
  const limit = 64 * 1024;
  const headers = { 'content-type': 'application/json' };
  const says = 'The body is larger than 0.063 MB (after decompression). Send smaller batches, or raise TELLTALE_MAX_BODY_MB.';

  it.each([TRACES, '/api/public/ingestion', '/api/public/spans'])('%s takes up to the limit and not a byte more', async (url) => {
    const test = await start({ maxBodyBytes: limit });
    const fits = Buffer.concat([Buffer.from('{"batch":[]'), Buffer.alloc(limit - 12, ' '), Buffer.from('}')]);
    expect((await post(test, url, fits)).statusCode).not.toBe(413);
    const over = Buffer.concat([fits, Buffer.from(' ')]);
    const told = await post(test, url, over);
    expect([told.statusCode, told.json().message]).toEqual([413, says]);
    const chunked = await send(test, url, headers, [over.subarray(0, 1000), over.subarray(1000)]);
    expect([chunked.status, JSON.parse(chunked.body).message]).toEqual([413, says]);
    expect(test.budget.bytes).toBe(0);
    expect(test.receipts.keys('p1')[0]?.refused.find(({ reason }) => reason === 'too_large')?.count).toBe(2);
  });

  it('answers a client that goes on sending what nobody wants', async () => {
    const test = await start({ maxBodyBytes: limit });
    const chunk = Buffer.alloc(256 * 1024, ' ');
    const before = Date.now();
    const answer = await send(test, TRACES, headers, Array(40).fill(chunk));
    expect(answer.status).toBe(413);
    expect(Date.now() - before).toBeLessThan(3000);
  });

  it.each(['gzip', 'deflate'])('cuts a %s bomb off while it inflates', async (encoding) => {
    const test = await start({ maxBodyBytes: 1024 * 1024 });
    const small = (encoding === 'gzip' ? gzipSync : deflateSync)(Buffer.alloc(64 * 1024 * 1024));
    expect(small.length).toBeLessThan(128 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 1);
    try {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => send(test, TRACES, { ...headers, 'content-encoding': encoding }, [small])),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(413));
    } finally {
      clearInterval(watch);
    }
    expect(peak).toBeLessThan(64 * 1024 * 1024);
    expect(test.budget.bytes).toBe(0);
  });

  it('gives back what an aborted request held', async () => {
    const test = await start();
    const noise = randomBytes(200_000);
    const halves: [encoding: string, body: Buffer][] = [
      ['identity', noise],
      ['gzip', gzipSync(noise)],
      ['deflate', deflateSync(noise)],
    ];
    for (const [index, [encoding, body]] of halves.entries()) {
      const aborted = send(
        test,
        TRACES,
        { ...headers, 'content-encoding': encoding },
        [body.subarray(0, 100_000)],
        () => test.budget.bytes > 0,
      );
      await expect(aborted).rejects.toThrow(/socket hang up|ECONNRESET/);
      await until(() => test.budget.bytes === 0);
      await until(() => test.receipts.keys('p1')[0]?.refused[0]?.count === index + 1);
    }
    expect(test.receipts.refusals('p1')[0]).toMatchObject({
      reason: 'unreadable',
      message: 'The request ended before its body did.',
    });
    expect((await post(test, TRACES, exported(span('1'.repeat(16))))).statusCode).toBe(200);
  });

  it('turns requests away when too much is in progress at once', async () => {
    const test = await start({ budgetBytes: 1000 });
    let finish = () => {};
    test.writer.write = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const first = post(test, TRACES, exported(span('1'.repeat(16), { name: 'x'.repeat(900) })));
    await until(() => test.budget.bytes > 900);
    const second = await post(test, TRACES, exported(span('2'.repeat(16))));
    expect([second.statusCode, second.headers['retry-after']]).toEqual([429, '1']);
    finish();
    expect((await first).statusCode).toBe(200);
    test.writer.write = async () => {};
    expect((await post(test, TRACES, exported(span('2'.repeat(16))))).statusCode).toBe(200);
    expect((await post(test, TRACES, exported(span('3'.repeat(16), { name: 'x'.repeat(5000) })))).statusCode).toBe(200);
  });
});

describe('batches and single writes', () => {
  const at = '2026-11-21T12:00:00Z';

  it('answers 207 per event, whatever the content type says', async () => {
    const test = await start();
    const batch = [
      { id: 'e1', timestamp: at, type: 'trace-create', body: { id: 't1', name: 'n' } },
      { id: 'e2', timestamp: at, type: 'span-create', body: { id: 5 } },
      { id: 'e3', timestamp: at, type: 'sdk-log', body: { log: 'x' } },
      'nonsense',
    ];
    for (const contentType of ['application/json', 'text/plain;charset=UTF-8', 'application/json; charset=utf-8']) {
      const answer = await post(
        test,
        '/api/public/ingestion',
        { batch, metadata: { sdk_name: 'python', sdk_version: '2.60.0' } },
        { 'content-type': contentType },
      );
      expect(answer.statusCode).toBe(207);
      expect(answer.json()).toEqual({
        successes: [{ id: 'e1', status: 201 }],
        errors: [
          { id: 'e2', status: 400, message: 'Invalid request data', error: expect.stringContaining('body.id') },
          { id: 'unknown', status: 400, message: 'Invalid request data', error: expect.any(String) },
        ],
      });
    }
    expect(test.written.events).toHaveLength(3);
    expect(test.written.events[0]).toMatchObject({
      project_id: 'p1',
      entity: 'trace',
      entity_id: 't1',
      sdk_name: 'python',
      sdk_version: '2.60.0',
    });
    expect(test.receipts.keys('p1')).toMatchObject([
      {
        accepted: 3,
        stored: 3,
        refused: [
          { reason: 'invalid_id', count: 3 },
          { reason: 'invalid_field', count: 3 },
        ],
      },
    ]);
  });

  it('refuses what is no batch', async () => {
    const test = await start();
    const envelope = await post(test, '/api/public/ingestion', { events: [] });
    expect(envelope.statusCode).toBe(400);
    expect(envelope.json()).toMatchObject({ message: 'Invalid request data', errors: [{ path: ['batch'] }] });
    const text = await post(test, '/api/public/ingestion', 'my secret prompt');
    expect([text.statusCode, text.json()]).toEqual([400, { message: 'The body is not JSON.', error: 'InvalidRequestError' }]);
    expect((await post(test, '/api/public/ingestion', '')).statusCode).toBe(400);
    expect((await post(test, '/api/public/ingestion', { batch: [] })).json()).toEqual({ successes: [], errors: [] });
    // Contract §2.1: the batch alone says 401 of an organisation's key.
    expect((await post(test, '/api/public/ingestion', { batch: [] }, { authorization: ORGANISATION })).statusCode).toBe(401);
    for (const path of ['/scores', '/traces', '/spans', '/generations', '/events'])
      expect((await post(test, `/api/public${path}`, {}, { authorization: ORGANISATION })).statusCode).toBe(403);
  });

  it('counts every request that was turned away, with what it was told', async () => {
    const test = await start();
    await post(test, '/api/public/ingestion', { events: [] });
    await post(test, '/api/public/ingestion', 'x');
    await post(test, TRACES, {}, { 'content-type': 'text/plain' });
    await post(test, TRACES, {}, { authorization: PUBLIC });
    await post(test, '/api/public/scores', { name: 'n', value: 1 });
    await post(test, '/api/public/ingestion', { batch: [] }, { authorization: 'Basic eDp5' });
    expect(test.receipts.refusals('p1').map(({ reason, message }) => [reason, message])).toEqual([
      ['unreadable', 'Invalid request data: traceId: exactly one of traceId, sessionId, datasetRunId must be given, none was'],
      ['unauthorized', expect.stringContaining('Use the key pair')],
      ['unreadable', 'Invalid content type'],
      ['unreadable', 'The body is not JSON.'],
      ['unreadable', expect.stringMatching(/^Invalid request data: batch: /)],
    ]);
  });

  it('lets a public key write scores, batched and single', async () => {
    const test = await start();
    const score = { id: 's', name: 'n', value: 1, traceId: 't' };
    const batch = [
      { id: 'e1', timestamp: at, type: 'score-create', body: score },
      { id: 'e2', timestamp: at, type: 'trace-create', body: { id: 't' } },
    ];
    const answer = await post(test, '/api/public/ingestion', { batch }, { authorization: PUBLIC });
    expect(answer.json()).toMatchObject({
      successes: [{ id: 'e1' }],
      errors: [{ id: 'e2', status: 401, message: 'Authentication error' }],
    });
    expect((await post(test, '/api/public/scores', score, { authorization: PUBLIC })).json()).toEqual({ id: 's' });
    expect((await post(test, '/api/public/traces', { id: 't' }, { authorization: PUBLIC })).statusCode).toBe(403);
    expect(test.written.events.map((event) => event.entity)).toEqual(['score', 'score']);
  });

  it('take nobody’s word for who judged', async () => {
    const test = await start();
    const score = { id: 's', name: 'n', value: 1, traceId: 't', authorUserId: 'anna', executionTraceId: 'judge' };
    for (const body of [score, [score]]) {
      expect((await post(test, '/api/public/scores', body)).statusCode).toBeLessThan(300);
      const kept = JSON.parse(test.written.events.at(-1)!.body) as object;
      expect(kept).toMatchObject({ id: 's', value: 1 });
      expect(kept).not.toHaveProperty('authorUserId');
      expect(kept).not.toHaveProperty('executionTraceId');
    }
  });

  it('takes single scores and names what is wrong with them', async () => {
    const test = await start();
    const made = await post(test, '/api/public/scores', { id: '', name: 'n', value: 'good', sessionId: 's' });
    expect(made.statusCode).toBe(200);
    expect(made.json().id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(test.written.events[0]!.body)).toMatchObject({
      id: made.json().id,
      dataType: 'CATEGORICAL',
      source: 'API',
    });
    const wrong = await post(test, '/api/public/scores', { name: 'n', value: 1 });
    expect(wrong.statusCode).toBe(400);
    expect(wrong.json()).toMatchObject({ message: 'Invalid request data', error: [{ path: ['traceId'] }] });
    const minus = await post(test, '/api/public/scores', { name: 'n', value: -1, dataType: 'BOOLEAN', traceId: 't' });
    expect(minus.json()).toMatchObject({
      message: 'Invalid request data',
      error: [{ path: ['value'], message: 'must be 0 or 1 for a BOOLEAN score' }],
    });
    const config = await post(test, '/api/public/scores', { name: 'n', value: 1, traceId: 't', configId: 'c' });
    expect([config.statusCode, config.json().error]).toEqual([404, 'LangfuseNotFoundError']);
    const eval_ = await post(test, '/api/public/scores', { name: 'n', value: 1, traceId: 't', source: 'EVAL' });
    expect(eval_.statusCode).toBe(400);
    expect(eval_.json()).toMatchObject({ message: 'Invalid request data', error: [{ path: ['source'] }] });
  });

  it('takes a list of scores, and says of each refused one why', async () => {
    const test = await start();
    const score = (id: string, more: object = {}) => ({ id, name: 'n', value: 1, traceId: 't', ...more });
    const timestamp = '2026-11-21T15:01:35.799982Z';
    const all = await post(test, '/api/public/scores', [score('a', { timestamp }), score('b', { value: 'good' })]);
    expect([all.statusCode, all.json()]).toEqual([202, { message: 'Accepted' }]);
    expect(test.written.events.map((event) => event.entity_id).sort()).toEqual(['a', 'b']);
    const some = await post(test, '/api/public/scores', [score('c'), score('d', { traceId: undefined }), 7]);
    expect(some.statusCode).toBe(207);
    expect(some.json()).toMatchObject({ accepted: 1, rejected: 2 });
    expect(some.json().errors.map(({ message }: { message: string }) => message.slice(0, 9))).toEqual(['scores[1]', 'scores[2]']);
    expect(test.written.events.map((event) => event.entity_id).sort()).toEqual(['a', 'b', 'c']);
    expect((await post(test, '/api/public/scores', [])).statusCode).toBe(400);
    const deep = `[${'['.repeat(20_000)}${']'.repeat(20_000)}, ${JSON.stringify(score('g'))}]`;
    const beside = await post(test, '/api/public/scores', deep, { 'content-type': 'application/json' });
    expect([beside.statusCode, beside.json().accepted, beside.json().rejected]).toEqual([207, 1, 1]);
    expect((await post(test, '/api/public/scores', Array(5001).fill(score('e')))).statusCode).toBe(400);
    const byPublicKey = await post(test, '/api/public/scores', [score('f')], { authorization: PUBLIC });
    expect(byPublicKey.statusCode).toBe(202);
  });

  it('translates the legacy single writes', async () => {
    const test = await start();
    const cases: [method: 'POST' | 'PATCH', path: string, body: object, id: unknown, type: string, expected: object][] = [
      ['POST', '/traces', { id: 't', name: 'n', userId: 'u' }, 't', 'trace-create', { id: 't', name: 'n', userId: 'u' }],
      ['POST', '/traces', {}, expect.stringMatching(/^[0-9a-f-]{36}$/), 'trace-create', {}],
      ['POST', '/spans', { id: 's', traceId: 't', input: 1 }, 's', 'span-create', { id: 's', traceId: 't', input: 1 }],
      ['PATCH', '/spans', { spanId: 's', endTime: at }, 's', 'span-update', { id: 's', endTime: '2026-11-21T12:00:00.000Z' }],
      [
        'POST',
        '/generations',
        { id: 'g', prompt: ['hi'], completion: 'yo', usage: { promptTokens: 1, completionTokens: 2 } },
        'g',
        'generation-create',
        { id: 'g', input: ['hi'], output: 'yo', usage: { input: 1, output: 2, total: 3, unit: 'TOKENS' } },
      ],
      ['PATCH', '/generations', { generationId: 'g', completion: 'yo' }, 'g', 'generation-update', { id: 'g', output: 'yo' }],
      ['POST', '/events', { id: 'e', name: 'n' }, 'e', 'event-create', { id: 'e', name: 'n' }],
    ];
    for (const [method, path, body, id, type, expected] of cases) {
      const answer = await test.app.inject({
        method,
        url: `/api/public${path}`,
        payload: body,
        headers: { authorization: FULL },
      });
      expect([answer.statusCode, answer.json()], `${method} ${path}`).toEqual([200, { id }]);
      const event = test.written.events.at(-1)!;
      expect(event.event_type).toBe(type);
      expect(JSON.parse(event.body)).toMatchObject(expected);
    }
    const nameless = await test.app.inject({
      method: 'PATCH',
      url: '/api/public/spans',
      payload: {},
      headers: { authorization: FULL },
    });
    expect([nameless.statusCode, nameless.json()]).toEqual([
      400,
      { message: expect.stringContaining('body.id'), error: 'InvalidRequestError' },
    ]);
    for (const body of ['[]', '5', 'null', '"x"']) {
      const answer = await post(test, '/api/public/spans', body);
      expect([body, answer.statusCode, answer.json().error]).toEqual([body, 400, 'InvalidRequestError']);
    }
  });

  it('logs nothing that was sent', async () => {
    const test = await start();
    const secret = 'a very private prompt';
    await post(test, '/api/public/ingestion', {
      batch: [{ id: 'e', timestamp: at, type: 'trace-create', body: { id: 't', input: secret, name: { secret } } }],
    });
    await post(test, '/api/public/ingestion', secret);
    await post(test, TRACES, exported(span('', { name: secret })));
    await post(test, TRACES, secret);
    test.writer.write = () => Promise.reject(new Error('failed'));
    await post(test, TRACES, exported(span('1'.repeat(16), { name: secret })));
    const log = test.logged.join('\n');
    expect(log).toContain('request failed');
    expect(log).not.toContain('private');
    expect(log).not.toContain(FULL.slice(6));
    expect(JSON.stringify(test.receipts.refusals('p1'))).not.toContain('private');
  });
});
