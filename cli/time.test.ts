import { describe, expect, it } from 'vitest';
import { parseTime } from './time.ts';

const now = Date.parse('2026-03-04T05:06:07.000Z');
const iso = (text: string) => parseTime(text, '--since', now).toISOString();

describe('times as people type them', () => {
  it.each([
    ['90s', '2026-03-04T05:04:37.000Z'],
    ['30m', '2026-03-04T04:36:07.000Z'],
    ['2h', '2026-03-04T03:06:07.000Z'],
    ['2H ago', '2026-03-04T03:06:07.000Z'],
    ['1.5d', '2026-03-02T17:06:07.000Z'],
    ['1w', '2026-02-25T05:06:07.000Z'],
    ['now', '2026-03-04T05:06:07.000Z'],
    ['2026-03-01T14:30:00Z', '2026-03-01T14:30:00.000Z'],
    ['2026-03-01T14:30+02:00', '2026-03-01T12:30:00.000Z'],
    ['2026-03-01T14:30:00.123456-0130', '2026-03-01T16:00:00.123Z'],
  ])('%s is %s', (text, time) => {
    expect(iso(text)).toBe(time);
  });
  it('means the zone of the machine where none is said', () => {
    expect(iso('2026-03-01')).toBe(new Date(2026, 2, 1).toISOString());
    expect(iso('2026-03-01 14:30')).toBe(new Date(2026, 2, 1, 14, 30).toISOString());
    expect(iso('today')).toBe(new Date(2026, 2, 4).toISOString());
  });
  it.each(['yesterdayish', '2x', '', '2026-02-31', '2026-13-01', '2026-03-01T25:00', '-2h', '1e9'])('refuses %j', (text) => {
    expect(() => iso(text)).toThrow(/--since .*not a time/);
  });
});
