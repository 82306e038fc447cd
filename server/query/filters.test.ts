import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, type FilterColumn, fittingTypes, type ListName } from '../../contract/filter/columns.ts';
import type { FilterCondition, FilterType } from '../../contract/filter/condition.ts';
import type { AnalyticsStore } from '../store/analytics/port.ts';
import { listObservations } from './list-observations.ts';
import { pageScores } from './list-scores.ts';
import { listTraces } from './list-traces.ts';
import { observationColumnIds } from './observation-columns.ts';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
import { scoreColumnIds } from './score-columns.ts';
import { openTestStore } from './testing/open-store.ts';
import { fits, type Item, newestFirst, observationItems, scoreItems, traceItems } from './testing/oracle.ts';
import { DAY, type Facts, ORIGIN, randomFacts } from './testing/random-facts.ts';
import { traceColumnIds } from './trace-columns.ts';
import { traceSet } from './trace-set.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const facts: Facts = randomFacts('mine', 170, 7);
/** Scores that have no trace, or one that never came, join those of random traces; texts and corrections the others. */
const [first, second] = facts.scores;
facts.scores.push(
  { ...first!, id: 'of-session', trace_id: '', observation_id: '', session_id: 'session-1' },
  {
    ...first!,
    id: 'of-run',
    trace_id: '',
    observation_id: '',
    dataset_run_id: 'run-1',
    metadata: { tier: 'gold', 'nested.key': '5' },
  },
  { ...second!, id: 'lost', trace_id: 'never-came', observation_id: '', metadata: { evaluator_id: 'judge-1', region: 'Eu' } },
  { ...first!, id: 'text', data_type: 'TEXT', value: null, string_value: 'Some words' },
  { ...first!, id: 'correction', data_type: 'CORRECTION', name: 'output', value: 0, string_value: 'better' },
);

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(facts);
  // Another project with the same ids and other values: nothing of it may ever show.
  await store.insert(randomFacts('theirs', 200, 8));
});
afterAll(() => close());

const TEXT = ['=', 'contains', 'does not contain', 'starts with', 'ends with', 'matches'] as const;
const NUMBER = ['=', '>', '<', '>=', '<='] as const;

/** Conditions with every type and operator that a column takes, with values that split the rows. */
function conditionsFor(column: FilterColumn, items: readonly Item[]): FilterCondition[] {
  const id = column.id;
  const texts = [...new Set(items.map((item) => item.text[id]).filter((value) => value))].sort() as string[];
  const values = texts.length > 0 ? [texts[0]!, texts[Math.floor(texts.length / 2)]!] : ['nothing', 'none'];
  const numbers = items
    .map((item) => item.number[id])
    .filter((value) => typeof value === 'number')
    .sort((a, b) => a - b);
  const middle = numbers[Math.floor(numbers.length / 2)] ?? 1;
  const lists = [...new Set(items.flatMap((item) => item.texts[id] ?? []))].sort();
  const ofType = (type: FilterType): FilterCondition[] => {
    switch (type) {
      case 'string': {
        if (column.kind === 'texts') {
          const one = lists[0] ?? 'x';
          const of = (operator: string) => (operator === 'matches' ? one.split(/[^A-Za-z0-9]+/)[0]! : one);
          return TEXT.map((operator) => ({ type, column: id, operator, value: of(operator) }));
        }
        const word = values[1]!.split(/[^A-Za-z0-9]+/)[0]!;
        return TEXT.map((operator) => ({
          type,
          column: id,
          operator,
          value:
            operator === '='
              ? values[1]!
              : operator === 'matches'
                ? word.toUpperCase()
                : operator === 'ends with'
                  ? values[1]!.slice(-2)
                  : values[1]!.slice(0, 3).toUpperCase(),
        }));
      }
      case 'stringOptions': {
        const options =
          column.kind === 'categoryMap' ? ['tone:good', 'tone:odd one'] : column.kind === 'texts' ? [lists[0] ?? 'x'] : values;
        return (['any of', 'none of'] as const).map((operator) => ({ type, column: id, operator, value: options }));
      }
      case 'arrayOptions': {
        if (column.kind === 'categoryMap') return [];
        const options = [lists.slice(0, 2), lists.slice(-1)].filter((some) => some.length > 0);
        return options.flatMap((value) =>
          (['any of', 'none of', 'all of'] as const).map((operator) => ({ type, column: id, operator, value })),
        );
      }
      case 'number':
        return NUMBER.map((operator) => ({ type, column: id, operator, value: middle }));
      case 'datetime':
        return (['>', '<', '>=', '<='] as const).map((operator) => ({
          type,
          column: id,
          operator,
          value: new Date((ORIGIN + 2 * DAY) / 1000).toISOString(),
        }));
      case 'boolean':
        return (['=', '<>'] as const).flatMap((operator) =>
          [true, false].map((value) => ({ type, column: id, operator, value })),
        );
      case 'stringObject':
        return ['tier', 'region', 'attributes.http.code', 'absent'].flatMap((key) =>
          TEXT.map((operator) => ({
            type,
            column: id,
            key,
            operator,
            value: key === 'tier' ? 'gold' : key === 'region' ? 'eu' : '20',
          })),
        );
      case 'numberObject': {
        const keys = column.kind === 'textMap' ? ['nested.key', 'attributes.http.code'] : ['quality', 'correct', 'absent'];
        const value = column.kind === 'textMap' ? 4 : 0.5;
        return keys.flatMap((key) => NUMBER.map((operator) => ({ type, column: id, key, operator, value })));
      }
      case 'categoryOptions':
        return ['tone', 'absent'].flatMap((key) =>
          (['any of', 'none of'] as const).map((operator) => ({ type, column: id, key, operator, value: ['good', 'odd one'] })),
        );
      case 'booleanObject':
        return (['=', '<>'] as const).flatMap((operator) =>
          [true, false].map((value) => ({ type, column: id, key: 'correct', operator, value })),
        );
      case 'null':
        return (['is null', 'is not null'] as const).map((operator) => ({ type, column: id, operator }));
      case 'positionInTrace':
        return (['root', 'first', 'last', 'nthFromEnd', 'nthFromStart'] as const).map((key) => ({
          type,
          column: id,
          key,
          operator: '=',
          value: 2,
        }));
    }
  };
  return fittingTypes(column).flatMap(ofType);
}

const all = { limit: 500 };

/** Ids that one condition leaves, newest first: one statement, without what lists add for their rows. */
async function matching(list: ListName, condition: FilterCondition): Promise<string[]> {
  if (list === 'scores') {
    const { scores } = await pageScores(store, 'mine', { filter: [condition] }, { offset: 0, limit: 1000 });
    return scores.map(({ id }) => id);
  }
  const query = new ProjectQuery('mine');
  const scope = { filter: [condition] };
  const sql =
    list === 'traces'
      ? `SELECT trace_id AS id FROM (${traceSet(query, {}, scope)}) ORDER BY at DESC, trace_id DESC`
      : `SELECT id ${observationSet(query, {}, scope)} ORDER BY start_time DESC, trace_id DESC, id DESC`;
  return (await query.ask<{ id: string }>(store, sql)).map(({ id }) => id);
}
const expected = (list: ListName, items: readonly Item[], filter: readonly FilterCondition[]) =>
  items
    .filter((item) => filter.every((condition) => fits(list, item, condition)))
    .sort(newestFirst)
    .map(({ id }) => id);

describe('every column of contract §5.6 has SQL', () => {
  it('of traces', () =>
    expect(traceColumnIds().sort()).toEqual(
      columnsOf('traces')
        .map(({ id }) => id)
        .sort(),
    ));
  it('of observations', () =>
    expect(observationColumnIds().sort()).toEqual(
      columnsOf('observations')
        .map(({ id }) => id)
        .sort(),
    ));
  it('of scores', () =>
    expect(scoreColumnIds().sort()).toEqual(
      columnsOf('scores')
        .map(({ id }) => id)
        .sort(),
    ));
});

describe('traces by one condition, against the oracle', () => {
  const items = traceItems(facts);
  it.each(columnsOf('traces').map((column) => [column.id, column] as const))('%s', async (_id, column) => {
    const conditions = conditionsFor(column, items);
    expect(conditions.length).toBeGreaterThan(1);
    for (const condition of conditions) {
      expect(await matching('traces', condition), JSON.stringify(condition)).toEqual(expected('traces', items, [condition]));
    }
  });
});

describe('observations by one condition, against the oracle', () => {
  const items = observationItems(facts);
  it.each(columnsOf('observations').map((column) => [column.id, column] as const))('%s', async (_id, column) => {
    const conditions = conditionsFor(column, items);
    expect(conditions.length).toBeGreaterThan(1);
    for (const condition of conditions) {
      expect(await matching('observations', condition), JSON.stringify(condition)).toEqual(
        expected('observations', items, [condition]),
      );
    }
  });
});

describe('scores by one condition, against the oracle', () => {
  const items = scoreItems(facts);
  it.each(columnsOf('scores').map((column) => [column.id, column] as const))('%s', async (_id, column) => {
    const conditions = conditionsFor(column, items);
    expect(conditions.length).toBeGreaterThan(1);
    for (const condition of conditions) {
      expect(await matching('scores', condition), JSON.stringify(condition)).toEqual(expected('scores', items, [condition]));
    }
  });
});

describe('several conditions', () => {
  it('are all needed, in random combinations', async () => {
    const items = { traces: traceItems(facts), observations: observationItems(facts) };
    let hits = 0;
    for (const list of ['traces', 'observations'] as const) {
      const pool = columnsOf(list).flatMap((column) => conditionsFor(column, items[list]));
      for (let i = 0; i < 20; i++) {
        const filter = [pool[(i * 37) % pool.length]!, pool[(i * 101 + 13) % pool.length]!];
        const question = list === 'traces' ? listTraces : listObservations;
        const { data } = await question(store, 'mine', { filter }, all);
        hits += data.length;
        expect(
          data.map(({ id }) => id),
          JSON.stringify(filter),
        ).toEqual(expected(list, items[list], filter).slice(0, 500));
      }
    }
    expect(hits).toBeGreaterThan(500);
  });
});
