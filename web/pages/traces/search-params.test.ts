import { expect, it } from 'vitest';
import { nextSort, readSort, validateTracesSearch } from './search-params.ts';

it('keeps what fits and leaves out what does not', () => {
  expect(
    validateTracesSearch({ list: 'observations', q: 'level:ERROR', sort: 'latency.desc', range: '1h', env: ['production'] }),
  ).toEqual({
    list: 'observations',
    q: 'level:ERROR',
    sort: 'latency.desc',
    range: '1h',
    env: ['production'],
  });
  const broken = validateTracesSearch({
    list: 'users',
    q: {},
    sort: 'x; drop',
    range: '2y',
    from: 'yesterday',
    env: 'production',
    tail: 'yes',
    view: 'pie',
  });
  expect(Object.values(broken).filter((value) => value !== undefined)).toEqual([]);
  expect(validateTracesSearch(null)).toEqual({});
  expect(validateTracesSearch({ q: 404, peek: 17 })).toMatchObject({ q: '404', peek: '17' });
});

it('cycles a header through largest, smallest, newest', () => {
  expect(nextSort(undefined, 'latency')).toBe('latency.desc');
  expect(nextSort('latency.desc', 'latency')).toBe('latency.asc');
  expect(nextSort('latency.asc', 'latency')).toBeUndefined();
  expect(nextSort('latency.asc', 'totalCost')).toBe('totalCost.desc');
  expect(readSort('totalCost.asc')).toEqual({ column: 'totalCost', direction: 'asc' });
});
