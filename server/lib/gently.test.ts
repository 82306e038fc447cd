import { expect, it } from 'vitest';
import { ExactNumber } from '../../contract/json/exact-number.ts';
import { mapGently, stringifyGently } from './gently.ts';

const dated = { at: new Date(0), toJSON: () => 'said' };
it.each([
  [{ data: [{ a: 1, b: undefined, c: null }, [1, undefined, () => 1], 'x"\n', dated], meta: { page: 1, none: undefined } }],
  [[1, 'a', null, undefined, true, { deep: { deeper: [{ a: [] }] } }]],
  [{ at: new Date(0), fn: () => 1, sym: Symbol('s'), nan: Number.NaN, exact: new ExactNumber('12345678901234567890.5') }],
  [{}],
  [[]],
  [dated],
  [null],
  ['text'],
  [Object.assign(Object.create(null), { a: [1] })],
])('writes what JSON.stringify writes: %#', async (value) => {
  expect(await stringifyGently(value)).toBe(JSON.stringify(value));
});

it('lets others have their turn', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const busy = (ms: number) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return ms;
  };
  const items = Array.from({ length: 20 }, () => 5);
  expect(await mapGently(items, busy)).toEqual(items);
  const mapped = turns;
  expect(mapped).toBeGreaterThan(1);
  await stringifyGently({ data: items.map(() => ({ toJSON: () => busy(5) })) });
  clearInterval(others);
  expect(turns).toBeGreaterThan(mapped + 1);
});
