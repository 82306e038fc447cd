import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScores } from '../../domains/scores/index.ts';
import { createDoor, type Door } from '../../ingest/door.ts';
import { readExport } from '../../ingest/read-export.ts';
import { createReceipts } from '../../ingest/receipts/receipts.ts';
import { createWriter } from '../../ingest/write/writer.ts';
import { createLogger } from '../../lib/log.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { deleteScoreRoutes } from './delete-score.ts';
import { scoreRoutes } from './scores.ts';
import { scoreV3Routes } from './scores-v3.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

let server: OpenRoutes;
let store: AnalyticsStore;
let closeStore: () => Promise<void>;
let door: Door;

beforeAll(async () => {
  ({ store, close: closeStore } = await openTestStore());
  server = await openRoutes(({ clock, access }) => {
    const priceRows = () => {};
    const log = createLogger('silent');
    const writer = createWriter({ store, priceRows, clock, maxBytes: 1e6, log, onStored: () => {}, gatherMs: 0 });
    const settings = { readExport, findPrompt: () => null, findScoreConfig: () => null, masks: [], priceRows };
    door = createDoor({ ...settings, writer, receipts: createReceipts(clock), clock });
    const reads = { access, store, findPrices: () => null };
    return [deleteScoreRoutes({ access, scores: createScores({ store, door }) }), scoreRoutes(reads), scoreV3Routes(reads)];
  });
});
afterAll(async () => {
  await server.close();
  await closeStore();
});

const write = (id: string, projectId = 'p') =>
  door.acceptScore(
    { id, traceId: 't', name: 'quality', value: 1 },
    { projectId, publicKey: 'pk', scope: 'full', via: 'api', sdkName: '', sdkVersion: '' },
    ['API'],
  );
const remove = (id: string, key?: string) => server.call('DELETE', `/scores/${encodeURIComponent(id)}`, undefined, key);
const missing = { status: 404, body: { message: 'Score not found within authorized project', error: 'LangfuseNotFoundError' } };

it('a score is in no read any more when the answer comes', async () => {
  const id = 'a/ score?';
  await write(id);
  expect((await server.call('GET', '/v2/scores')).body.data).toHaveLength(1);
  expect(await remove(id)).toEqual({ status: 202, body: { message: 'Score deletion queued successfully' } });
  for (const list of ['/scores', '/v2/scores', '/v3/scores']) expect((await server.call('GET', list)).body.data).toEqual([]);
  expect(await server.call('GET', `/v2/scores/${encodeURIComponent(id)}`)).toEqual(missing);
  expect(await remove(id)).toEqual(missing);
});

it('another project’s is not there, and a key is needed that may', async () => {
  await write('theirs', 'q');
  await write('ours');
  expect(await remove('theirs')).toEqual(missing);
  expect((await server.call('GET', '/v2/scores', undefined, 'q')).body.data).toHaveLength(1);
  expect(await remove('ours', '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
  for (const key of ['public', 'organisation']) expect((await remove('ours', key)).status).toBe(403);
  expect((await server.call('GET', '/v2/scores')).body.data).toHaveLength(1);
  expect((await server.call('PATCH', '/scores/ours')).status).toBe(405);
});
