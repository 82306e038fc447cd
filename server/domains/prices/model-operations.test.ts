import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as declared from '../../../contract/api/models.ts';
import { AppError } from '../../lib/errors.ts';
import type { Caller } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createModels, modelOperations, priceBook } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'telltale-models-'));
let store: MetadataStore;
const changed: string[] = [];
/** Calls an operation as the HTTP surface does: with the declared input, checked, and an output that must be the declared one. */
let call: (id: keyof typeof declared, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

beforeAll(async () => {
  store = await openMetadata({ dataDir, log: createLogger('silent') });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const clock = { now: () => Date.parse('2026-03-04T05:06:07.089Z') };
  const operations = modelOperations(
    createModels({ db: store.db, clock, onChange: (projectId) => void changed.push(projectId) }),
  );
  call = async (id, input) => {
    const { operation, handle } = operations.find((each) => each.operation.id === id)!;
    const answer = await handle(operation.input.parse(input) as never, { projectId: input.projectId } as Caller);
    return operation.output.parse(answer) as Record<string, unknown>;
  };
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const flat = { modelName: 'mine', matchPattern: '^mine$', unit: 'TOKENS', inputPrice: 0.001, outputPrice: 0.002 };
const failing = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? [error.status, error.message] : error;
};

it('creates, lists, gets and deletes a model of the project alone', async () => {
  const created = await call('createModel', { projectId: 'p', ...flat });
  expect(created).toEqual({
    id: expect.any(String),
    modelName: 'mine',
    matchPattern: '^mine$',
    owner: 'project',
    startDate: null,
    unit: 'TOKENS',
    pricingTiers: [
      {
        id: `${String(created.id)}_tier_default`,
        name: 'Standard',
        isDefault: true,
        priority: 0,
        conditions: [],
        prices: { input: 0.001, output: 0.002 },
      },
    ],
    tokenizerId: null,
    tokenizerConfig: null,
    createdAt: '2026-03-04T05:06:07.089Z',
  });
  expect(changed).toEqual(['p']);
  expect(await call('getModel', { projectId: 'p', id: created.id })).toEqual(created);
  expect(await call('listModels', { projectId: 'p', owner: 'project' })).toEqual({ data: [created], totalCount: 1 });
  expect(await call('listModels', { projectId: 'q', owner: 'project' })).toEqual({ data: [], totalCount: 0 });
  expect(await failing(call('getModel', { projectId: 'q', id: created.id }))).toEqual([404, 'Model not found']);
  expect(await failing(call('deleteModel', { projectId: 'q', id: created.id }))).toEqual([404, 'Model not found']);
  expect(await failing(call('createModel', { projectId: 'p', ...flat }))).toEqual([400, expect.stringContaining('mine')]);
  expect(await call('deleteModel', { projectId: 'p', id: created.id })).toEqual({ ok: true });
  expect(changed).toEqual(['p', 'p']);
  expect(await failing(call('getModel', { projectId: 'p', id: created.id }))).toEqual([404, 'Model not found']);
});

it('lists the built-in models with every condition where it belongs', async () => {
  const { totalCount } = await call('listModels', { projectId: 'p', owner: 'built-in', limit: 1 });
  expect(totalCount).toBe(priceBook.length);
  const one = priceBook.find(({ tiers }) => tiers.some(({ conditions }) => conditions.some((each) => 'source' in each)))!;
  const shown = (await call('getModel', { projectId: 'p', id: one.id })) as {
    owner: string;
    createdAt: null;
    pricingTiers: object[];
  };
  expect([shown.owner, shown.createdAt]).toEqual(['built-in', null]);
  expect(JSON.stringify(shown.pricingTiers)).toContain('"source":"model_parameters"');
  expect(await failing(call('deleteModel', { projectId: 'p', id: one.id }))).toEqual([404, 'Model not found']);
});

it.each([
  [{ ...flat, unit: 'BYTES' }, 'unit'],
  [{ ...flat, totalPrice: 1 }, 'totalPrice'],
  [{ ...flat, inputPrice: -1 }, 'inputPrice'],
  [{ modelName: 'x', matchPattern: 'x', unit: 'TOKENS' }, 'pricingTiers'],
])('refuses %j with the field %s', (given, field) => {
  const { error } = declared.createModel.input.safeParse({ projectId: 'p', ...given });
  expect(error?.issues.map(({ path }) => path.join('.'))).toContain(field);
});

it('puts a model under an id of the choice of the caller', async () => {
  const made = await call('putModel', { projectId: 'p', id: 'chosen', ...flat, modelName: 'chosen' });
  expect(made).toMatchObject({ id: 'chosen', modelName: 'chosen', owner: 'project' });
  const replaced = await call('putModel', { projectId: 'p', id: 'chosen', ...flat, modelName: 'chosen', inputPrice: 3 });
  expect(replaced).toMatchObject({ id: 'chosen', pricingTiers: [{ prices: { input: 3 } }], createdAt: made.createdAt });
  expect(await call('getModel', { projectId: 'p', id: 'chosen' })).toEqual(replaced);
  expect(await failing(call('putModel', { projectId: 'p', id: priceBook[0]!.id, ...flat }))).toEqual([
    400,
    'Built-in models cannot be changed. Take another id.',
  ]);
  await call('deleteModel', { projectId: 'p', id: 'chosen' });
});
