import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { createLogger } from '../../lib/log.ts';
import type { CommentedReader } from '../../query/commented.ts';
import { pageObservations } from '../../query/page-observations.ts';
import { pageTraces } from '../../query/page-traces.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation } from '../../store/analytics/rows.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createFindCommented } from './index.ts';

let dataDir: string;
let metadata: MetadataStore;
let facts: Awaited<ReturnType<typeof openTestStore>>;
let store: AnalyticsStore & CommentedReader;

const TEXTS = ['Refund is LATE', 'looks good', 'refunds, late', '50% off_ (really)', 'Größe ÄRGER', "it's 4711", 'refund'];
const COUNT = 40;
/** Comments by the number of their trace, and of its step: the oracle's own copy. */
const said: Record<'TRACE' | 'OBSERVATION', string[][]> = { TRACE: [], OBSERVATION: [] };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-commented-'));
  metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  facts = await openTestStore();
  store = { ...facts.store, findCommented: createFindCommented(metadata.db) };
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await metadata.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const rows = ['p', 'q'].flatMap((project) =>
    Array.from({ length: COUNT }, (_, i) => ({
      ...emptyObservation(project, `t${i}`, `s${i}`),
      type: 'SPAN' as const,
      start_time: Date.parse('2026-05-01T00:00:00Z') * 1000 + i,
      row_version: 1,
    })),
  );
  await store.insert({ observations: rows });
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const values: (typeof tables.comments.$inferInsert)[] = [];
  for (const [objectType, letter] of [
    ['TRACE', 't'],
    ['OBSERVATION', 's'],
  ] as const) {
    for (let i = 0; i < COUNT; i++) {
      said[objectType].push(Array.from({ length: random(4) }, () => TEXTS[random(TEXTS.length)]!));
      for (const content of said[objectType][i]!)
        values.push({ id: `c${values.length}`, projectId: 'p', objectType, objectId: `${letter}${i}`, content });
    }
  }
  // Of another project and of other things with the same ids: never counted.
  for (const i of [0, 1, 2]) {
    const content = 'looks good';
    values.push({ id: `q${i}`, projectId: 'q', objectType: 'TRACE', objectId: `t${i}`, content });
    values.push({ id: `z${i}`, projectId: 'p', objectType: 'SESSION', objectId: `t${i}`, content });
  }
  await metadata.db.insert(tables.comments).values(values);
});
afterAll(async () => {
  await facts.close();
  await metadata.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The filter language on comments, in plain JavaScript. */
function fits(comments: readonly string[], condition: FilterCondition): boolean {
  const lower = (text: string) => text.toLowerCase();
  switch (condition.type) {
    case 'number': {
      const [n, v] = [comments.length, condition.value];
      return { '=': n === v, '>': n > v, '<': n < v, '>=': n >= v, '<=': n <= v }[condition.operator];
    }
    case 'null':
      return condition.column === 'commentCount'
        ? condition.operator === 'is not null'
        : (comments.length === 0) === (condition.operator === 'is null');
    case 'stringOptions':
      return comments.some((text) => condition.value.includes(text)) === (condition.operator === 'any of');
    case 'string': {
      const v = lower(condition.value);
      const words = v.split(/\s+/).filter((word) => word !== '');
      const one = (text: string) => {
        switch (condition.operator) {
          case '=':
            return text === condition.value;
          case 'starts with':
            return lower(text).startsWith(v);
          case 'ends with':
            return lower(text).endsWith(v);
          case 'matches':
            return words.every((word) =>
              lower(text)
                .split(/[\s,()_%']+/)
                .includes(word),
            );
          default:
            return lower(text).includes(v);
        }
      };
      return comments.some(one) === (condition.operator !== 'does not contain');
    }
    default:
      throw new Error(condition.type);
  }
}

const number = (operator: '=' | '>' | '<' | '>=' | '<=', value: number): FilterCondition => ({
  type: 'number',
  column: 'commentCount',
  operator,
  value,
});
const conditions: FilterCondition[] = [
  ...(['=', '>', '<', '>=', '<='] as const).flatMap((operator) =>
    [-1, 0, 1, 1.5, 2, 3, 99].map((value) => number(operator, value)),
  ),
  ...(['=', 'contains', 'does not contain', 'starts with', 'ends with'] as const).flatMap((operator) =>
    ['refund', 'REFUND', 'late', 'Refund is LATE', '%', '_', 'ärger', 'größe Ärger', "it's", '(', 'absent'].map(
      (value): FilterCondition => ({ type: 'string', column: 'commentContent', operator, value }),
    ),
  ),
  ...['refund', 'late REFUND', 'refunds', 'ärger', '4711', 'absent'].map(
    (value): FilterCondition => ({ type: 'string', column: 'commentContent', operator: 'matches', value }),
  ),
  ...(['any of', 'none of'] as const).map(
    (operator): FilterCondition => ({
      type: 'stringOptions',
      column: 'commentContent',
      operator,
      value: ['refund', 'looks good'],
    }),
  ),
  ...(['is null', 'is not null'] as const).flatMap((operator) =>
    ['commentCount', 'commentContent'].map((column): FilterCondition => ({ type: 'null', column, operator })),
  ),
];

const traces = async (projectId: string, filter: FilterCondition[]) => {
  const page = { orderBy: { column: 'timestamp', direction: 'asc' as const }, offset: 0, limit: 100, texts: false };
  const found = await pageTraces(store, projectId, { filter }, page);
  expect(found.total).toBe(found.traces.length);
  return found.traces.map(({ trace_id }) => trace_id);
};
const observations = async (projectId: string, filter: FilterCondition[]) => {
  const found = await pageObservations(store, projectId, { filter }, { offset: 0, limit: 100 });
  expect(found.total).toBe(found.rows.length);
  return found.rows.map(({ id }) => id).reverse();
};

describe.each([
  ['TRACE', 't', traces],
  ['OBSERVATION', 's', observations],
] as const)('comments of a %s', (type, letter, ask) => {
  const expected = (filter: FilterCondition[]) =>
    said[type].flatMap((comments, i) => (filter.every((condition) => fits(comments, condition)) ? [`${letter}${i}`] : []));

  it('are filtered by, as the oracle does', async () => {
    const sizes = new Set<number>();
    for (const condition of conditions) {
      const wanted = expected([condition]);
      sizes.add(wanted.length);
      expect(await ask('p', [condition]), JSON.stringify(condition)).toEqual(wanted);
    }
    expect(sizes.size).toBeGreaterThan(8);
  });

  it('are filtered by with several conditions at once', async () => {
    for (let i = 0; i < conditions.length; i += 3) {
      const filter = [conditions[i]!, conditions[(i * 7 + 5) % conditions.length]!];
      expect(await ask('p', filter), JSON.stringify(filter)).toEqual(expected(filter));
    }
  });

  it('of other projects and other things do not count', async () => {
    expect(await ask('q', [number('>', 0)])).toEqual(type === 'TRACE' ? ['t0', 't1', 't2'] : []);
    expect(await ask('q', [number('=', 0)])).toHaveLength(type === 'TRACE' ? COUNT - 3 : COUNT);
  });
});
