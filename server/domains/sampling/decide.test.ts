import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SamplingRule, SUGGESTED_SAMPLING, samplingSettings } from '../../../contract/sampling.ts';
import { decide, drawOf, type SampledTrace } from './decide.ts';

const trace = (change: Partial<SampledTrace> = {}): SampledTrace => ({
  id: 't',
  name: 'chat',
  latency: 1,
  errorCount: 0,
  isProtected: false,
  fits: new Set(),
  ...change,
});
const slowFrom = new Map([['slow', new Map([['chat', 5]])]]);
const rules: SamplingRule[] = [
  { name: 'health checks', match: { kind: 'filter', filter: [] }, keep: 0 },
  { name: 'errors', match: { kind: 'errors' }, keep: 1 },
  { name: 'slow', match: { kind: 'slow', percentile: 95 }, keep: 1 },
];

describe('a decision on a whole trace', () => {
  it.each([
    ['fits a filter of noise', { fits: new Set(['health checks']), errorCount: 3 }, 'drop', 'health checks'],
    ['failed', { errorCount: 1 }, 'keep', 'errors'],
    ['failed and was slow: the first rule counts', { errorCount: 1, latency: 60 }, 'keep', 'errors'],
    ['was exactly as slow as the percentile', { latency: 5 }, 'keep', 'slow'],
    ['was quick', { latency: 4.999 }, 'drop', 'rest'],
    ['has a name that is seldom seen', { name: 'yearly report', latency: 0.1 }, 'keep', 'slow'],
    ['has not ended', { latency: null, name: 'yearly report' }, 'drop', 'rest'],
    ['is needed by somebody', { isProtected: true, fits: new Set(['health checks']) }, 'keep', 'protected'],
  ] as const)('one that %s', (_name, change, action, rule) => {
    expect(decide(trace(change as Partial<SampledTrace>), { rules, rest: 0 }, slowFrom)).toEqual({ action, rule });
  });

  it('keeps the share that was asked for, the same traces each time, and all of a smaller share in a larger one', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `trace-${i}`);
    const kept = (rest: number) => ids.filter((id) => decide(trace({ id }), { rules: [], rest }, slowFrom).action === 'keep');
    const [tenth, hundredth] = [kept(0.1), kept(0.01)];
    // Four standard deviations of a binomial distribution.
    expect(Math.abs(tenth.length - 2000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.1 * 0.9));
    expect(Math.abs(hundredth.length - 200)).toBeLessThan(4 * Math.sqrt(20_000 * 0.01 * 0.99));
    expect(kept(0.1)).toEqual(tenth);
    expect(hundredth.filter((id) => !tenth.includes(id))).toEqual([]);
    expect(kept(1)).toHaveLength(ids.length);
    expect(kept(0)).toEqual([]);
  });

  it('draws from 0 up to 1 whatever the id', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const draw = drawOf(id);
        return draw >= 0 && draw < 1 && draw === drawOf(id);
      }),
    );
  });
});

describe('settings', () => {
  it('are what a page suggests, and name what is wrong with others', () => {
    expect(samplingSettings.parse(SUGGESTED_SAMPLING)).toEqual(SUGGESTED_SAMPLING);
    const twice = [rules[1], { ...rules[2], name: 'errors' }];
    const noColumn = {
      name: 'x',
      keep: 0,
      match: { kind: 'filter', filter: [{ type: 'string', column: 'nope', operator: '=', value: '' }] },
    };
    for (const [wrong, path] of [
      [{ ...SUGGESTED_SAMPLING, rest: 1.5 }, 'rest'],
      [{ ...SUGGESTED_SAMPLING, rules: twice }, 'rules.1.name'],
      [{ ...SUGGESTED_SAMPLING, rules: [noColumn] }, 'rules.0.match.filter.0'],
      [{ ...SUGGESTED_SAMPLING, settleSeconds: 5 }, 'settleSeconds'],
      [{ ...SUGGESTED_SAMPLING, rules: [{ ...rules[1], extra: 1 }] }, 'rules.0'],
    ] as const) {
      const { error } = samplingSettings.safeParse(wrong);
      expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    }
  });
});
