import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCrypto, DecryptionError, equalInConstantTime } from './crypto.ts';

const crypto = createCrypto('0123456789abcdef0123456789abcdef');
const other = createCrypto('fedcba9876543210fedcba9876543210');

describe('encrypt and decrypt', () => {
  it.each(['', 'sk-ant-123', 'ключ 🔑', 'x'.repeat(100_000)])('gives back what went in (%#)', (text) => {
    const sealed = crypto.encrypt(text, 'llm_connections/1');
    if (text) expect(sealed).not.toContain(text.slice(0, 8));
    expect(crypto.decrypt(sealed, 'llm_connections/1')).toBe(text);
  });

  it('never seals the same text the same way twice', () => {
    expect(crypto.encrypt('a', 'c')).not.toBe(crypto.encrypt('a', 'c'));
  });

  it('opens only with the same secret and context, and only unchanged', () => {
    const sealed = crypto.encrypt('secret', 'here');
    expect(() => other.decrypt(sealed, 'here')).toThrow(DecryptionError);
    expect(() => crypto.decrypt(sealed, 'there')).toThrow(DecryptionError);
    const parts = sealed.split('.');
    for (let part = 1; part < 4; part++) {
      const changed = [...parts];
      changed[part] = (changed[part]!.startsWith('A') ? 'B' : 'A') + changed[part]!.slice(1);
      expect(() => crypto.decrypt(changed.join('.'), 'here')).toThrow(DecryptionError);
    }
    // A short tag is easier to guess: it is refused although it fits.
    const tag = Buffer.from(parts[2]!, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => crypto.decrypt([parts[0], parts[1], tag, parts[3]].join('.'), 'here')).toThrow(DecryptionError);
    for (const text of ['', 'v1', 'v2.a.b.c', `${sealed}.x`, 'plain']) {
      expect(() => crypto.decrypt(text, 'here')).toThrow(DecryptionError);
    }
  });
});

it('keyedHash is an HMAC-SHA256 under a key derived from the secret', () => {
  const key = Buffer.from(hkdfSync('sha256', '0123456789abcdef0123456789abcdef', 'telltale', 'hash', 32));
  expect(crypto.keyedHash('sk-lf-1')).toBe(createHmac('sha256', key).update('sk-lf-1').digest('hex'));
  expect(other.keyedHash('sk-lf-1')).not.toBe(crypto.keyedHash('sk-lf-1'));
});

it('derives one secret for each purpose', () => {
  expect(crypto.derive('sessions')).toMatch(/^[0-9a-f]{64}$/);
  expect(crypto.derive('sessions')).toBe(createCrypto('0123456789abcdef0123456789abcdef').derive('sessions'));
  expect(crypto.derive('sessions')).not.toBe(crypto.derive('other'));
});

it('refuses a short secret', () => {
  expect(() => createCrypto('short')).toThrow('at least 32 characters');
});

it('compares texts', () => {
  expect(equalInConstantTime('abc', 'abc')).toBe(true);
  expect(equalInConstantTime('abc', 'abd')).toBe(false);
  expect(equalInConstantTime('abc', 'abcd')).toBe(false);
  expect(equalInConstantTime('ä', 'a')).toBe(false);
});
