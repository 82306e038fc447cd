import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../store/analytics/rows.ts';
import { listFacets } from './facets.ts';
import { getHistogram } from './histogram.ts';
import { listObservations } from './list-observations.ts';
import { listTraces } from './list-traces.ts';
import { openTestStore } from './testing/open-store.ts';
import { MINUTE, ORIGIN } from './testing/random-facts.ts';
import { countMatches } from './totals.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;

const step = (id: string, minute: number, more: Partial<ObservationRow>): ObservationRow => ({
  ...emptyObservation('mine', `trace-${id}`, id),
  start_time: ORIGIN + minute * MINUTE,
  row_version: 1,
  ...more,
});

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert({
    observations: [
      step('english', 1, { input: 'Please REFUND order 4711, it was late.', output: '{"answer":"Refund granted"}' }),
      step('plural', 2, { input: 'no refunds here' }),
      step('split', 3, { input: 'refund', output: 'order' }),
      step('german', 4, { input: 'Die Straße in Köln ist gesperrt' }),
      step('chinese', 5, { input: '我要申请退款,订单很晚', output: '好的' }),
      step('reversed', 6, { input: '款退' }),
      step('arabic', 7, { output: 'مرحبا بالعالم الجميل' }),
      step('named', 8, { name: 'lookup_customer' }),
      step('old', 9, { input: 'forgotten word' }),
      step('trace', 10, { type: 'TRACE', trace_id: 'trace-said', id: 'trace-said', input: 'only the trace says zebra' }),
      ...Array.from({ length: 30_000 }, (_, i) => step(`noise-${i}`, i % 1000, { input: `filler number${i}` })),
    ],
  });
  // A newer version of a row: what only the older one said is found no more.
  await store.insert({ observations: [step('old', 9, { input: 'remembered word', row_version: 2 })] });
  await store.insert({ observations: [{ ...step('english', 1, { input: 'refund order 4711' }), project_id: 'theirs' }] });
});
afterAll(() => close());

const found: [search: string, ids: string[]][] = [
  ['refund', ['split', 'english']],
  ['ReFuNd', ['split', 'english']],
  ['4711 refund', ['english']],
  ['refund order', ['english']],
  ['granted', ['english']],
  ['refunds', ['plural']],
  ['straße', ['german']],
  ['STRASSE', []],
  ['köln', ['german']],
  ['退款', ['chinese']],
  ['订单 退款', ['chinese']],
  ['款退', ['reversed']],
  ['مرحبا', ['arabic']],
  ['الجميل مرحبا', ['arabic']],
  ['lookup_customer', ['named']],
  ['forgotten', []],
  ['remembered', ['old']],
  ['noise-7', ['noise-7']],
  ['trace-german', ['german']],
  ['number29999 filler', ['noise-29999']],
  ["'; DROP TABLE observations --", []],
];

describe('full-text search', () => {
  it.each(found)('of steps for %s', async (search, ids) => {
    const { data } = await listObservations(store, 'mine', { filter: [], search }, { limit: 50 });
    expect(data.map(({ id }) => id)).toEqual(ids);
    expect(await countMatches(store, 'mine', 'observations', { filter: [], search })).toBe(ids.length);
  });

  it.each(found)('of traces for %s', async (search, ids) => {
    const { data } = await listTraces(store, 'mine', { filter: [], search }, { limit: 50 });
    expect(data.map(({ id }) => id)).toEqual(ids.map((id) => `trace-${id}`));
  });

  it('finds what was said of the trace alone', async () => {
    const { data } = await listTraces(store, 'mine', { filter: [], search: 'zebra' }, { limit: 50 });
    expect(data.map(({ id }) => id)).toEqual(['trace-said']);
  });

  it('ignores a search without words and goes together with conditions, facets and histogram', async () => {
    expect(await countMatches(store, 'mine', 'traces', { filter: [], search: ' ?! ' })).toBe(30_010);
    const scope = {
      search: 'refund',
      filter: [{ type: 'string' as const, column: 'id', operator: 'ends with' as const, value: 'split' }],
    };
    expect((await listTraces(store, 'mine', scope, { limit: 5 })).data.map(({ id }) => id)).toEqual(['trace-split']);
    expect((await listFacets(store, 'mine', 'traces', scope, ['environment'])).facets).toEqual([
      { column: 'environment', values: [{ value: 'default', count: 1 }] },
    ]);
    const { buckets } = await getHistogram(store, 'mine', 'traces', scope, 20);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });

  it('is answered from the text index', async () => {
    const [explained] = await store.query<{ explain: string }>(
      "EXPLAIN indexes = 1, json = 1 SELECT id FROM observations FINAL WHERE project_id = 'mine' AND (hasAllTokens(input, 'refund') OR hasAllTokens(output, 'refund') OR hasAllTokens(name, 'refund') OR id = 'refund' OR trace_id = 'refund')",
    );
    const read = JSON.stringify(explained);
    expect(read).toContain('words_of_input');
    expect(read).toContain('words_of_output');
  });
});
