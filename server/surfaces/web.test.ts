import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyLangfuseConventions } from './langfuse/conventions.ts';
import { webSurface } from './web.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<title>Telltale</title>');
  await writeFile(join(folder, 'assets/app-1a2b.js'), 'export {};');
  app = fastify();
  await app.register(
    async (api) => {
      applyLangfuseConventions(api);
      api.get('/known', async () => ({}));
    },
    { prefix: '/api/public' },
  );
  await app.register(webSurface({ folder }));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(['/', '/project/p/traces', '/project/p/traces/t?observation=o', '/sign-in'])('answers %s with the page', async (url) => {
  const answer = await app.inject({ url });
  expect([answer.statusCode, answer.body]).toEqual([200, '<title>Telltale</title>']);
  expect(answer.headers['cache-control']).toBe('no-cache');
  expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
});

it('keeps hashed files for a year', async () => {
  const answer = await app.inject({ url: '/assets/app-1a2b.js' });
  expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
});

it.each([
  ['GET', '/assets/gone.js'],
  ['GET', '/api/nothing'],
  ['POST', '/project/p/traces'],
] as const)('answers %s %s with 404 and no page', async (method, url) => {
  const answer = await app.inject({ method, url });
  expect(answer.body).not.toContain('<title>');
  expect(answer.statusCode).toBe(404);
});

it.each(['/assets/../../outside.txt', '/assets/%2e%2e/%2e%2e/outside.txt', '/..%2foutside.txt', '/assets/..%5c..%5coutside.txt'])(
  'gives no file outside its folder: %s',
  async (url) => {
    await writeFile(join(folder, '../outside.txt'), 'secret');
    const answer = await app.inject({ url });
    await rm(join(folder, '../outside.txt'));
    expect(answer.body).not.toContain('secret');
  },
);

it('leaves unknown public paths to the public API', async () => {
  const unknown = await app.inject({ url: '/api/public/nothing' });
  expect([unknown.statusCode, unknown.json().error]).toEqual([404, 'LangfuseNotFoundError']);
  const method = await app.inject({ method: 'DELETE', url: '/api/public/known' });
  expect([method.statusCode, method.json().error]).toEqual([405, 'MethodNotAllowedError']);
});

it('lets pages play sounds and videos from where they are kept, and from nowhere else', async () => {
  const policyOf = async (options: { mediaOrigin?: string }) => {
    const server = fastify();
    await server.register(webSurface({ folder, ...options }));
    const { headers } = await server.inject({ url: '/' });
    await server.close();
    return String(headers['content-security-policy']).split('; ');
  };
  expect(await policyOf({})).toContain("media-src 'self' data: blob:");
  expect(await policyOf({ mediaOrigin: 'https://b.example' })).toContain("media-src 'self' data: blob: https://b.example");
});
