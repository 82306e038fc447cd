import { describe, expect, it } from 'vitest';
import { mayReadMetrics } from './may-read-metrics.ts';

const asked = (remoteAddress: string, headers: Record<string, string>) =>
  ({ socket: { remoteAddress }, headers }) as unknown as Parameters<typeof mayReadMetrics>[0];
const TOKEN = 'a-token-of-enough-length';

describe('who reads the metrics', () => {
  it.each([
    ['this machine', '127.0.0.1', { host: 'localhost:3000' }, true],
    ['this machine by IPv6', '::1', { host: '[::1]:3000' }, true],
    ['this machine on a socket of both families', '::ffff:127.0.0.1', { host: '127.0.0.1:3000' }, true],
    ['another machine', '10.0.0.7', { host: 'localhost' }, false],
    ['a proxy on this machine', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }, false],
    ['a proxy that says so by the standard', '127.0.0.1', { host: 'localhost', forwarded: 'for=203.0.113.9' }, false],
    ['a page under a name that leads here', '127.0.0.1', { host: 'evil.example' }, false],
    ['nobody known', '', { host: 'localhost' }, false],
  ])('%s', (_name, address, headers, may) => {
    expect(mayReadMetrics(asked(address, headers), undefined)).toBe(may);
    expect(mayReadMetrics(asked(address, headers), TOKEN)).toBe(may);
    expect(mayReadMetrics(asked(address, { ...headers, authorization: `Bearer ${TOKEN}` }), TOKEN)).toBe(true);
    expect(mayReadMetrics(asked(address, { ...headers, authorization: 'Bearer another-token-of-length' }), TOKEN)).toBe(may);
    expect(mayReadMetrics(asked(address, { ...headers, authorization: 'Bearer undefined' }), undefined)).toBe(may);
  });
});
