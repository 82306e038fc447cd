import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as declared from '../../../contract/api/score-configs.ts';
import type { Caller } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createScoreConfigs } from './index.ts';
import { scoreConfigOperations } from './operations.ts';

let folder: string;
let store: MetadataStore;
const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'telltale-score-configs-'));
  store = await openMetadata({ dataDir: folder, log: createLogger('silent') });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'P' });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it('shows a change at once where it was made, and within ten seconds where it was not', async () => {
  const here = createScoreConfigs({ metadata: store, clock });
  const elsewhere = createScoreConfigs({ metadata: { db: store.db, kind: 'server' }, clock });
  const { id } = await here.create('p', { name: 'first', dataType: 'TEXT' });
  expect((await here.find('p', id))?.name).toBe('first');
  expect((await elsewhere.find('p', id))?.name).toBe('first');
  await here.update('p', id, { name: 'second' });
  expect((await here.find('p', id))?.name).toBe('second');
  expect((await elsewhere.find('p', id))?.name).toBe('first');
  clock.ms += 10_001;
  expect((await elsewhere.find('p', id))?.name).toBe('second');
  expect(await here.find('other', id)).toBeNull();
});

it('does the operations of our own API in their declared shape', async () => {
  const operations = scoreConfigOperations(createScoreConfigs({ metadata: store, clock }));
  const caller = { kind: 'key', userId: null, role: 'MEMBER' } as Caller;
  const run = (id: string, input: object) => {
    const found = operations.find(({ operation }) => operation.id === id)!;
    return found.handle(found.operation.input.parse({ projectId: 'p', ...input }) as never, caller);
  };
  const made = declared.createScoreConfig.output.parse(
    await run('createScoreConfig', { name: 'n', dataType: 'NUMERIC', maxValue: 1 }),
  );
  const changed = await run('updateScoreConfig', { configId: made.id, isArchived: true });
  expect(changed).toMatchObject({ id: made.id, isArchived: true, maxValue: 1 });
  expect(await run('getScoreConfig', { configId: made.id })).toEqual(changed);
  const { data, totalCount } = declared.listScoreConfigs.output.parse(await run('listScoreConfigs', {}));
  expect(data.map(({ name }) => name)).toEqual(['n', 'second']);
  expect(totalCount).toBe(2);
  expect(() => declared.updateScoreConfig.input.parse({ projectId: 'p', configId: made.id })).toThrow('at least one');
});
