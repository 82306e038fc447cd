import { Validator } from '@seriousme/openapi-schema-validator';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as prompts from '../../../contract/api/prompts.ts';
import { langfuseRoutes } from '../../../contract/langfuse/routes.ts';
import { operation } from '../../../contract/operation.ts';
import type { OpenApiDocument } from './document.ts';
import { openApiSurface, watchRoutes } from './openapi.ts';

const tree = z.object({
  name: z.string(),
  get children(): z.ZodOptional<z.ZodArray<typeof tree>> {
    return z.array(tree).optional();
  },
});
const odd = operation({
  id: 'writeOddThing',
  method: 'POST',
  path: '/projects/{projectId}/odd-things/{id}',
  access: 'any',
  role: 'ADMIN',
  summary: 'Write an odd thing',
  input: z.object({
    projectId: z.string(),
    id: z.string(),
    kind: z.enum(['a', 'b']).default('a'),
    tree: tree.optional(),
  }),
  output: z.object({ ok: z.literal(true) }),
});
const operations = [...Object.values(prompts), odd];

let app: FastifyInstance;
const get = async (url: string) => (await app.inject({ url })).json() as OpenApiDocument;

beforeAll(async () => {
  app = fastify();
  const isServed = watchRoutes(app);
  for (const { method, path } of langfuseRoutes) {
    if (path === '/feedback') continue;
    app.route({ method, url: `/api/public${path.replace(/\{(\w+)\}/g, ':x$1')}`, handler: async () => ({}) });
  }
  await app.register(openApiSurface({ operations, version: '1.2.3', isServed }));
});
afterAll(() => app.close());

/** Every `$ref` of a document. */
function refsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsOf(inner)));
}
const resolve = (document: OpenApiDocument, ref: string) =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);

describe.each(['/api/openapi.json', '/api/public/openapi.json'])('%s', (url) => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate((await get(url)) as never);
    expect(result).toMatchObject({ valid: true });
  });

  it('refers only to what it holds, and names each operation once', async () => {
    const document = await get(url);
    const dangling = refsOf(document).filter((ref) => resolve(document, ref) === undefined);
    expect(dangling).toEqual([]);
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });

  it('declares every parameter of its paths, and no other', async () => {
    for (const [path, entries] of Object.entries((await get(url)).paths)) {
      for (const entry of Object.values(entries)) {
        const inPath = (entry.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        expect([path, inPath.sort()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()]);
      }
    }
  });
});

describe('the document of our own API', () => {
  it('has every operation with summary, noun, input, output, errors and who may call', async () => {
    const { paths, tags } = await get('/api/openapi.json');
    for (const { id, method, path, summary } of operations) {
      expect(paths[`/api/v1${path}`]?.[method.toLowerCase()]).toMatchObject({ operationId: id, summary });
    }
    expect(tags).toEqual([{ name: 'Odd things' }, { name: 'Prompts' }, { name: 'Traces' }]);
    const entry = paths['/api/v1/projects/{projectId}/odd-things/{id}']!.post!;
    expect(entry).toMatchObject({
      tags: ['Odd things'],
      security: [{ projectKey: [] }, { session: [] }],
      description: 'Needs the role ADMIN; a project key counts as MEMBER.',
      responses: { 400: { $ref: '#/components/responses/Error400' }, 404: { $ref: '#/components/responses/Error404' } },
    });
    const body = entry.requestBody!.content['application/json']!.schema;
    expect(Object.keys(body.properties!)).toEqual(['kind', 'tree']);
    expect(body.required).toBeUndefined();
  });

  it('takes the query of a GET and the body of a choice apart from the path', async () => {
    const { paths } = await get('/api/openapi.json');
    const one = paths['/api/v1/projects/{projectId}/prompts/{name}']!.get!;
    expect(one.parameters!.map((parameter) => `${parameter.in} ${parameter.name} ${parameter.required}`)).toEqual([
      'path projectId true',
      'path name true',
      'query version false',
      'query label false',
      'query resolve false',
    ]);
    const create = paths['/api/v1/projects/{projectId}/prompts']!.post!;
    const { oneOf } = create.requestBody!.content['application/json']!.schema;
    expect(oneOf!.map((branch) => (branch as { properties: { type: { const: string } } }).properties.type.const)).toEqual([
      'text',
      'chat',
    ]);
    expect(JSON.stringify(create.requestBody)).not.toContain('projectId');
  });
});

describe('the document of the Langfuse API', () => {
  it('has the routes that are served, with the statuses that they really send', async () => {
    const { paths } = await get('/api/public/openapi.json');
    expect(paths['/api/public/feedback']).toBeUndefined();
    const count = Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    expect(count).toBe(langfuseRoutes.length - 1);
    expect(Object.keys(paths['/api/public/v2/prompts/{promptName}']!.delete!.responses)).toContain('204');
    expect(paths['/api/public/v2/prompts']!.post!.responses['201']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Prompt' } } },
    });
    expect(paths['/api/public/experiments']!.get!.parameters).toContainEqual(
      expect.objectContaining({ name: 'fromStartTime', in: 'query', required: true }),
    );
    expect(paths['/api/public/unstable/dashboards']!.get!.responses['404']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/UnstablePublicApiError' } } },
    });
  });
});

describe('the reference pages', () => {
  it.each([
    ['/api/reference', '/api/openapi.json'],
    ['/api/reference/langfuse', '/api/public/openapi.json'],
  ])('%s shows %s with scripts of this server alone', async (url, document) => {
    const page = await app.inject({ url });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(`data-document="${document}"`);
    expect([...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)).toEqual([
      '/favicon.svg',
      document,
      '/api/reference/renderer.js',
      '/api/reference/start.js',
    ]);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';.*connect-src 'self'/);
  });

  it('have their renderer, compressed or not', async () => {
    const plain = await app.inject({ url: '/api/reference/renderer.js' });
    const zipped = await app.inject({ url: '/api/reference/renderer.js', headers: { 'accept-encoding': 'br, gzip' } });
    expect(plain.body).toContain('createApiReference');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  });
});
