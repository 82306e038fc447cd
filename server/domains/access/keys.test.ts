import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { basic, TEST_SECRET } from '../../../e2e/support/access-server.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createKeys, displaySecret, type Keys, newKeyPair } from './keys.ts';

const log = createLogger('silent');
const owner = { organisationId: 'o', projectId: 'p' };
let folder: string;
let store: MetadataStore;
let clock: { ms: number; now(): number };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'telltale-keys-'));
  store = await openMetadata({ dataDir: folder, log });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'P' });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  clock = { ms: 1_800_000_000_000, now: () => clock.ms };
});

/** Keys with a database whose questions are counted. */
function make(cacheMs = Number.POSITIVE_INFINITY, db = store.db): { keys: Keys; asked: () => number } {
  const select = vi.fn();
  const counted = new Proxy(db, {
    get(target, property, receiver) {
      if (property === 'select') select();
      return Reflect.get(target, property, receiver);
    },
  });
  const keys = createKeys({ db: counted, crypto: createCrypto(TEST_SECRET), log, clock, cacheMs });
  return { keys, asked: () => select.mock.calls.length };
}
const refused = expect.objectContaining({
  status: 401,
  message: "Invalid credentials. Confirm that you've configured the correct host.",
});

it('finds the key by its secret, whatever public key is sent with it', async () => {
  const { keys } = make();
  const key = await keys.create(owner, { note: 'note' });
  const identity = { keyId: key.id, publicKey: key.publicKey, organisationId: 'o', projectId: 'p', scope: 'project' };
  expect(await keys.authenticate(basic(key.publicKey, key.secretKey))).toEqual(identity);
  expect(await keys.authenticate(basic('pk-of-another', key.secretKey))).toEqual(identity);
  await expect(keys.authenticate(basic(key.publicKey, `${key.secretKey}x`))).rejects.toEqual(refused);
  await expect(keys.authenticate(basic(key.publicKey, ''))).rejects.toEqual(refused);
  await expect(keys.authenticate(basic(key.secretKey, key.publicKey))).rejects.toEqual(refused);
  await keys.settle();
});

it('takes a public key alone for scores, but not that of an organisation', async () => {
  const { keys } = make();
  const key = await keys.create(owner, { note: null });
  expect(await keys.authenticate(`Bearer ${key.publicKey}`)).toMatchObject({ projectId: 'p', scope: 'scores' });
  await expect(keys.authenticate(`Bearer ${key.secretKey}`)).rejects.toEqual(refused);
  const organisation = await keys.create({ organisationId: 'o', projectId: null, role: 'ADMIN' }, { note: null });
  await expect(keys.authenticate(`Bearer ${organisation.publicKey}`)).rejects.toEqual(refused);
  expect(await keys.authenticate(basic(organisation.publicKey, organisation.secretKey))).toMatchObject({
    projectId: null,
    role: 'ADMIN',
    scope: 'organisation',
  });
  await keys.settle();
});

it('refuses a key from its end on, also one that was used before', async () => {
  const { keys, asked } = make();
  const ends = new Date(clock.ms + 60_000);
  const key = await keys.create(owner, { note: null, expiresAt: ends });
  expect(key.expiresAt).toEqual(ends);
  const ways = [basic(key.publicKey, key.secretKey), `Bearer ${key.publicKey}`];
  clock.ms += 59_999;
  for (const authorization of ways) expect(await keys.authenticate(authorization)).toMatchObject({ keyId: key.id });
  clock.ms += 1;
  for (const authorization of ways) await expect(keys.authenticate(authorization)).rejects.toEqual(refused);
  expect(asked()).toBe(2);
  const { keys: elsewhere } = make();
  for (const authorization of ways) await expect(elsewhere.authenticate(authorization)).rejects.toEqual(refused);
  for (const past of [clock.ms, clock.ms - 1])
    await expect(keys.create(owner, { note: null, expiresAt: new Date(past) })).rejects.toMatchObject({ status: 400 });
  await keys.settle();
});

describe('cache', () => {
  it('asks the database once for a key, and once for all who ask at the same time', async () => {
    const { keys, asked } = make();
    const key = await keys.create(owner, { note: null });
    const authorization = basic(key.publicKey, key.secretKey);
    await Promise.all(Array.from({ length: 20 }, () => keys.authenticate(authorization)));
    clock.ms += 24 * 3600_000;
    await keys.authenticate(authorization);
    expect(asked()).toBe(1);
    await keys.settle();
  });

  it('asks once for a wrong key, again after five seconds, and at once after a key was made', async () => {
    const { keys, asked } = make();
    const pair = newKeyPair();
    const authorization = basic(pair.publicKey, pair.secretKey);
    for (let i = 0; i < 5; i++) await expect(keys.authenticate(authorization)).rejects.toEqual(refused);
    expect(asked()).toBe(1);
    clock.ms += 5_001;
    await expect(keys.authenticate(authorization)).rejects.toEqual(refused);
    expect(asked()).toBe(2);
    await keys.create(owner, { note: null }, pair);
    expect(await keys.authenticate(authorization)).toMatchObject({ publicKey: pair.publicKey });
    await keys.settle();
  });

  it('another process on the same database notices a revocation after its time', async () => {
    const here = make(10_000);
    const there = make(10_000);
    const key = await here.keys.create(owner, { note: null });
    const authorization = basic(key.publicKey, key.secretKey);
    await there.keys.authenticate(authorization);
    await here.keys.revoke({ projectId: 'p' }, key.id);
    await expect(here.keys.authenticate(authorization)).rejects.toEqual(refused);
    await there.keys.authenticate(authorization);
    clock.ms += 10_000;
    await expect(there.keys.authenticate(authorization)).rejects.toEqual(refused);
    await here.keys.settle();
    await there.keys.settle();
  });

  it('does not keep an answer that was on its way when the key was revoked', async () => {
    const { keys } = make();
    const key = await keys.create(owner, { note: null });
    const authorization = basic(key.publicKey, key.secretKey);
    // The look-up is asked before the revocation, and may be answered with the key; it must not be remembered.
    const early = keys.authenticate(authorization).catch(() => null);
    await keys.revoke({ projectId: 'p' }, key.id);
    await early;
    await expect(keys.authenticate(authorization)).rejects.toEqual(refused);
    await keys.settle();
  });

  it('a database that does not answer is a 503, and is asked again', async () => {
    let down = true;
    const db = new Proxy(store.db, {
      get(target, property, receiver) {
        if (property === 'select' && down) throw new Error('connection lost');
        return Reflect.get(target, property, receiver);
      },
    });
    const { keys } = make(Number.POSITIVE_INFINITY, db);
    const key = await keys.create(owner, { note: null });
    const authorization = basic(key.publicKey, key.secretKey);
    await expect(keys.authenticate(authorization)).rejects.toMatchObject({ status: 503, message: 'Service Unavailable' });
    down = false;
    expect(await keys.authenticate(authorization)).toMatchObject({ projectId: 'p' });
    await keys.settle();
  });
});

it('writes the last use at most once a minute', async () => {
  const { keys } = make();
  const key = await keys.create(owner, { note: null });
  const lastUsed = async () => {
    await keys.settle();
    return (await keys.list({ projectId: 'p' })).find((one) => one.id === key.id)!.lastUsedAt?.getTime() ?? null;
  };
  const use = () => keys.authenticate(basic(key.publicKey, key.secretKey));
  const start = clock.ms;
  expect(await lastUsed()).toBeNull();
  await use();
  expect(await lastUsed()).toBe(start);
  clock.ms = start + 59_999;
  await use();
  expect(await lastUsed()).toBe(start);
  clock.ms = start + 60_000;
  await use();
  expect(await lastUsed()).toBe(start + 60_000);
});

it('shows no more of a secret than its end, and nothing of a short one', () => {
  expect(displaySecret('sk-lf-12345678-abcd')).toBe('sk-lf-…abcd');
  expect(displaySecret('short')).toBe('sk-lf-…');
});
