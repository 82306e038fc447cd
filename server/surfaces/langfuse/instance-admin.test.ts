import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeyIdentity } from '../../domains/access/index.ts';
import { unauthorized } from '../../lib/errors.ts';
import { applyLangfuseConventions } from './conventions.ts';
import { type InstanceAdmin, projectOfKeyOrAdmin } from './instance-admin.ts';

const KEY = 'an-admin-key-of-some-length';
const access: InstanceAdmin['access'] = {
  async authenticateKey(authorization) {
    if (authorization !== 'Basic pair') throw unauthorized('No authorization header');
    return { keyId: 'k', publicKey: 'pk', organisationId: 'o', projectId: 'own', scope: 'project' } satisfies KeyIdentity;
  },
  async findProject(id) {
    if (id !== 'other') return null;
    return { id, name: 'Other', organisation: { id: 'o', name: 'O' }, metadata: {}, retentionDays: null };
  },
};

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  const routes = (adminApiKey: string | undefined, path: string) => async (api: FastifyInstance) => {
    api.get(path, async (request) => ({ project: await projectOfKeyOrAdmin({ access, adminApiKey }, request) }));
  };
  await app.register(
    async (api) => {
      applyLangfuseConventions(api);
      await api.register(routes(KEY, '/with'));
      await api.register(routes(undefined, '/without'));
    },
    { prefix: '/api/public' },
  );
});
afterAll(() => app.close());

const ask = async (headers: Record<string, string>, path = '/with') => {
  const answer = await app.inject({ url: `/api/public${path}`, headers });
  return [answer.statusCode, answer.json().project ?? answer.json().message];
};
const admin = { authorization: `Bearer ${KEY}`, 'x-langfuse-admin-api-key': KEY };

it("takes the key pair's project, and any project for the administrator", async () => {
  expect(await ask({ authorization: 'Basic pair' })).toEqual([200, 'own']);
  expect(await ask({ ...admin, 'x-langfuse-project-id': 'other' })).toEqual([200, 'other']);
});

it('refuses what is missing, wrong or unknown', async () => {
  expect((await ask(admin))[0]).toBe(400);
  expect((await ask({ ...admin, 'x-langfuse-project-id': 'nobody' }))[0]).toBe(404);
  const project = { 'x-langfuse-project-id': 'other' };
  expect((await ask({ ...admin, ...project, authorization: `Bearer ${KEY}x` }))[0]).toBe(401);
  expect((await ask({ ...admin, ...project, 'x-langfuse-admin-api-key': 'wrong' }))[0]).toBe(401);
  expect((await ask({ 'x-langfuse-admin-api-key': KEY, ...project }))[0]).toBe(401);
  expect((await ask({ authorization: `Bearer ${KEY}`, ...project }))[0]).toBe(401);
  expect(await ask({ ...admin, ...project }, '/without')).toEqual([500, 'TELLTALE_ADMIN_API_KEY is not set on this server.']);
});
