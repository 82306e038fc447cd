import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatAgo, formatMoment, formatTime, zoneOf } from './time.ts';

const now = Date.parse('2026-07-14T12:00:00Z');
const before = process.env.TZ;

describe('time', () => {
  beforeAll(() => {
    process.env.TZ = 'Europe/Zurich';
  });
  afterAll(() => {
    process.env.TZ = before;
  });

  it('says how long ago', () => {
    const ago = (ms: number) => formatAgo(now - ms, now);
    expect([0, 4_999, 12_000, 59_999, 60_000, 3_600_000, 86_400_000 * 6].map(ago)).toEqual([
      'now',
      'now',
      '12 s ago',
      '59 s ago',
      '1 min ago',
      '1 h ago',
      '6 d ago',
    ]);
    expect(ago(86_400_000 * 31)).toBe('13 Jun 14:00:00');
    expect(ago(-60_000)).toBe('14 Jul 14:01:00');
  });

  it('writes moments in the zone of the reader, and names it', () => {
    expect(formatTime('2026-07-14T12:03:07.120Z', now)).toBe('14 Jul 14:03:07');
    expect(formatTime('2025-12-31T23:30:00Z', now)).toBe('1 Jan 00:30:00');
    expect(formatTime('2025-12-31T22:30:00Z', now)).toBe('31 Dec 2025 23:30:00');
    expect(zoneOf('2026-01-14T12:00:00Z')).toBe('Europe/Zurich, UTC+01:00');
    expect(formatMoment('2026-07-14T12:03:07.120Z')).toBe('2026-07-14 14:03:07.120 (Europe/Zurich, UTC+02:00)');
  });

  it('shows what is no time as it is', () => {
    expect(formatTime('never')).toBe('never');
    expect(formatMoment('never')).toBe('never');
  });
});
