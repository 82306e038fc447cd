import { describe, expect, it } from 'vitest';
import { createOriginCheck, isLocalOnly, isLoopback } from './origin.ts';

it.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.3.2.1', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['192.168.1.5', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it.each([
  ['127.0.0.1', undefined, true],
  ['localhost', 'http://localhost:3000', true],
  ['0.0.0.0', undefined, false],
  ['127.0.0.1', 'https://telltale.example', false],
])('isLocalOnly: listens on %s, public URL %s: %s', (host, publicUrl, expected) => {
  expect(isLocalOnly({ host, publicUrl })).toBe(expected);
});

describe('whose page is it', () => {
  const loopback = createOriginCheck({ host: '127.0.0.1', publicUrl: undefined });
  const proxied = createOriginCheck({ host: '127.0.0.1', publicUrl: 'https://telltale.example/base' });
  const open = createOriginCheck({ host: '0.0.0.0', publicUrl: undefined });
  it.each([
    ['the same host', loopback, 'http://127.0.0.1:3000', '127.0.0.1:3000', true],
    ['another spelling of the host', loopback, 'http://localhost:3000', 'LOCALHOST:3000', true],
    ['another port', loopback, 'http://127.0.0.1:8080', '127.0.0.1:3000', false],
    ['another site', loopback, 'https://evil.example', '127.0.0.1:3000', false],
    ['a foreign name that points here', loopback, 'http://evil.example:3000', 'evil.example:3000', false],
    ['the public URL', proxied, 'https://telltale.example', '127.0.0.1:3000', true],
    ['the public URL in plain text', proxied, 'http://telltale.example', '127.0.0.1:3000', false],
    ['a name on an open server', open, 'http://box.lan:3000', 'box.lan:3000', true],
    ['TLS ended by a proxy', open, 'https://box.lan', 'box.lan', true],
    ['another name on an open server', open, 'http://evil.example', 'box.lan:3000', false],
    ['no host', open, 'http://box.lan', undefined, false],
    ['an opaque origin', open, 'null', 'null', false],
    ['a file', open, 'file://box.lan', 'box.lan', false],
    ['an extension', open, 'chrome-extension://box.lan', 'box.lan', false],
  ])('%s', (_, check, origin, host, expected) => {
    expect(check(origin, host)).toBe(expected);
  });
});
