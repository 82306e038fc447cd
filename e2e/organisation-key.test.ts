import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { pythonAvailable, runClient } from './support/clients.ts';
import { startServer, type TestServer } from './support/server.ts';

/* A new organisation, made by the instance's administrator, and then managed by its own key through Langfuse's SDK for Python. */

const ADMIN_KEY = 'admin-key-of-this-test';
const python = pythonAvailable();

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ ADMIN_API_KEY: ADMIN_KEY });
});
afterAll(() => server?.destroy());

it.skipIf(!python)('is managed by the Python SDK, which can read every answer', async () => {
  const admin = { url: server.url, authorization: `Bearer ${ADMIN_KEY}` };
  const made = await call<{ id: string }>(admin, 'POST', '/api/admin/organizations', { name: 'Python' });
  expect(made.status).toBe(201);
  const keys = `/api/admin/organizations/${made.body.id}/apiKeys`;
  const key = await call<{ publicKey: string; secretKey: string }>(admin, 'POST', keys, { note: 'python' });
  expect(key.status).toBe(201);
  const said = await runClient<Record<string, unknown>>('langfuse-python-4', 'langfuse-python-organisation.py', {
    LANGFUSE_HOST: server.url,
    LANGFUSE_PUBLIC_KEY: key.body.publicKey,
    LANGFUSE_SECRET_KEY: key.body.secretKey,
  });
  expect(said).toEqual({
    project: ['From Python', 7, { team: 'a' }, 'Python'],
    renamed: ['Renamed', null, { team: 'a' }],
    projects: ['Renamed'],
    key: ['CI', 'pk-lf-', 'sk-lf-'],
    keys: [true],
    inside: [true],
    wrongKeys: ['AccessDeniedError', 'AccessDeniedError'],
    ownKeys: 1,
    user: ['ada@example.com', 'Ada', true],
    found: [1, 1, 1, true],
    membersWithNone: [],
    member: ['ada@example.com', 'MEMBER', 'Ada'],
    members: ['ada@example.com'],
    inProject: ['VIEWER', 'VIEWER'],
    left: true,
    removed: true,
    gone: 'NotFoundError',
    scim: [true, ['User'], ['User']],
    keyDeleted: true,
    deleted: true,
    projectsAtTheEnd: [],
  });
  expect((await call(admin, 'DELETE', `/api/admin/organizations/${made.body.id}`)).status).toBe(200);
});
