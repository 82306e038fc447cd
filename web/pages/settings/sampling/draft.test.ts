import { describe, expect, it } from 'vitest';
import { type SamplingSettings, SUGGESTED_SAMPLING } from '../../../../contract/sampling.ts';
import { draftOf, moved, newRule, type SamplingDraft, settingsOf, totalsByRule } from './draft.ts';

const settings: SamplingSettings = {
  enabled: true,
  rules: [
    {
      name: 'noise',
      match: {
        kind: 'filter',
        filter: [{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['health check'] }],
      },
      keep: 0,
    },
    ...SUGGESTED_SAMPLING.rules,
    {
      name: 'cohort',
      match: { kind: 'filter', filter: [{ type: 'string', column: 'release', operator: 'starts with', value: 'v2' }] },
      keep: 0.07,
    },
  ],
  rest: 0.001,
  settleSeconds: 90,
};

describe('a form of sampling', () => {
  it('gives back what it was made of', () => {
    expect(settingsOf(draftOf(settings))).toEqual({ settings });
    expect(draftOf(settings)).toMatchObject({ rest: '0.1', settleMinutes: '1.5' });
    expect(draftOf(settings).rules.map(({ match, keep }) => [match, keep])).toEqual([
      ['filter', '0'],
      ['errors', '100'],
      ['slow-95', '100'],
      ['filter', '7'],
    ]);
  });

  it('says of each field what is wrong', () => {
    const draft: SamplingDraft = {
      enabled: true,
      rest: '101',
      settleMinutes: '0.5',
      rules: [
        newRule({ name: 'a', filter: 'user:ada', keep: '' }),
        newRule({ name: 'a', filter: 'refund' }),
        newRule({ name: ' ', filter: 'nope:x', keep: '50%' }),
        newRule({ name: 'b', filter: '' }),
      ],
    };
    const wrong = settingsOf(draft);
    expect('problems' in wrong && Object.keys(wrong.problems).sort()).toEqual([
      'rest',
      'rules.0.keep',
      'rules.1.filter',
      'rules.1.name',
      'rules.2.filter',
      'rules.2.name',
      'rules.3.filter',
      'settleMinutes',
    ]);
  });
});

it('moves a rule as far as there are places', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
});

it('adds up what rules did over days and keys', () => {
  const counts = [
    { rule: 'rest', kept: 1, dropped: 9, day: '2026-05-04' },
    { rule: 'errors', kept: 2, dropped: 0, day: '2026-05-04' },
    { rule: 'rest', kept: 0, dropped: 5, day: '2026-05-03' },
  ];
  expect(totalsByRule(counts)).toEqual([
    { rule: 'rest', kept: 1, dropped: 14 },
    { rule: 'errors', kept: 2, dropped: 0 },
  ]);
});
