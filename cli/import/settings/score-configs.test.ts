import { expect, it } from 'vitest';
import type { ScoreConfig } from '../../../contract/score-config.ts';
import { matchConfigs } from './score-configs.ts';

const config = (id: string, name: string, more: Partial<ScoreConfig> = {}): ScoreConfig => ({
  id,
  projectId: 'p',
  name,
  dataType: 'NUMERIC',
  isArchived: false,
  minValue: null,
  maxValue: null,
  categories: null,
  description: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

it('takes the same one first, then one of the name and type, each once', () => {
  const source = [
    config('a', 'q', { maxValue: 1 }),
    config('b', 'q', { maxValue: 5 }),
    config('c', 'q', { dataType: 'TEXT' }),
    config('d', 'q'),
  ];
  const target = [config('x', 'q', { maxValue: 9 }), config('y', 'q', { maxValue: 5, isArchived: true })];
  const matched = matchConfigs(source, target);
  expect([...matched].map(([id, { id: found }]) => [id, found])).toEqual([
    ['b', 'y'],
    ['a', 'x'],
  ]);
});
