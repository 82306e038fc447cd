import { expect, it } from 'vitest';
import { nextRetentionSweep, RETENTION_CRON, retentionBoundary } from './retention.ts';

const iso = (ms: number) => new Date(ms).toISOString();

it('keeps whole UTC days', () => {
  const now = Date.parse('2026-05-01T12:34:56.789Z');
  expect(iso(retentionBoundary(now, 1))).toBe('2026-04-30T00:00:00.000Z');
  expect(iso(retentionBoundary(now, 30))).toBe('2026-04-01T00:00:00.000Z');
  expect(iso(retentionBoundary(Date.parse('2026-05-01T00:00:00Z'), 1))).toBe('2026-04-30T00:00:00.000Z');
});

it('sweeps every night, at the time of its schedule', () => {
  expect(RETENTION_CRON).toBe('17 3 * * *');
  expect(iso(nextRetentionSweep(Date.parse('2026-05-01T03:16:59.999Z')))).toBe('2026-05-01T03:17:00.000Z');
  expect(iso(nextRetentionSweep(Date.parse('2026-05-01T03:17:00.000Z')))).toBe('2026-05-02T03:17:00.000Z');
  expect(iso(nextRetentionSweep(Date.parse('2026-12-31T23:00:00Z')))).toBe('2027-01-01T03:17:00.000Z');
});
