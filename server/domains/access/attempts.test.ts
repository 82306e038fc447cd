import { expect, it } from 'vitest';
import { addressGroup, createAttempts } from './attempts.ts';

function make(max: number) {
  const clock = { ms: 1_000_000, now: () => clock.ms };
  return { clock, attempts: createAttempts({ max, windowMs: 60_000, clock }) };
}

it('lets as many through as it may, says how long to wait, and begins anew', () => {
  const { clock, attempts } = make(2);
  expect([attempts.take('a'), attempts.take('a')]).toEqual([0, 0]);
  clock.ms += 15_500;
  expect(attempts.take('a')).toBe(45);
  expect(attempts.take('b')).toBe(0);
  clock.ms += 44_500;
  expect(attempts.take('a')).toBe(0);
});

it('does not count what succeeded', () => {
  const { attempts } = make(1);
  for (let i = 0; i < 10; i++) {
    expect(attempts.take('a')).toBe(0);
    attempts.giveBack('a');
  }
  attempts.giveBack('a');
  expect(attempts.take('a')).toBe(0);
  expect(attempts.take('a')).toBeGreaterThan(0);
});

it('forgets the oldest when too many come, not the newest', () => {
  const { attempts } = make(1);
  for (let i = 0; i <= 100_000; i++) attempts.take(`address ${i}`);
  expect(attempts.take('address 0')).toBe(0);
  expect(attempts.take('address 100000')).toBeGreaterThan(0);
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['unknown', 'unknown'],
])('counts %s as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
