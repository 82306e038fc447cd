import { describe, expect, it } from 'vitest';
import { costDetails, oddCounts, usage, usageDetails } from './usage.ts';

describe('usage', () => {
  const cases: [given: unknown, kept: unknown][] = [
    [undefined, undefined],
    [null, null],
    [{}, {}],
    [
      { input: 3, output: 4, unit: 'TOKENS' },
      { input: 3, output: 4, total: 7, unit: 'TOKENS' },
    ],
    [
      { input: 3, output: null, total: null },
      { input: 3, total: 3 },
    ],
    [{ input: null, output: null, total: null, unit: null }, {}],
    [{ total: 9 }, { total: 9 }],
    [
      { promptTokens: 5, completionTokens: 6 },
      { input: 5, output: 6, total: 11, unit: 'TOKENS' },
    ],
    [
      { promptTokens: 5, completionTokens: 6, totalTokens: 12 },
      { input: 5, output: 6, total: 12, unit: 'TOKENS' },
    ],
    [
      { input: '12', inputCost: '0.5', outputCost: 0.25, unit: 'CHARACTERS' },
      { input: 12, total: 12, inputCost: 0.5, outputCost: 0.25, unit: 'CHARACTERS' },
    ],
  ];
  it.each(cases)('%j becomes %j', (given, kept) => expect(usage.parse(given)).toEqual(kept));

  it.each([
    [{ input: -1, output: 2 }, { output: 2, total: 2 }, ['usage.input is negative']],
    [{ output: 1.5 }, {}, ['usage.output is not a whole number']],
    [
      { promptTokens: 9223372036854775807n, completionTokens: 1 },
      { output: 1, total: 1, unit: 'TOKENS' },
      ['usage.promptTokens is more than 1000000000'],
    ],
  ])('leaves an odd count out of %o and says so', (given, kept, odd) => {
    expect(usage.parse(given)).toEqual(kept);
    expect(oddCounts({ usage: given })).toEqual(odd);
  });

  it.each([
    ['unit', { unit: 'APPLES' }],
    ['totalCost', { totalCost: 'dear' }],
  ])('names %s when it is wrong', (field, given) => {
    expect(usage.safeParse(given).error?.issues[0]?.path).toEqual([field]);
  });
});

describe('usageDetails', () => {
  const cases: [name: string, given: unknown, kept: unknown][] = [
    ['null', null, null],
    [
      'OpenAI chat usage',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: null },
        completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5 },
      },
      { input: 40, input_cached_tokens: 60, output: 25, output_reasoning_tokens: 20, output_audio_tokens: 5, total: 150 },
    ],
    [
      'OpenAI chat usage without details',
      { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: null },
      { input: 1, output: 2, total: 3 },
    ],
    [
      'OpenAI responses usage',
      {
        input_tokens: 10,
        output_tokens: 20,
        total_tokens: 30,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 15 },
      },
      { input: 6, input_cached_tokens: 4, output: 5, output_reasoning_tokens: 15, total: 30 },
    ],
    [
      'details larger than their sum',
      { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1, prompt_tokens_details: { cached_tokens: 5 } },
      { input: 0, input_cached_tokens: 5, output: 0, total: 1 },
    ],
    [
      'two of the three keys stay as named',
      { prompt_tokens: 1, completion_tokens: 2 },
      { prompt_tokens: 1, completion_tokens: 2 },
    ],
    [
      'a foreign key makes it any map',
      { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, extra: 4 },
      { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, extra: 4 },
    ],
    [
      'any map: numbers and numeric strings',
      { input: 3, cached: '4', float: 1.5, negative: -1, none: null, text: 'x', empty: '', deep: { a: 1 }, yes: true },
      { input: 3, cached: 4 },
    ],
  ];
  it.each(cases)('%s', (_name, given, kept) => expect(usageDetails.parse(given)).toEqual(kept));
  it('refuses what is no map', () => expect(usageDetails.safeParse([1]).success).toBe(false));
});

describe('costDetails', () => {
  it('keeps non-negative numbers and drops nulls', () => {
    expect(costDetails.parse({ input: 0.1, output: null, total: 0, cached: '0.5' })).toEqual({
      input: 0.1,
      total: 0,
      cached: 0.5,
    });
  });
  it.each([{ input: -1 }, { input: 'x' }, { input: {} }])('refuses %j by name', (given) => {
    expect(costDetails.safeParse(given).error?.issues[0]?.path).toEqual(['input']);
  });
});
