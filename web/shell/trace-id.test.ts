import { describe, expect, it } from 'vitest';
import { traceIdIn } from './trace-id.ts';

describe('traceIdIn', () => {
  it('takes ids of every make', () => {
    expect(traceIdIn(' 4bf92f3577b34da6a3ce929d0e0e4736 ')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(traceIdIn('9f0c1f5e-2d77-4f5d-8a55-0d3b2a4a8f10')).toBe('9f0c1f5e-2d77-4f5d-8a55-0d3b2a4a8f10');
    expect(traceIdIn('order-4711')).toBe('order-4711');
  });

  it('takes the address of a trace, its query and escapes aside', () => {
    expect(traceIdIn('http://localhost:3000/project/p/traces/abc?observation=1')).toBe('abc');
    expect(traceIdIn('https://host/project/p/traces/a%2Fb')).toBe('a/b');
    expect(traceIdIn('https://host/trace/%E0%A4%A')).toBe('%E0%A4%A');
  });

  it('takes no words and no other addresses', () => {
    for (const text of ['', 'settings', 'dark', 'api keys', 'short1', 'http://localhost:3000/project']) {
      expect(traceIdIn(text), text).toBeUndefined();
    }
  });
});
