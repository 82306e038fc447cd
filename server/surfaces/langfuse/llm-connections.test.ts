import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLlmConnections, type LlmConnections } from '../../domains/llm-connections/index.ts';
import { createCrypto, DecryptionError } from '../../lib/crypto.ts';
import { openOutbound } from '../../lib/testing/open-outbound.ts';
import { tables } from '../../store/metadata/index.ts';
import { llmConnectionRoutes } from './llm-connections.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

const SECRET = 'sk-provider-secret-0123456789';
const ADMIN = 'an-admin-key-of-some-length';
/** Credentials as the adapters want them. */
const AWS = JSON.stringify({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'aws-secret-9876' });
const GOOGLE = JSON.stringify({
  type: 'service_account',
  project_id: 'p',
  private_key: 'key',
  client_email: 'a@p.iam.gserviceaccount.com',
});
const keyOf = (adapter: string) => (adapter === 'bedrock' ? AWS : adapter === 'google-vertex-ai' ? GOOGLE : SECRET);
const openai = { provider: 'work', adapter: 'openai', secretKey: SECRET };
const bedrock = { ...openai, adapter: 'bedrock', secretKey: AWS, config: { region: 'a' } };
const vertex = { ...openai, adapter: 'google-vertex-ai', secretKey: GOOGLE };

describe('LLM connections', () => {
  let server: OpenRoutes;
  let call: OpenRoutes['call'];
  let connections: LlmConnections;
  beforeAll(async () => {
    server = await openRoutes(({ db, clock, access }) => {
      connections = createLlmConnections({
        db,
        clock,
        crypto: createCrypto('a secret of the server for these tests only'),
        outbound: openOutbound,
      });
      const findProject = async (id: string) =>
        id === 'q' ? { id, name: 'Q', organisation: { id: 'o', name: 'O' }, metadata: {}, retentionDays: null } : null;
      return [llmConnectionRoutes({ access: { ...access, findProject }, adminApiKey: ADMIN, llmConnections: connections })];
    });
    call = server.call;
  });
  afterAll(async () => {
    await server.close();
  });

  it.each([
    ['GET', '/llm-connections'],
    ['PUT', '/llm-connections', openai],
    ['DELETE', '/llm-connections/x'],
  ] as const)('%s %s: a project key only', async (method, path, body?) => {
    expect(await call(method, path, body, '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
    for (const key of ['public', 'organisation']) expect((await call(method, path, body, key)).status).toBe(403);
  });

  it('are created, replaced as a whole, listed and deleted, and tell no secret', async () => {
    const full = {
      ...openai,
      baseURL: 'https://models.example.com/v1',
      customModels: ['own-1', 'own-2', 'own-1'],
      withDefaultModels: false,
      extraHeaders: { 'X-Team': 'header-secret' },
      config: { useResponsesApi: true },
    };
    const created = await call('PUT', '/llm-connections', full);
    expect(created).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        provider: 'work',
        adapter: 'openai',
        displaySecretKey: '...6789',
        baseURL: 'https://models.example.com/v1',
        customModels: ['own-1', 'own-2'],
        withDefaultModels: false,
        extraHeaderKeys: ['X-Team'],
        config: { useResponsesApi: true },
        createdAt: '2026-05-01T12:00:00.000Z',
        updatedAt: '2026-05-01T12:00:00.000Z',
      },
    });

    server.clock.at += 1000;
    const replaced = await call('PUT', '/llm-connections', { provider: 'work', adapter: 'anthropic', secretKey: 'short' });
    expect(replaced).toEqual({
      status: 200,
      body: {
        ...created.body,
        adapter: 'anthropic',
        displaySecretKey: '...',
        baseURL: null,
        customModels: [],
        withDefaultModels: true,
        extraHeaderKeys: [],
        config: null,
        updatedAt: '2026-05-01T12:00:01.000Z',
      },
    });
    expect((await call('PUT', '/llm-connections', full)).status).toBe(200);
    // The same name elsewhere is another connection.
    expect((await call('PUT', '/llm-connections', openai, 'q')).status).toBe(201);

    const list = await call('GET', '/llm-connections');
    expect(list.body.meta).toEqual({ page: 1, limit: 50, totalItems: 1, totalPages: 1 });
    expect(list.body.data.map((each: { id: string }) => each.id)).toEqual([created.body.id]);
    expect(JSON.stringify([created, replaced, list])).not.toMatch(/provider-secret|header-secret/);

    const { rows } = (await server.db.execute(sql`SELECT * FROM telltale.llm_connections`)) as { rows: unknown[] };
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/provider-secret|header-secret/);

    expect(await connections.open('p', 'work')).toEqual({
      id: created.body.id,
      provider: 'work',
      adapter: 'openai',
      secretKey: SECRET,
      baseURL: full.baseURL,
      customModels: ['own-1', 'own-2'],
      withDefaultModels: false,
      extraHeaders: { 'X-Team': 'header-secret' },
      config: { useResponsesApi: true },
    });
    expect(await connections.open('p', 'nobody')).toBeNull();

    const missing = { status: 404, body: { message: 'LLM connection not found', error: 'LangfuseNotFoundError' } };
    expect(await call('DELETE', `/llm-connections/${created.body.id}`, undefined, 'q')).toEqual(missing);
    expect(await call('DELETE', '/llm-connections/%00')).toEqual(missing);
    expect(await call('DELETE', `/llm-connections/${created.body.id}`)).toEqual({
      status: 200,
      body: { message: 'LLM connection successfully deleted' },
    });
    expect(await call('DELETE', `/llm-connections/${created.body.id}`)).toEqual(missing);
    expect((await call('GET', '/llm-connections')).body.data).toEqual([]);
    expect((await call('GET', '/llm-connections', undefined, 'q')).body.data).toHaveLength(1);
  });

  it('do not open when their text was put elsewhere', async () => {
    for (const provider of ['here', 'there']) await call('PUT', '/llm-connections', { ...openai, provider });
    await server.db.execute(
      sql`UPDATE telltale.llm_connections SET secret_key = (SELECT secret_key FROM telltale.llm_connections WHERE provider = 'here') WHERE provider = 'there'`,
    );
    expect((await connections.open('p', 'here'))?.secretKey).toBe(SECRET);
    await expect(connections.open('p', 'there')).rejects.toThrow(DecryptionError);
  });

  it('come in pages, newest first', async () => {
    await server.db.delete(tables.llmConnections);
    for (const provider of ['one', 'two', 'three']) await call('PUT', '/llm-connections', { ...openai, provider });
    const pages = await Promise.all([1, 2].map((page) => call('GET', `/llm-connections?limit=2&page=${page}`)));
    expect(pages.map(({ body }) => body.data.map((each: { provider: string }) => each.provider))).toEqual([
      ['three', 'two'],
      ['one'],
    ]);
    expect(pages[1]!.body.meta).toEqual({ page: 2, limit: 2, totalItems: 3, totalPages: 2 });
    for (const query of ['page=0', 'limit=101', 'limit=x']) {
      expect((await call('GET', `/llm-connections?${query}`)).status).toBe(400);
    }
  });

  it.each<[string, object]>([
    ['bedrock', { region: 'eu-central-1' }],
    ['google-vertex-ai', { location: 'europe-west4' }],
    ['openai', { useResponsesApi: false }],
    ['openai', {}],
  ])('take the config of %s', async (adapter, config) => {
    const { status, body } = await call('PUT', '/llm-connections', {
      ...openai,
      provider: JSON.stringify(config),
      secretKey: keyOf(adapter),
      adapter,
      config,
    });
    expect([status, body.config]).toEqual([201, config]);
  });

  it('show the last four of the value of credentials in JSON', async () => {
    const { body } = await call('PUT', '/llm-connections', { ...bedrock, provider: 'aws' });
    expect(body.displaySecretKey).toBe('...9876');
  });

  it('need no config except for bedrock', async () => {
    for (const adapter of ['anthropic', 'azure', 'google-ai-studio', 'google-vertex-ai', 'openai']) {
      const provider = `plain ${adapter}`;
      expect((await call('PUT', '/llm-connections', { ...openai, provider, adapter, secretKey: keyOf(adapter) })).status).toBe(
        201,
      );
    }
  });

  it.each<[string, object, (string | number)[]]>([
    ['no provider', { ...openai, provider: '' }, ['provider']],
    ['an unknown adapter', { ...openai, adapter: 'mine' }, ['adapter']],
    ['no key', { ...openai, secretKey: undefined }, ['secretKey']],
    ['a file as address', { ...openai, baseURL: 'file:///etc/passwd' }, ['baseURL']],
    ['no address', { ...openai, baseURL: 'models' }, ['baseURL']],
    ['a password in the address', { ...openai, baseURL: 'https://me:secret@models.example.com' }, ['baseURL']],
    ['models that are a text', { ...openai, customModels: 'a' }, ['customModels']],
    ['a header with a line break', { ...openai, extraHeaders: { a: 'b\r\nc: d' } }, ['extraHeaders', 'a']],
    ['a header that is no name', { ...openai, extraHeaders: { 'a b': 'c' } }, ['extraHeaders', 'a b']],
    ['bedrock without JSON', { ...openai, adapter: 'bedrock', config: { region: 'a' } }, ['secretKey']],
    ['bedrock with half', { ...bedrock, secretKey: '{"accessKeyId":"a"}' }, ['secretKey']],
    ['vertex with a key', { ...openai, adapter: 'google-vertex-ai' }, ['secretKey']],
    ['vertex with another account', { ...vertex, secretKey: GOOGLE.replace('service_', 'other_') }, ['secretKey']],
    ['bedrock without config', { ...bedrock, config: undefined }, ['config']],
    ['bedrock without a region', { ...bedrock, config: {} }, ['config', 'region']],
    ['bedrock with more', { ...bedrock, config: { region: 'a', x: 1 } }, ['config']],
    ['vertex without a location', { ...vertex, config: {} }, ['config', 'location']],
    ['openai with a region', { ...openai, config: { region: 'a' } }, ['config']],
    ['anthropic with a config', { ...openai, adapter: 'anthropic', config: { region: 'a' } }, ['config']],
    ['a name that cannot be stored', { ...openai, provider: 'a\0' }, ['provider']],
  ])('refuse %s', async (_, given, path) => {
    const { status, body } = await call('PUT', '/llm-connections', given);
    expect({ status, message: body.message }).toEqual({ status: 400, message: 'Invalid request data' });
    expect(body.error.map((issue: { path: unknown }) => issue.path)).toContainEqual(path);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it("are the administrator's in any project", async () => {
    const headers = {
      authorization: `Bearer ${ADMIN}`,
      'x-langfuse-admin-api-key': ADMIN,
      'x-langfuse-project-id': 'q',
    };
    const put = await server.app.inject({
      method: 'PUT',
      url: '/api/public/llm-connections',
      headers,
      payload: { ...openai, provider: 'of the administrator' },
    });
    expect(put.statusCode).toBe(201);
    const list = await call('GET', '/llm-connections?limit=1', undefined, 'q');
    expect(list.body.data[0].provider).toBe('of the administrator');
    const wrong = await server.app.inject({
      url: '/api/public/llm-connections',
      headers: { ...headers, authorization: 'Bearer wrong' },
    });
    expect(wrong.statusCode).toBe(401);
  });
});
