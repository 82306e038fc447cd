import { describe, expect, it } from 'vitest';
import { BETTER_ON_PURPOSE, compareCase, readGoldCases, type TraceOf } from '../../../e2e/support/gold-compare.ts';
import { foldTrace } from '../../store/analytics/traces/fold-trace.ts';
import { decodeJsonObject } from '../otlp/decode-json.ts';
import type { Sender } from '../types.ts';
import { normaliseExport } from './normalise.ts';

const SENDER: Sender = { projectId: 'p', publicKey: 'pk', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };

const traceOf: TraceOf = (rows) => {
  const trace = foldTrace(rows);
  return trace ? { ...trace } : undefined;
};

const cases = readGoldCases();

describe.skipIf(cases.length === 0)('recorded exports (skipped where otel-gold.json is not at hand)', () => {
  it.each(cases.filter((one) => !(one.name in BETTER_ON_PURPOSE)).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const decoded = decodeJsonObject({ resourceSpans: one.resourceSpans });
    expect(decoded.refused).toEqual([]);
    const { rows } = normaliseExport(decoded, SENDER, Date.now() * 1000);
    expect(compareCase(one, rows, traceOf)).toEqual([]);
  });

  it('names no exception that is not there', () => {
    const names = new Set(cases.map((one) => one.name));
    expect(Object.keys(BETTER_ON_PURPOSE).filter((name) => !names.has(name))).toEqual([]);
  });
});
