import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound, type Outbound, OutboundRefused } from './outbound.ts';

const open: Outbound[] = [];
const outbound = (allow: string[] = [], names: Record<string, string[]> = {}) => {
  const made = createOutbound({
    allow,
    resolve: (host, _, done) => {
      const found = names[host];
      if (!found) return done(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }));
      return done(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  });
  open.push(made);
  return made;
};

describe('outbound', () => {
  let server: Server;
  let port: number;
  let hits = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      hits += 1;
      if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
      else response.end('here');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const one of open) await one.close();
    server.close();
  });

  it.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://2130706433',
    'http://0x7f.1',
    'http://017700000001',
    'http://0.0.0.0',
    'http://10.1.2.3',
    'http://172.16.0.1',
    'http://192.168.1.1',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:a00:1]',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://224.0.0.1',
    'http://255.255.255.255',
  ])('refuses %s', async (url) => {
    const guard = outbound([], { localhost: ['127.0.0.1'] });
    await expect(guard.fetch(url)).rejects.toThrow(OutboundRefused);
    await expect(guard.check(url)).rejects.toThrow(OutboundRefused);
  });

  it('refuses a name of which any address is private, and does not connect', async () => {
    const before = hits;
    const guard = outbound([], { 'mixed.test': ['93.184.216.34', '127.0.0.1'] });
    await expect(guard.fetch(`http://mixed.test:${port}/`)).rejects.toThrow(
      'resolves to the private or reserved address 127.0.0.1',
    );
    expect(hits).toBe(before);
  });

  it('connects to the address that was checked: a second answer of the name server is never asked for', async () => {
    let asked = 0;
    const guard = createOutbound({
      allow: ['127.0.0.1'],
      resolve: (_, __, done) => {
        asked += 1;
        done(null, [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
      },
    });
    open.push(guard);
    expect(await (await guard.fetch(`http://rebind.test:${port}/`)).text()).toBe('here');
    expect(asked).toBe(1);
  });

  it.each([['127.0.0.1'], ['127.0.0.0/8'], ['hook.test']])('allows what is configured: %s', async (entry) => {
    const guard = outbound([entry], { 'hook.test': ['127.0.0.1'] });
    expect(await (await guard.fetch(`http://hook.test:${port}/`)).text()).toBe('here');
  });

  it('answers a redirect instead of following it', async () => {
    const answer = await outbound(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/moved`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
  });

  it('refuses what is no http address', async () => {
    for (const url of ['ftp://example.test', 'file:///etc/passwd', 'nonsense'])
      await expect(outbound().fetch(url)).rejects.toThrow('must be an http or https address');
  });

  it('lets a name pass at saving that cannot be resolved now', async () => {
    await expect(outbound().check('https://not-there-yet.test/hook')).resolves.toBeUndefined();
  });
});
