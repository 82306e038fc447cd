import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../contract/operation.ts';
import { ApiError, call, requestOf } from './client.ts';

const list = operation({
  id: 'list',
  method: 'GET',
  path: '/projects/{projectId}/things/{thingId}',
  access: 'any',
  role: 'VIEWER',
  summary: '',
  input: z.object({
    projectId: z.string(),
    thingId: z.string(),
    search: z.string().optional(),
    limit: z.number().optional(),
    filter: z.array(z.object({ column: z.string() })).optional(),
  }),
  output: z.object({ ok: z.boolean() }),
});
const change = operation({ ...list, id: 'change', method: 'PATCH' });
const remove = operation({ ...list, id: 'remove', method: 'DELETE' });

describe('requestOf', () => {
  it('fills the path, and writes the rest of a GET as query, JSON where it is no string', () => {
    const { url, body } = requestOf(list, {
      projectId: 'p',
      thingId: 'a/b ü?',
      search: 'x & "y"',
      limit: 5,
      filter: [{ column: 'name' }],
    });
    const parsed = new URL(url, 'http://host');
    expect(parsed.pathname).toBe('/api/v1/projects/p/things/a%2Fb%20%C3%BC%3F');
    expect(Object.fromEntries(parsed.searchParams)).toEqual({ search: 'x & "y"', limit: '5', filter: '[{"column":"name"}]' });
    expect(body).toBeUndefined();
  });

  it('leaves undefined out, and the question mark with it', () => {
    expect(requestOf(list, { projectId: 'p', thingId: 't', search: undefined }).url).toBe('/api/v1/projects/p/things/t');
  });

  it('writes the rest of a PATCH as body, without the path parameters', () => {
    const { url, body } = requestOf(change, { projectId: 'p', thingId: 't', search: 's', limit: 0 });
    expect(url).toBe('/api/v1/projects/p/things/t');
    expect(JSON.parse(body!)).toEqual({ search: 's', limit: 0 });
  });

  it('refuses a missing path parameter', () => {
    expect(() => requestOf(list, { projectId: 'p', thingId: '' })).toThrow('list needs thingId');
  });
});

describe('call', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const originalFetch = globalThis.fetch;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // The browser resolves paths against the page; here there is no page.
    globalThis.fetch = (url, init) => originalFetch(origin + url, init);
  });
  afterEach(async () => {
    globalThis.fetch = originalFetch;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const input = { projectId: 'p', thingId: 't' };

  it('sends the CSRF header on every method but GET, and a content type only with a body', async () => {
    const seen: [string?, unknown?, unknown?][] = [];
    answer = (request, response) => {
      seen.push([request.method, request.headers['x-telltale-csrf'], request.headers['content-type']]);
      response.end('{"ok":true}');
    };
    expect(await call(list, input)).toEqual({ ok: true });
    await call(change, input);
    await call(remove, input);
    expect(seen).toEqual([
      ['GET', undefined, undefined],
      ['PATCH', '1', 'application/json'],
      ['DELETE', '1', undefined],
    ]);
  });

  it('turns an answer other than 2xx into one error with all its facts', async () => {
    answer = (_, response) => {
      response.writeHead(429, { 'x-request-id': 'r-1', 'retry-after': '7' });
      response.end(JSON.stringify({ error: { code: 'TooMany', message: 'Slow down', details: { field: 'x' } } }));
    };
    const error = await call(list, input).catch((cause) => cause);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 429,
      code: 'TooMany',
      message: 'Slow down',
      details: { field: 'x' },
      requestId: 'r-1',
      retryAfter: 7,
    });
  });

  it('reads the flat error body, and says something fit to read when there is none', async () => {
    answer = (_, response) => {
      response.writeHead(409);
      response.end('{"message":"Taken","error":"Conflict"}');
    };
    expect(await call(list, input).catch((cause) => cause)).toMatchObject({ status: 409, code: 'Conflict', message: 'Taken' });
    answer = (_, response) => {
      response.writeHead(503);
      response.end('<html>');
    };
    expect(await call(list, input).catch((cause) => cause)).toMatchObject({ status: 503, message: /busy/ });
  });

  it('says that the server cannot be reached, and that an answer is no JSON', async () => {
    answer = (_, response) => void response.destroy();
    expect(await call(list, input).catch((cause) => cause)).toMatchObject({ name: 'ApiError', status: 0, code: 'unreachable' });
    answer = (_, response) => void response.end('nope');
    expect(await call(list, input).catch((cause) => cause)).toMatchObject({ name: 'ApiError', code: 'unreadable' });
  });

  it('lets an abort through as it is', async () => {
    answer = () => {};
    const controller = new AbortController();
    const going = call(list, input, { signal: controller.signal }).catch((cause) => cause);
    controller.abort();
    expect(await going).toMatchObject({ name: 'AbortError' });
  });
});
