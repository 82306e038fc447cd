import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Operation } from '../../../contract/operation.ts';
import type { OpenApiDocument } from './document.ts';
import { langfuseDocument } from './langfuse-document.ts';
import { ownDocument } from './own-document.ts';
import { PAGE_HEADERS, referencePage, START_SCRIPT } from './reference-page.ts';

/** Tells whether a route is served: `('GET', '/api/public/models/{id}')`; names of parameters do not matter. */
export type IsServed = (method: string, path: string) => boolean;

const nameless = (path: string) => path.replace(/\{\w+\}|:\w+|\*$/g, '{}').replace(/\/$/, '');

/** Notes every route that is registered after this call. */
export function watchRoutes(app: FastifyInstance): IsServed {
  const served = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) served.add(`${each} ${nameless(url)}`);
  });
  return (method, path) => served.has(`${method} ${nameless(path)}`);
}

/** A document, made when it is first asked for. */
function lazily(make: () => OpenApiDocument): () => string {
  let text: string | undefined;
  return () => {
    text ??= JSON.stringify(make());
    return text;
  };
}

const sendDocument = (reply: FastifyReply, text: string) =>
  reply
    .header('access-control-allow-origin', '*')
    .header('cache-control', 'no-cache')
    .type('application/json; charset=utf-8')
    .send(text);

export interface OpenApiDeps {
  operations: readonly Operation[];
  /** Of this server. */
  version: string;
  isServed: IsServed;
}

/**
 * OpenAPI 3.1 of both APIs and a page to read each, to be registered without a prefix: `/api/openapi.json`, `/api/public/openapi.json`,
 * `/api/reference`, `/api/reference/langfuse`. No sign-in: they say what the API is, nothing of what is stored.
 */
export function openApiSurface({ operations, version, isServed }: OpenApiDeps): FastifyPluginAsync {
  return async (app) => {
    const own = lazily(() => ownDocument(operations, version));
    const langfuse = lazily(() => langfuseDocument(version, isServed));
    const renderer = lazyRenderer();
    app.get('/api/openapi.json', (_request, reply) => sendDocument(reply, own()));
    app.get('/api/public/openapi.json', (_request, reply) => sendDocument(reply, langfuse()));

    const page = (html: string) => (_request: unknown, reply: FastifyReply) =>
      reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(html);
    app.get('/api/reference', page(referencePage('Telltale API', '/api/openapi.json')));
    app.get('/api/reference/langfuse', page(referencePage('Langfuse-compatible API', '/api/public/openapi.json')));
    app.get('/api/reference/start.js', (_request, reply) =>
      reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(START_SCRIPT),
    );
    app.get('/api/reference/renderer.js', async (request, reply) => {
      const { plain, zipped } = await renderer();
      const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      reply.header('cache-control', 'public, max-age=86400').header('vary', 'Accept-Encoding');
      reply.type('text/javascript; charset=utf-8');
      return takesGzip ? reply.header('content-encoding', 'gzip').send(zipped) : reply.send(plain);
    });
  };
}

/** Beside the bundle when built; in the checkout's packages when run from source. */
function rendererFile(): string {
  const built = join(import.meta.dirname, 'reference/renderer.js');
  return existsSync(built)
    ? built
    : join(import.meta.dirname, '../../../node_modules/@scalar/api-reference/dist/browser/standalone.js');
}

/** The renderer's script, read and compressed once, when a page first asks for it. */
function lazyRenderer(): () => Promise<{ plain: Buffer; zipped: Buffer }> {
  let reading: Promise<{ plain: Buffer; zipped: Buffer }> | undefined;
  return () => {
    reading ??= readFile(rendererFile()).then(async (plain) => ({ plain, zipped: await promisify(gzip)(plain) }));
    return reading;
  };
}
