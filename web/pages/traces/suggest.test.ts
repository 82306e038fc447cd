import { describe, expect, it } from 'vitest';
import { suggest, tokenAt } from './suggest.ts';

const values: Record<string, { value: string; count: number }[]> = {
  environment: [
    { value: 'production', count: 900 },
    { value: 'pre prod', count: 5 },
    { value: 'staging', count: 3 },
  ],
  scores_avg: [{ value: 'helpfulness', count: 4 }],
};
const valuesOf = (column: string) => values[column] ?? [];
/** Suggestions where `|` stands in the text, as the texts that taking them makes. */
function at(marked: string): string[] {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  const token = tokenAt('traces', text, caret);
  return suggest('traces', token, valuesOf).map(({ insert }) => text.slice(0, token.from) + insert + text.slice(token.to));
}

describe('suggest', () => {
  it('offers columns, those that begin with the word first', () => {
    expect(at('lat|')[0]).toBe('latency:');
    expect(at('env|')[0]).toBe('environment:');
    expect(at('late -us|')).toContain('late -userId:');
    expect(at('helpf|')).toEqual(['score.helpfulness:']);
    expect(at('|').length).toBeGreaterThan(5);
    expect(at('zzz|')).toEqual([]);
  });

  it('offers values of the column at the caret, and quotes where needed', () => {
    expect(at('environment:p|')).toEqual(['environment:production', 'environment:"pre prod"']);
    expect(at('environment:staging,pro| x')).toEqual(['environment:staging,production x', 'environment:staging,"pre prod" x']);
    expect(at('env:prod|,staging')).toEqual(['env:production,staging', 'env:"pre prod",staging']);
    expect(at('-environment:"pre p|')).toEqual(['-environment:"pre prod"']);
    expect(at('level:|')[0]).toBe('level:ERROR');
    expect(at('bookmarked:|')).toEqual(['bookmarked:true', 'bookmarked:false']);
  });

  it('offers comparisons for numbers and times, then leaves one alone', () => {
    expect(at('latency:|')).toEqual(['latency:>', 'latency:>=', 'latency:<', 'latency:<=']);
    expect(at('latency:>5|')).toEqual([]);
    expect(at('time:|')).toEqual(['time:>=', 'time:<']);
  });

  it('is quiet inside quoted words, about unknown columns and when a value is finished', () => {
    expect(at('"some lat|')).toEqual([]);
    expect(at('foo:b|')).toEqual([]);
    expect(at('environment:staging|')).toEqual([]);
  });

  it('offers columns again after a finished condition', () => {
    expect(at('environment:staging rel|')).toEqual(['environment:staging release:']);
  });
});
