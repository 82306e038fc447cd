import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { trustedProxies } from './trusted-proxies.ts';

/** The caller's address as the server sees it, over loopback, for what came in `X-Forwarded-For`. */
async function seen(given: number | string[], forwarded: string): Promise<string> {
  const app = fastify({ trustProxy: trustedProxies(given) });
  app.get('/', async (request) => request.ip);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(url, { headers: { 'x-forwarded-for': forwarded } });
  const text = await answer.text();
  await app.close();
  return text;
}

it('believes nobody unless told', async () => {
  expect(await seen(0, '203.0.113.9')).toBe('127.0.0.1');
});

it('believes so many proxies, and nothing that the caller adds before them', async () => {
  expect(await seen(1, '203.0.113.9')).toBe('203.0.113.9');
  expect(await seen(1, '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
  expect(await seen(2, '198.51.100.1, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
});

it('believes the proxies of some addresses', async () => {
  expect(await seen(['loopback', '10.0.0.0/8'], '198.51.100.1, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
  expect(await seen(['10.0.0.0/8'], '203.0.113.9')).toBe('127.0.0.1');
});
