import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, type FilterColumn } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader, AnalyticsStore } from '../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../store/analytics/rows.ts';
import { foldTrace } from '../store/analytics/traces/fold-trace.ts';
import { listFacets } from './facets.ts';
import { getTrace } from './get-trace.ts';
import { getHistogram } from './histogram.ts';
import { listObservations } from './list-observations.ts';
import type { ListScope } from './list-scope.ts';
import { listTraces, type PageRequest } from './list-traces.ts';
import { pageTraces } from './page-traces.ts';
import { readTraceFacts, readTraceMetadata } from './read-traces.ts';
import { openTestStore } from './testing/open-store.ts';
import { compare, fits, type Item, newestFirst, observationItems, traceItems } from './testing/oracle.ts';
import { DAY, DAYS, type Facts, MINUTE, ORIGIN, randomFacts } from './testing/random-facts.ts';
import { countMatches } from './totals.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const facts: Facts = randomFacts('mine', 150, 21);
const traces = traceItems(facts);
const steps = observationItems(facts);
const lists = { traces, observations: steps } as const;
const kinds = ['traces', 'observations'] as const;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(facts);
  await store.insert(randomFacts('theirs', 150, 22));
});
afterAll(() => close());

/** The store, believed to hold so many rows that lists look at an hour first, and at what lies near a range only. */
const crowded: AnalyticsReader = {
  query: async <Row>(...[sql, ...more]: Parameters<AnalyticsReader['query']>) => {
    const rows = await store.query<Row & object>(sql.replaceAll(/count\(\) <= \d+/g, 'count() <= 0'), ...more);
    return rows.map((row) => ('all' in row ? { ...row, all: 1e9 } : row));
  },
};

/** All ids of a list, page by page. */
async function walk(
  list: 'traces' | 'observations',
  scope: ListScope,
  page: Omit<PageRequest, 'cursor'>,
  projectId = 'mine',
  reader: AnalyticsReader = store,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 500; pages++) {
    const question = list === 'traces' ? listTraces : listObservations;
    const { data, nextCursor } = await question(reader, projectId, scope, { ...page, cursor });
    ids.push(...data.map(({ id }) => id));
    if (nextCursor === null) return ids;
    expect(data).toHaveLength(page.limit);
    cursor = nextCursor;
  }
  throw new Error('The list has no end');
}

/** What a reader of summaries is told. */
const FACTS = [
  'id',
  'name',
  'timestamp',
  'userId',
  'sessionId',
  'tags',
  'metadata',
  'version',
  'release',
  'environment',
  'public',
  'bookmarked',
  'input',
  'output',
  'level',
  'totalCost',
  'latency',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'observationCount',
  'errorCount',
  'warningCount',
  'models',
] as const;

describe('the summary', () => {
  it('is the fold of fold-trace.ts, for every trace, texts whole', async () => {
    const byTrace = Map.groupBy(facts.observations, ({ trace_id }) => trace_id);
    const ids = [...byTrace.keys()];
    const folded = await readTraceFacts(store, 'mine', ids, 'whole');
    const metadata = await readTraceMetadata(store, 'mine', ids);
    expect(folded.size).toBe(ids.length);
    for (const [id, rows] of byTrace) {
      const wanted = foldTrace(rows)!;
      const fact = folded.get(id)!;
      expect({
        id,
        name: fact.name || null,
        timestamp: fact.at,
        userId: fact.userId || null,
        sessionId: fact.sessionId || null,
        tags: fact.tags,
        metadata: metadata.get(id),
        version: fact.version || null,
        release: fact.release || null,
        environment: fact.environment,
        public: fact.public,
        bookmarked: fact.bookmarked,
        input: fact.input || null,
        output: fact.output || null,
        level: fact.level,
        totalCost: fact.totalCost,
        latency: fact.latency,
        inputTokens: fact.inputTokens,
        outputTokens: fact.outputTokens,
        totalTokens: fact.totalTokens,
        observationCount: fact.observationCount,
        errorCount: fact.errorCount,
        warningCount: fact.warningCount,
        models: fact.models,
      }).toEqual(Object.fromEntries(FACTS.map((field) => [field, wanted[field]])));
    }
  });
});

describe('pages', () => {
  it.each(kinds)('of %s give every row once, newest first, also with equal times', async (list) => {
    const times = lists[list].map(({ time }) => time);
    expect(new Set(times).size).toBeLessThan(times.length);
    const wanted = [...lists[list]].sort(newestFirst).map(({ id }) => id);
    expect(await walk(list, { filter: [] }, { limit: 17 })).toEqual(wanted);
    expect(await walk(list, { filter: [] }, { limit: 60 }, 'mine', crowded)).toEqual(wanted);
  });

  it.each(kinds)('of %s keep to their range: from inclusive, to exclusive', async (list) => {
    const sorted = [...lists[list]].sort(newestFirst);
    const [from, to] = [sorted[Math.floor(sorted.length * 0.7)]!.time, sorted[Math.floor(sorted.length * 0.2)]!.time];
    const wanted = sorted.filter(({ time }) => time >= from && time < to).map(({ id }) => id);
    expect(await walk(list, { from, to, filter: [] }, { limit: 40 })).toEqual(wanted);
    expect(await countMatches(store, 'mine', list, { from, to, filter: [] })).toBe(wanted.length);
    const name = list === 'traces' ? 'timestamp' : 'startTime';
    const iso = (time: number) => new Date(time / 1000).toISOString().replace('Z', `${String(time % 1000).padStart(3, '0')}Z`);
    const conditions: FilterCondition[] = [
      { type: 'datetime', column: name, operator: '>=', value: iso(from) },
      { type: 'datetime', column: name, operator: '<', value: iso(to) },
    ];
    expect(await walk(list, { filter: conditions }, { limit: 400 })).toEqual(wanted);
  });

  it('list a trace once that began long before a window and went on after it', async () => {
    const rows: ObservationRow[] = [];
    const add = (trace: string, id: string, minute: number, more: Partial<ObservationRow> = {}) =>
      rows.push({ ...emptyObservation('long', trace, id), start_time: ORIGIN + minute * MINUTE, row_version: 1, ...more });
    // Enough other rows for several windows, a trace that lasts through all of them with long pauses, and one whose TRACE row is late.
    for (let i = 0; i < 400; i++) add(`short-${i}`, `s${i}`, i * 97);
    for (const day of [0, 3, 9, 20]) add('lasting', `l${day}`, day * 1440 + 5);
    add('late', 'a', 30000);
    add('late', 'late', 32000, { type: 'TRACE' });
    await store.insert({ observations: rows });
    const ids = await walk('traces', { filter: [] }, { limit: 50 }, 'long', crowded);
    expect(ids).toHaveLength(402);
    expect(new Set(ids).size).toBe(402);
    expect(ids.indexOf('lasting')).toBe(ids.indexOf('short-0') - 1);
    expect(ids.indexOf('late')).toBe(ids.indexOf('short-330') + 1);
    const recent = await walk('traces', { from: ORIGIN + 3 * DAY, filter: [] }, { limit: 50 }, 'long', crowded);
    expect(recent).not.toContain('lasting');
  });

  it('judge a trace by all its rows, however far they lie apart', async () => {
    const [first, late] = [ORIGIN, ORIGIN + 40 * DAY];
    const rows: ObservationRow[] = [
      { ...emptyObservation('apart', 't', 't'), type: 'TRACE', start_time: first, user_id: 'ann', row_version: 1 },
      { ...emptyObservation('apart', 't', 's'), start_time: late, total_cost: 3, row_version: 1 },
    ];
    await store.insert({ observations: rows });
    const page = { orderBy: { column: 'timestamp', direction: 'desc' as const }, offset: 0, limit: 5, texts: false };
    const traces = async (from: number, filter: FilterCondition[], reader: AnalyticsReader = store) =>
      (await pageTraces(reader, 'apart', { from, to: from + DAY, filter }, page)).traces.length;
    const costly: FilterCondition = { type: 'number', column: 'totalCost', operator: '=', value: 3 };
    expect(await traces(late, [])).toBe(0);
    expect(await traces(first, [costly])).toBe(1);
    const anns: FilterCondition = { type: 'string', column: 'userId', operator: '=', value: 'ann' };
    expect(await walk('observations', { from: late, to: late + DAY, filter: [anns] }, { limit: 5 }, 'apart')).toEqual(['s']);
    // However many rows there are.
    expect(await traces(first, [costly], crowded)).toBe(1);
  });

  it.each(kinds)('of %s follow every sortable column', async (list) => {
    for (const [i, column] of columnsOf(list)
      .filter(({ sortable }) => sortable)
      .entries()) {
      for (const direction of i === 0 ? (['asc', 'desc'] as const) : i % 2 === 0 ? (['asc'] as const) : (['desc'] as const)) {
        const ids = await walk(
          list,
          { filter: [] },
          { limit: list === 'traces' ? 90 : 330, orderBy: { column: column.id, direction } },
        );
        expect(ids, `${column.id} ${direction}`).toEqual(inOrder(lists[list], column, direction));
      }
    }
  });

  function inOrder(items: readonly Item[], column: FilterColumn, direction: 'asc' | 'desc'): string[] {
    const levels = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'];
    const keyOf = (item: Item): string | number => {
      if (column.id === 'level') return levels.indexOf(item.text.level!);
      if (column.id === 'id' && item.id === item.traceId) return item.id;
      if (column.id in item.text) return item.text[column.id]!;
      if (column.id in item.texts) return item.texts[column.id]!.join(', ');
      if (column.id in item.boolean) return Number(item.boolean[column.id]);
      if (column.id in item.number) return item.number[column.id] ?? -1;
      return item.times[column.id] ?? -1;
    };
    const sorted = [...items].sort((a, b) => {
      const [left, right] = [keyOf(a), keyOf(b)];
      const first = typeof left === 'number' ? left - (right as number) : compare(left, right as string);
      return first || compare(a.traceId, b.traceId) || compare(a.id, b.id);
    });
    return (direction === 'asc' ? sorted : sorted.reverse()).map(({ id }) => id);
  }

  it.each(kinds)('of %s take ranges beyond what can be stored', async (list) => {
    const wide = { from: Date.parse('0001-01-01T00:00:00Z') * 1000, to: Date.parse('9999-12-31T00:00:00Z') * 1000, filter: [] };
    expect(await walk(list, wide, { limit: 500 })).toHaveLength(lists[list].length);
    expect(await countMatches(store, 'mine', list, wide)).toBe(lists[list].length);
  });

  it('refuse a cursor that is not theirs', async () => {
    for (const cursor of [
      'x',
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from('["name.asc",1]').toString('base64url'),
    ]) {
      await expect(listTraces(store, 'mine', { filter: [] }, { limit: 5, cursor })).rejects.toMatchObject({
        status: 400,
        message: 'Invalid cursor format',
      });
    }
    const { nextCursor } = await listTraces(store, 'mine', { filter: [] }, { limit: 5 });
    const other = { limit: 5, cursor: nextCursor!, orderBy: { column: 'latency', direction: 'asc' as const } };
    await expect(listTraces(store, 'mine', { filter: [] }, other)).rejects.toMatchObject({ status: 400 });
  });

  it('name an unknown column', async () => {
    const filter: FilterCondition[] = [{ type: 'string', column: 'nope', operator: '=', value: '' }];
    await expect(listTraces(store, 'mine', { filter }, { limit: 5 })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('"nope"'),
    });
    const misfit: FilterCondition[] = [{ type: 'number', column: 'userId', operator: '=', value: 1 }];
    await expect(listObservations(store, 'mine', { filter: misfit }, { limit: 5 })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('"userId"'),
    });
    const orderBy = { column: 'metadata', direction: 'asc' as const };
    await expect(listTraces(store, 'mine', { filter: [] }, { limit: 5, orderBy })).rejects.toMatchObject({ status: 400 });
  });
});

describe('facets', () => {
  const facetColumns = (list: 'traces' | 'observations') =>
    columnsOf(list)
      .filter(({ facet, id }) => facet && !id.startsWith('score'))
      .map(({ id }) => id);
  const valuesOf = (item: Item, id: string): string[] =>
    id in item.text ? [item.text[id]!] : id in item.texts ? [...new Set(item.texts[id])] : [String(item.boolean[id])];
  const counted = (items: readonly Item[], id: string) => {
    const counts = new Map<string, number>();
    for (const item of items) for (const value of valuesOf(item, id)) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || compare(a.value, b.value));
  };

  it.each(kinds)('of %s count as plain counting does', async (list) => {
    const columns = facetColumns(list);
    const { facets, total } = await listFacets(store, 'mine', list, { filter: [] }, columns);
    expect(total).toBe(lists[list].length);
    expect(facets.map(({ column }) => column)).toEqual(columns);
    for (const { column, values } of facets) expect(values, column).toEqual(counted(lists[list], column).slice(0, 100));
  });

  it.each(kinds)('of %s leave out a column’s own conditions', async (list) => {
    const own: FilterCondition = { type: 'stringOptions', column: 'environment', operator: 'any of', value: ['production'] };
    const other: FilterCondition = { type: 'stringOptions', column: 'level', operator: 'none of', value: ['ERROR'] };
    const { facets, total } = await listFacets(store, 'mine', list, { filter: [own, other] }, [
      'environment',
      'level',
      'name',
      'tags',
    ]);
    const by = (...conditions: FilterCondition[]) => lists[list].filter((item) => conditions.every((c) => fits(list, item, c)));
    expect(total).toBe(by(own, other).length);
    expect(facets).toEqual([
      { column: 'environment', values: counted(by(other), 'environment') },
      { column: 'level', values: counted(by(own), 'level') },
      { column: 'name', values: counted(by(own, other), 'name') },
      { column: 'tags', values: counted(by(own, other), 'tags') },
    ]);
  });

  it('count names and values of scores', async () => {
    const { facets } = await listFacets(store, 'mine', 'traces', { filter: [] }, [
      'scores_avg',
      'score_categories',
      'score_booleans',
    ]);
    const tracesWith = (test: (score: Facts['scores'][number]) => boolean) =>
      new Set(facts.scores.filter(test).map(({ trace_id }) => trace_id)).size;
    expect(Object.fromEntries(facets[0]!.values.map(({ value, count }) => [value, count]))).toEqual({
      quality: tracesWith(({ name }) => name === 'quality'),
      correct: tracesWith(({ name }) => name === 'correct'),
    });
    expect(facets[1]!.values).toContainEqual({
      value: 'tone:odd one',
      count: tracesWith(({ string_value }) => string_value === 'odd one'),
    });
    expect(facets[2]!.values).toContainEqual({
      value: 'correct:true',
      count: tracesWith(({ name, value }) => name === 'correct' && value === 1),
    });
  });
});

describe('the histogram', () => {
  it.each(kinds)('of %s adds up to the list, in every width', async (list) => {
    const filter: FilterCondition[] = [{ type: 'stringOptions', column: 'environment', operator: 'none of', value: ['staging'] }];
    const fitting = lists[list].filter((item) => fits(list, item, filter[0]!));
    for (const buckets of [5, 24, 60, 500]) {
      const histogram = await getHistogram(store, 'mine', list, { filter }, buckets);
      expect(histogram.buckets.length).toBeLessThanOrEqual(buckets);
      const width = histogram.step * 1e6;
      for (const { time, count, errors } of histogram.buckets) {
        const start = Date.parse(time) * 1000;
        const inside = fitting.filter(({ time: at }) => at >= start && at < start + width);
        expect(count).toBe(inside.length);
        expect(errors).toBe(
          inside.filter((item) => (list === 'traces' ? item.number.errorCount! > 0 : item.text.level === 'ERROR')).length,
        );
      }
      expect(histogram.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(fitting.length);
      expect(await countMatches(store, 'mine', list, { filter })).toBe(fitting.length);
    }
  });

  it('fills a given range with zeros and has no buckets without rows', async () => {
    const from = ORIGIN - 2 * DAY;
    const { step, buckets } = await getHistogram(store, 'mine', 'traces', { from, to: ORIGIN + DAYS * DAY, filter: [] }, 10);
    expect(step).toBe(86400);
    expect(buckets).toHaveLength(6);
    expect(buckets.slice(0, 1)).toEqual([{ time: new Date(from / 1000).toISOString(), count: 0, errors: 0 }]);
    expect((await getHistogram(store, 'nobody', 'traces', { filter: [] }, 10)).buckets).toEqual([]);
  });
});

describe('one trace', () => {
  it('has its steps in start order with times relative to its own, orphans marked', async () => {
    for (const [id, rows] of [...Map.groupBy(facts.observations, ({ trace_id }) => trace_id)].slice(0, 40)) {
      const trace = (await getTrace(store, 'mine', id))!;
      const sorted = rows
        .filter(({ type }) => type !== 'TRACE')
        .sort((a, b) => a.start_time - b.start_time || compare(a.id, b.id));
      const at = foldTrace(rows)!.timestamp;
      const ids = new Set(sorted.map((row) => row.id));
      expect(trace.observations).toEqual(
        sorted.map((row) => ({
          id: row.id,
          parentId: row.parent_id || null,
          type: row.type,
          name: row.name,
          level: row.level,
          start: (row.start_time - at) / 1000,
          duration: row.end_time === null ? null : (row.end_time - row.start_time) / 1000,
          firstToken: row.completion_start_time === null ? null : (row.completion_start_time - row.start_time) / 1000,
          model: row.model || null,
          inputTokens: row.input_tokens,
          outputTokens: row.output_tokens,
          totalTokens: row.total_tokens,
          totalCost: row.total_cost,
          statusMessage: row.status_message || null,
          orphan: row.parent_id !== '' && !ids.has(row.parent_id),
        })),
      );
      expect(trace.scores.map((score) => score.id).sort()).toEqual(
        facts.scores
          .filter(({ trace_id }) => trace_id === id)
          .map((score) => score.id)
          .sort(),
      );
    }
  });

  it('is null when nothing of it came, or only in another project', async () => {
    expect(await getTrace(store, 'mine', 'unknown')).toBeNull();
    expect(await getTrace(store, 'nobody', 'trace-1')).toBeNull();
  });
});
