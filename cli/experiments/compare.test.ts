import { describe, expect, it } from 'vitest';
import { compare, summarise } from './compare.ts';

const numeric = (name: string, value: number) => ({ name, dataType: 'NUMERIC', value, stringValue: null });
const item = (experimentItemId: string, ...scores: ReturnType<typeof numeric>[]) => ({ experimentItemId, scores });
const text = (name: string, stringValue: string) => ({ name, dataType: 'CATEGORICAL', value: 0, stringValue }) as never;

describe('scores of an experiment', () => {
  it('are summed up: the mean of the items, how often each category', () => {
    const items = [
      item('a', numeric('q', 1), numeric('q', 0)),
      item('b', numeric('q', 1), text('tone', 'kind')),
      item('c', text('tone', 'kind')),
    ];
    expect(summarise(items)).toEqual([
      { name: 'q', count: 2, mean: 0.75, categories: {} },
      { name: 'tone', count: 2, mean: null, categories: { kind: 2 } },
    ]);
  });
  it('are compared item by item with a baseline', () => {
    const base = [
      item('a', numeric('q', 0.5)),
      item('b', numeric('q', 0.5)),
      item('c', numeric('q', 0.5)),
      item('gone', numeric('old', 1)),
    ];
    const now = [
      item('a', numeric('q', 1)),
      item('b', numeric('q', 0)),
      item('c', numeric('q', 0.5)),
      item('new', numeric('q', 0.7)),
    ];
    expect(compare(now, base)).toEqual([
      { name: 'old', mean: null, baselineMean: 1, delta: null, higher: 0, lower: 0, same: 0 },
      {
        name: 'q',
        mean: expect.closeTo(0.55, 10),
        baselineMean: 0.5,
        delta: expect.closeTo(0.05, 10),
        higher: 1,
        lower: 1,
        same: 1,
      },
    ]);
  });
});
