import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attempt, Jobs } from '../../jobs/index.ts';
import { createLogger } from '../../lib/log.ts';
import { readObservations } from '../../query/read-observations.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import type { PricedModel } from './model.ts';
import { createPrices } from './prices.ts';
import { createRepricings } from './repricings.ts';

const DAY = 24 * 3600 * 1_000_000;
const START = Date.parse('2026-05-01T00:00:00.000Z') * 1000;
const range = { from: '2026-05-02T00:00:00.000Z', to: '2026-05-04T00:00:00.000Z' };
let folder: string;
let metadata: MetadataStore;
let analytics: AnalyticsStore;

/** The project's own models, which change while the tests go on. */
let models: PricedModel[] = [];
const own = (id: string, price: number, startDate: number | null = null): PricedModel => ({
  id,
  name: id,
  matchPattern: '^mine$',
  owner: 'project',
  tokenizer: null,
  startDate,
  tiers: [{ id: `${id}-tier`, name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: price } }],
});
const prices = createPrices({ loadProjectModels: () => models });
const setModels = (next: PricedModel[]) => {
  models = next;
  prices.forget('p');
};

const row = (id: string, fields: Partial<ObservationRow>): ObservationRow => ({
  ...emptyObservation('p', `t-${id}`, id),
  type: 'GENERATION',
  model: 'mine',
  usage_details: { input: 1000 },
  input: `text of ${id}`,
  row_version: 100,
  ...fields,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-repricing-'));
  const log = createLogger('silent');
  metadata = await openMetadata({ dataDir: join(folder, 'metadata'), log });
  analytics = await openAnalytics({ dataDir: join(folder, 'analytics'), log });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await metadata.db.insert(tables.projects).values({ id: 'p', name: 'P', organisationId: 'o' });
  const rows = [
    row('early', { start_time: START }),
    row('first', { start_time: START + DAY }),
    row('second', { start_time: START + 2 * DAY }),
    row('stated', { start_time: START + 2 * DAY, cost_details: { total: 7 } }),
    row('known', { start_time: START + 2 * DAY, model: 'gpt-4o' }),
    row('late', { start_time: START + 3 * DAY }),
  ];
  await prices.priceRows(rows);
  await analytics.insert({ observations: rows });
});
afterAll(async () => {
  await analytics.close();
  await metadata.close();
  await rm(folder, { recursive: true });
});

/** Does what the queue does: hands jobs over, with what an earlier attempt saved. */
function queue() {
  let handler: ((data: never, attempt: Attempt) => Promise<void>) | undefined;
  const sent: object[] = [];
  const jobs = {
    work: (_queue: string, _options: object, work: typeof handler) => {
      handler = work;
    },
    send: async (_queue: string, data: object) => void sent.push(data),
  } as unknown as Jobs;
  const run = async (attempt: Partial<Attempt> = {}) => {
    const whole = { attempt: 1, last: false, progress: null, save: async () => {}, ...attempt };
    for (const data of sent) await handler!(data as never, whole);
  };
  return { jobs, run };
}

const { jobs, run } = queue();
const repricings = () =>
  createRepricings({ db: metadata.db, analytics, jobs, clock: { now: () => START / 1000 }, findPrice: prices.pricesOf });

const costs = async () => {
  const keys = ['early', 'first', 'second', 'stated', 'known', 'late'].map((id) => ({ trace_id: `t-${id}`, id }));
  const rows = await readObservations(analytics, 'p', keys);
  return Object.fromEntries(rows.map((one) => [one.id, [one.total_cost, one.price_model_name, one.input]]));
};

it('prices a span anew: what was asked about before it is done, once, and stated costs never', async () => {
  setModels([own('dear', 0.002), own('cheap', 0.001)]);
  const domain = repricings();
  const preview = await domain.preview('p', range);
  expect(preview).toEqual({
    lookedAt: 3,
    changed: 2,
    costBefore: 0,
    costAfter: 4,
    complete: true,
    changes: [{ model: 'mine', priceBefore: null, priceAfter: 'dear', observations: 2, costBefore: 0, costAfter: 4 }],
  });
  // A preview changes nothing.
  expect((await costs()).first).toEqual([null, '', 'text of first']);

  const started = await domain.start('p', range, null);
  expect(started).toMatchObject({ status: 'waiting', changed: 0, ...range });
  await run();
  expect(await domain.list('p')).toMatchObject([
    { id: started.id, status: 'done', lookedAt: 3, changed: 2, costBefore: 0, costAfter: 4 },
  ]);
  expect(await costs()).toEqual({
    early: [null, '', 'text of early'],
    first: [2, 'dear', 'text of first'],
    second: [2, 'dear', 'text of second'],
    stated: [7, '', 'text of stated'],
    known: [0.0025, 'gpt-4o', 'text of known'],
    late: [null, '', 'text of late'],
  });
  // Again: nothing is left to change.
  expect(await domain.preview('p', range)).toMatchObject({ lookedAt: 3, changed: 0 });
});

it('keeps to the day from which a price holds', async () => {
  setModels([own('later', 0.003, START + 2 * DAY), own('dear', 0.002)]);
  const preview = await repricings().preview('p', range);
  expect(preview).toMatchObject({ changed: 1, costBefore: 2, costAfter: 3 });
  expect(preview.changes).toMatchObject([{ priceBefore: 'dear', priceAfter: 'later', observations: 1 }]);
});

it('does not undo what a sender says meanwhile', async () => {
  setModels([own('cheap', 0.001)]);
  const domain = createRepricings({
    db: metadata.db,
    analytics: {
      ...analytics,
      insert: async (rows) => {
        // Between reading and writing, a new version comes in.
        await analytics.insert({
          observations: [row('first', { start_time: START + DAY, output: 'newer', row_version: 1_000_000, total_cost: 9 })],
        });
        await analytics.insert(rows);
      },
    },
    jobs,
    clock: { now: () => START / 1000 },
    findPrice: prices.pricesOf,
  });
  await domain.start('p', range, null);
  await run();
  const [first] = await readObservations(analytics, 'p', [{ trace_id: 't-first', id: 'first' }]);
  expect(first).toMatchObject({ output: 'newer', total_cost: 9 });
  expect((await costs()).second).toEqual([1, 'cheap', 'text of second']);
});

it('refuses a span that ends before it begins', async () => {
  await expect(repricings().start('p', { from: range.to, to: range.from }, null)).rejects.toMatchObject({ status: 400 });
});
