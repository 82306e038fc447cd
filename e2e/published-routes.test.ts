import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LangfuseRoute } from '../contract/langfuse/route.ts';
import { langfuseRoutes } from '../contract/langfuse/routes.ts';
import { startServer, type TestServer } from './support/server.ts';

const ADMIN = 'an-administrator-key-for-tests';
const basic = (publicKey: string, secretKey: string) => `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;

/**
 * Every published route, asked by those who may not, about what is not there, and with nonsense. The server checks each answer against
 * the published shape, and its end fails the test when one broke it.
 */
describe('every published route', () => {
  let server: TestServer;
  let organization: string;
  beforeAll(async () => {
    server = await startServer({ TELLTALE_ADMIN_API_KEY: ADMIN });
    const made = await fetch(`${server.url}/api/admin/organizations/e2e-org/apiKeys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const { publicKey, secretKey } = (await made.json()) as { publicKey: string; secretKey: string };
    organization = basic(publicKey, secretKey);
  });
  afterAll(() => server.destroy());

  /** A path with ids of things that are not there. */
  const pathOf = (route: LangfuseRoute) => `/api/public${route.path.replace(/\{(\w+)\}/g, 'no-such-$1')}`;
  /** What a query must hold, so that it is not refused for that alone. */
  const queryOf = (route: LangfuseRoute) => {
    const fields = Object.entries(route.query?.shape ?? {}).filter(([, field]) => !field.safeParse(undefined).success);
    const values: Record<string, string> = { query: '{}', fromStartTime: '2026-01-01T00:00:00Z' };
    return fields.length === 0 ? '' : `?${new URLSearchParams(fields.map(([name]) => [name, values[name] ?? 'x']))}`;
  };
  async function ask(route: LangfuseRoute, authorization: string | undefined, body?: string, query = queryOf(route)) {
    const response = await fetch(server.url + pathOf(route) + query, {
      method: route.method,
      headers: { ...(authorization && { authorization }), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && route.method !== 'GET' && { body }),
    });
    return { status: response.status, text: await response.text() };
  }
  const rightKey = (route: LangfuseRoute) =>
    route.auth === 'none' ? undefined : route.auth === 'organization' ? organization : server.authorization;
  const wrongKey = (route: LangfuseRoute) => (route.auth === 'organization' ? server.authorization : organization);
  const guarded = langfuseRoutes.filter(({ auth }) => auth !== 'none');
  const named = (list: readonly LangfuseRoute[]) => list.map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(named(langfuseRoutes))('is served: %s', async (_name, route) => {
    const { status, text } = await ask(route, rightKey(route), '{}');
    expect(text).not.toMatch(/No such route/);
    expect([405, 500, 501]).not.toContain(status);
  });

  it.each(named(guarded))('is refused without a key, and with a wrong one: %s', async (_name, route) => {
    expect((await ask(route, undefined, '{}')).status).toBe(401);
    expect((await ask(route, basic(server.publicKey, 'sk-lf-wrong'), '{}')).status).toBe(401);
    expect((await ask(route, 'Basic nonsense', '{}')).status).toBe(401);
  });

  it.each(named(guarded))('is refused to the public key alone, and to the key of another kind: %s', async (_name, route) => {
    // The batch alone says 401 of an organisation's key.
    expect((await ask(route, wrongKey(route), '{}')).status).toBe(route.path === '/ingestion' ? 401 : 403);
    if (route.auth === 'projectOrPublicKey') return;
    expect((await ask(route, `Bearer ${server.publicKey}`, '{}')).status).toBe(403);
  });

  it.each(named(guarded.filter(({ errors }) => errors === 'named')))('says who may not by name: %s', async (_name, route) => {
    const errorOf = async (authorization: string | undefined) => JSON.parse((await ask(route, authorization, '{}')).text).error;
    expect(await errorOf(undefined)).toBe('UnauthorizedError');
    expect(await errorOf(wrongKey(route))).toBe(route.path === '/ingestion' ? 'UnauthorizedError' : 'ForbiddenError');
  });

  it.each(named(langfuseRoutes.filter(({ body }) => body !== null)))('refuses a body of nonsense: %s', async (_name, route) => {
    const wrongFields = '{"name":{"a":[1]},"id":{},"projectId":7,"batch":5,"resourceSpans":5}';
    for (const body of ['{', '[]', '5', '"text"', wrongFields]) {
      const { status } = await ask(route, rightKey(route), body);
      expect([body, status >= 400 && status < 500]).toEqual([body, true]);
    }
  });

  it.each(named(langfuseRoutes.filter(({ query }) => query !== null && 'limit' in query.shape)))(
    'keeps to the bounds that it publishes: %s',
    async (_name, route) => {
      const rest = queryOf(route).replace('?', '&');
      const { minimum, maximum } = z.toJSONSchema(route.query!.shape.limit as z.ZodType, { io: 'input' });
      expect(maximum).toBeLessThanOrEqual(1000);
      const statusOf = async (limit: string) => (await ask(route, rightKey(route), undefined, `?limit=${limit}${rest}`)).status;
      for (const limit of [`${minimum! - 1}`, `${maximum! + 1}`, '-1', '1.5', 'x', '1000000']) {
        expect([limit, await statusOf(limit)]).toEqual([limit, 400]);
      }
      // What is listed may not be there, but the number is right.
      for (const limit of ['', `${minimum}`, `${maximum}`]) expect([200, 404]).toContain(await statusOf(limit));
    },
  );
});
