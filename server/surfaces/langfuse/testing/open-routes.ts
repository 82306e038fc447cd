import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyPluginAsync, fastify, type InjectOptions } from 'fastify';
import type { Access, KeyIdentity } from '../../../domains/access/index.ts';
import type { Clock } from '../../../lib/clock.ts';
import { unauthorized } from '../../../lib/errors.ts';
import { createLogger } from '../../../lib/log.ts';
import { type MetadataDb, openMetadata, tables } from '../../../store/metadata/index.ts';
import { applyCheckedConventions } from './checked-conventions.ts';

const keys: Record<string, Partial<KeyIdentity>> = {
  p: { scope: 'project', projectId: 'p' },
  q: { scope: 'project', projectId: 'q' },
  public: { scope: 'scores', projectId: 'p' },
  organisation: { scope: 'organisation', projectId: null },
};

/** What a test's routes are made of: real settings with the projects `p` and `q`, and a clock that the test sets. */
export interface RoutesUnderTest {
  db: MetadataDb;
  clock: Clock & { at: number };
  access: Pick<Access, 'authenticateKey'>;
}

/** Public routes on a real metadata store. `call` sends with the key named `p`, `q`, `public`, `organisation`, or none (''). */
export async function openRoutes(routes: (parts: RoutesUnderTest) => FastifyPluginAsync[]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-routes-'));
  const metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await metadata.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const clock = { at: Date.parse('2026-05-01T12:00:00.000Z'), now: () => clock.at };
  const authenticateKey = async (authorization: string | undefined) => {
    const key = keys[authorization ?? ''];
    if (!key) throw unauthorized('No authorization header');
    return { keyId: 'k', publicKey: 'pk', organisationId: 'o', projectId: null, scope: 'project', ...key } as KeyIdentity;
  };
  const app = fastify({ routerOptions: { maxParamLength: 1000 } });
  await app.register(
    async (api) => {
      applyCheckedConventions(api);
      for (const plugin of routes({ db: metadata.db, clock, access: { authenticateKey } })) await api.register(plugin);
    },
    { prefix: '/api/public' },
  );
  return {
    app,
    db: metadata.db,
    clock,
    async call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown, key = 'p') {
      const options: InjectOptions = { method, url: `/api/public${path}`, headers: key ? { authorization: key } : {} };
      if (body !== undefined) {
        options.payload = JSON.stringify(body);
        options.headers = { ...options.headers, 'content-type': 'application/json' };
      }
      const answer = await app.inject(options);
      return { status: answer.statusCode, body: answer.json() };
    },
    async close() {
      await app.close();
      await metadata.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type OpenRoutes = Awaited<ReturnType<typeof openRoutes>>;
