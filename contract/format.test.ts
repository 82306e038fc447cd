import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCost,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPerMillion,
  formatSeconds,
} from './format.ts';

const table = <T>(format: (value: T) => string, cases: [T, string][]) => {
  for (const [value, text] of cases) expect(format(value), String(value)).toBe(text);
};

describe('format', () => {
  it('keeps the small digits of a cost', () => {
    table(formatCost, [
      [0.000042, '$0.000042'],
      [0.00004235678, '$0.0000424'],
      [0.0123456, '$0.0123'],
      [0.5, '$0.50'],
      [0.1234, '$0.123'],
      [0.9996, '$1.00'],
      [1, '$1.00'],
      [1234.5, '$1,234.50'],
      [0, '$0'],
      [-0.002, '-$0.002'],
      [3e-9, '$0.000000003'],
      [null, '–'],
      [undefined, '–'],
      [Number.NaN, '–'],
    ]);
  });

  it('shows prices as they are listed, per million', () => {
    table(formatPerMillion, [
      [2.5e-6, '$2.50'],
      [7.5e-8, '$0.075'],
      [1.5e-5, '$15.00'],
      [0, '$0'],
      [0.04, '$40,000'],
      [null, '–'],
    ]);
  });

  it('gives every duration the unit it is read in', () => {
    table(formatDuration, [
      [0, '0 ms'],
      [0.42, '0.42 ms'],
      [9.996, '10 ms'],
      [420.4, '420 ms'],
      [999.6, '1.00 s'],
      [1240, '1.24 s'],
      [12_340, '12.3 s'],
      [59_960, '1m 00s'],
      [123_000, '2m 03s'],
      [3_599_700, '1h 00m'],
      [3_900_000, '1h 05m'],
      [86_399_000, '1d 0h'],
      [183_600_000, '2d 3h'],
      [-1500, '-1.50 s'],
      [null, '–'],
    ]);
    expect(formatSeconds(1.24)).toBe('1.24 s');
    expect(formatSeconds(null)).toBe('–');
  });

  it('shortens and separates counts', () => {
    table(formatCompact, [
      [0, '0'],
      [999, '999'],
      [1000, '1k'],
      [1234, '1.2k'],
      [99_949, '99.9k'],
      [123_456, '123k'],
      [999_400, '999k'],
      [999_500, '1M'],
      [3_440_000, '3.4M'],
      [1.2e9, '1.2B'],
      [-1500, '-1.5k'],
    ]);
    expect(formatCount(1234567)).toBe('1,234,567');
  });

  it('formats shares, sizes and plain numbers', () => {
    table(formatPercent, [
      [0.004, '0.4 %'],
      [0.123, '12 %'],
      [1, '100 %'],
    ]);
    table(formatBytes, [
      [512, '512 B'],
      [1536, '1.5 KB'],
      [134217728, '128 MB'],
      [1024 * 1024 - 1, '1 MB'],
    ]);
    table(formatNumber, [
      [0.87654321, '0.8765'],
      [3, '3'],
      [0.00001, '1.0e-5'],
      [0, '0'],
    ]);
  });
});
