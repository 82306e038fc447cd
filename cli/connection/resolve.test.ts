import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openProfiles, profilesPath } from './profiles.ts';
import { parseHost, resolveConnection } from './resolve.ts';

const folder = mkdtempSync(join(tmpdir(), 'telltale-profiles-'));
const path = profilesPath({ XDG_CONFIG_HOME: folder });
const profiles = openProfiles(path);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keys = (name: string) => ({ publicKey: `pk-${name}`, secretKey: `sk-${name}` });
const env = { LANGFUSE_BASE_URL: 'https://env.example/', LANGFUSE_PUBLIC_KEY: 'pk-env', LANGFUSE_SECRET_KEY: 'sk-env' };

describe('server and keys', () => {
  it('come from the command line, the environment, the profile, in this order', () => {
    profiles.save('default', { host: 'https://profile.example', ...keys('profile') });
    expect(resolveConnection({}, {}, profiles)).toEqual({ host: 'https://profile.example', ...keys('profile') });
    expect(resolveConnection({}, env, profiles)).toEqual({ host: 'https://env.example', ...keys('env') });
    expect(resolveConnection({}, { ...env, TELLTALE_HOST: 'http://own:1' }, profiles)).toEqual({
      host: 'http://own:1',
      ...keys('env'),
    });
    expect(resolveConnection({ host: 'localhost:5', ...keys('cli') }, env, profiles)).toEqual({
      host: 'http://localhost:5',
      ...keys('cli'),
    });
    expect(resolveConnection({ profile: 'default' }, env, profiles)).toEqual({
      host: 'https://profile.example',
      ...keys('profile'),
    });
  });
  it('are never mixed: keys of a profile go to its own host only', () => {
    profiles.save('default', { host: 'https://profile.example', ...keys('profile') });
    for (const host of ['https://other.example', 'http://profile.example', 'https://profile.example:444']) {
      expect(() => resolveConnection({ host }, {}, profiles)).toThrow(/no keys for/);
      expect(() => resolveConnection({}, { LANGFUSE_HOST: host }, profiles)).toThrow(/no keys for/);
    }
    expect(() => resolveConnection({}, { LANGFUSE_PUBLIC_KEY: 'x' }, openProfiles(join(folder, 'none')))).toThrow(/no keys/);
  });
  it('are forgotten by logout; the next profile is the current one', () => {
    profiles.save('a', { host: 'http://a', ...keys('a') });
    profiles.save('b', { host: 'http://b', ...keys('b') });
    expect(profiles.find()?.name).toBe('b');
    expect(profiles.remove()).toBe(true);
    expect(profiles.find()?.name).toBe('a');
    expect(profiles.find('b')).toBeUndefined();
    expect(profiles.find('constructor')).toBeUndefined();
    expect(profiles.remove()).toBe(true);
    expect(profiles.remove()).toBe(false);
    profiles.save('a', { host: 'http://a', ...keys('a') });
    writeFileSync(path, 'broken');
    expect(() => profiles.find()).toThrow(/cannot be read/);
  });
  it('need an address that is one', () => {
    expect(parseHost('https://a.example/telltale//')).toBe('https://a.example/telltale');
    for (const wrong of ['ftp://a', 'http://', 'https://pk:sk@a.example', 'a b']) expect(() => parseHost(wrong)).toThrow();
  });
});
