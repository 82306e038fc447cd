import { expect, it } from 'vitest';
import { boundsOf, brushed, fromLocalInput, reachesNow, toLocalInput } from './time-range.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

it('turns presets and custom times into bounds', () => {
  expect(boundsOf({ range: '1h' }, now)).toEqual({ from: '2026-03-01T11:00:00.000Z' });
  expect(boundsOf({}, now)).toEqual({ from: '2026-02-22T12:00:00.000Z' });
  expect(boundsOf({ range: 'all' }, now)).toEqual({});
  expect(boundsOf({ range: '1h', from: '2026-01-01T00:00:00Z' }, now)).toEqual({ from: '2026-01-01T00:00:00Z' });
});

it('knows whether the present is inside', () => {
  expect(reachesNow({ range: '1h' }, now)).toBe(true);
  expect(reachesNow({ to: '2026-03-01T11:59:59.000Z' }, now)).toBe(false);
  expect(reachesNow({ from: '2026-01-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }, now)).toBe(true);
});

it('brushes whole buckets in either direction', () => {
  const times = [0, 60_000, 120_000, 180_000];
  expect(brushed(times, 60_000, 2, 1)).toEqual({ from: '1970-01-01T00:01:00.000Z', to: '1970-01-01T00:03:00.000Z' });
  expect(brushed(times, 60_000, 3, 9)).toEqual({ from: '1970-01-01T00:03:00.000Z', to: '1970-01-01T00:04:00.000Z' });
  expect(brushed([], 60_000, 0, 0)).toBeNull();
});

it('goes through a local input and back', () => {
  expect(fromLocalInput(toLocalInput('2026-03-01T11:22:00.000Z'))).toBe('2026-03-01T11:22:00.000Z');
  expect(fromLocalInput('')).toBeUndefined();
  expect(toLocalInput('nonsense')).toBe('');
});
