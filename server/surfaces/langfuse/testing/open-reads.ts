import Fastify from 'fastify';
import type { KeyIdentity } from '../../../domains/access/index.ts';
import { openTestStore } from '../../../query/testing/open-store.ts';
import type { ObservationRow, ScoreRow } from '../../../store/analytics/rows.ts';
import { langfuseReads } from '../reads.ts';
import { applyCheckedConventions } from './checked-conventions.ts';

/** The read routes of project `p` over rows of a test, on a real store. */
export async function openReads(rows: { observations: ObservationRow[]; scores: ScoreRow[] }) {
  const { store, close } = await openTestStore();
  await store.insert(rows);
  const app = Fastify();
  const key: KeyIdentity = {
    keyId: 'k',
    publicKey: 'pk',
    organisationId: 'o',
    projectId: 'p',
    scope: 'project',
  } as KeyIdentity;
  await app.register(
    async (scope) => {
      applyCheckedConventions(scope);
      await scope.register(langfuseReads({ access: { authenticateKey: async () => key }, store, findPrices: () => null }));
    },
    { prefix: '/api/public' },
  );
  return {
    async get(path: string, query: Record<string, string> = {}) {
      const answer = await app.inject({ url: `/api/public${path}?${new URLSearchParams(query)}` });
      return { status: answer.statusCode, body: answer.json() };
    },
    async close() {
      await app.close();
      await close();
    },
  };
}
