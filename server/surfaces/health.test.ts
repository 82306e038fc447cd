import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { type HealthOptions, healthRoutes, publicHealthRoutes } from './health.ts';

async function ask(path: string, change: Partial<HealthOptions> = {}) {
  const options: HealthOptions = {
    version: '1.2.3',
    publicVersion: '4.5.6',
    stores: { analytics: async () => 1.234, metadata: async () => 0.5 },
    isStarted: () => true,
    isDraining: () => false,
    hasRecentEvents: async () => true,
    ...change,
  };
  const app = Fastify();
  await app.register(healthRoutes(options));
  await app.register(publicHealthRoutes(options), { prefix: '/api/public' });
  const answer = await app.inject(path);
  await app.close();
  return [answer.statusCode, answer.json()];
}
const broken = { stores: { analytics: async () => 1, metadata: () => Promise.reject(new Error('password=x is wrong')) } };

it('/health says that the process is alive, whatever the stores do', async () => {
  expect(await ask('/health')).toEqual([200, { status: 'ok', version: '1.2.3' }]);
  expect(await ask('/health', { ...broken, isDraining: () => true })).toEqual([200, { status: 'ok', version: '1.2.3' }]);
});

it('/ready shows each store with its latency', async () => {
  const stores = { analytics: { ok: true, latencyMs: 1.23 }, metadata: { ok: true, latencyMs: 0.5 } };
  expect(await ask('/ready')).toEqual([
    200,
    { status: 'ready', version: '1.2.3', uptimeSeconds: expect.any(Number), stores, disk: { ok: true } },
  ]);
  expect(await ask('/ready', { isDraining: () => true })).toEqual([
    503,
    { status: 'draining', version: '1.2.3', uptimeSeconds: expect.any(Number), stores, disk: { ok: true } },
  ]);
});

it('/ready is 503 when a store fails or hangs, and does not tell why to everybody', async () => {
  expect(await ask('/ready', broken)).toEqual([
    503,
    {
      status: 'failing',
      version: '1.2.3',
      uptimeSeconds: expect.any(Number),
      disk: { ok: true },
      stores: { analytics: { ok: true, latencyMs: 1 }, metadata: { ok: false, reason: 'does not answer' } },
    },
  ]);
  const hangs = { stores: { analytics: () => new Promise<number>(() => {}) }, timeoutMs: 20 };
  expect(await ask('/ready', hangs)).toEqual([
    503,
    {
      status: 'failing',
      version: '1.2.3',
      uptimeSeconds: expect.any(Number),
      disk: { ok: true },
      stores: { analytics: { ok: false, reason: 'no answer within 20 ms' } },
    },
  ]);
});

it('/startup is 503 until everything is open', async () => {
  expect(await ask('/startup', { isStarted: () => false })).toEqual([503, { status: 'starting', version: '1.2.3' }]);
  expect(await ask('/startup')).toEqual([200, { status: 'started', version: '1.2.3' }]);
});

it('/ready is 503 on a full disk, and says how full', async () => {
  const MB = 1024 * 1024;
  const full = { disk: async () => ({ free: 5.5 * MB, needed: 128 * MB }) };
  expect(await ask('/ready', full)).toMatchObject([
    503,
    { status: 'failing', disk: { ok: false, reason: '5 MB free in the data folder; 128 MB are needed' } },
  ]);
  expect((await ask('/ready', { disk: async () => ({ free: 128 * MB, needed: 128 * MB }) }))[0]).toBe(200);
  expect((await ask('/ready', { disk: () => Promise.reject(new Error('gone')) }))[0]).toBe(200);
});

it('/api/public/health speaks as the original: stores and traffic only where asked for', async () => {
  const path = '/api/public/health';
  expect(await ask(path)).toEqual([200, { status: 'OK', version: '4.5.6' }]);
  expect(await ask(path, broken)).toEqual([200, { status: 'OK', version: '4.5.6' }]);
  expect(await ask(`${path}?failIfDatabaseUnavailable=true`, broken)).toEqual([
    503,
    { status: 'Database not available', version: '4.5.6' },
  ]);
  expect(await ask(`${path}?failIfDatabaseUnavailable=true`)).toEqual([200, { status: 'OK', version: '4.5.6' }]);
  const quiet = { hasRecentEvents: async () => false };
  expect((await ask(path, quiet))[0]).toBe(200);
  expect(await ask(`${path}?failIfNoRecentEvents=true`, quiet)).toEqual([
    503,
    { status: 'No traces or observations within the last 3 minutes', version: '4.5.6' },
  ]);
  expect((await ask(`${path}?failIfNoRecentEvents=true`))[0]).toBe(200);
  const failing = { hasRecentEvents: () => Promise.reject(new Error('x')) };
  expect((await ask(`${path}?failIfNoRecentEvents=true`, failing))[0]).toBe(503);
});

it('/api/public/ready is 500 while stopping and 503 when a store fails', async () => {
  const path = '/api/public/ready';
  expect(await ask(path)).toEqual([200, { status: 'OK', version: '4.5.6' }]);
  expect((await ask(path, { isDraining: () => true }))[0]).toBe(500);
  expect((await ask(path, broken))[0]).toBe(503);
});
