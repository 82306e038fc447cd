import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { download } from './download.ts';

const content = randomBytes(300_000);
const headers: IncomingHttpHeaders[] = [];
let asked = 0;
const server = createServer((request, response) => {
  headers.push(request.headers);
  if (request.url === '/signed') return void response.writeHead(307, { location: '/elsewhere' }).end();
  if (request.url === '/gone') return void response.writeHead(403).end();
  asked += 1;
  // The first time it fails half-way.
  response.writeHead(200, { 'content-length': content.length });
  if (asked === 1) response.write(content.subarray(0, 1000), () => response.destroy());
  else response.end(content);
});
let folder: string;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-download-'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
const { signal } = new AbortController();

it('follows the link, outlives a cut, and sends no keys', async () => {
  const path = join(folder, 'file');
  const sha256 = createHash('sha256').update(content).digest('base64');
  expect(await download(`${url}/signed`, path, signal)).toEqual({ sha256, bytes: content.length });
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(headers.some((each) => 'authorization' in each)).toBe(false);
});

it('says why a link does not work', async () => {
  await expect(download(`${url}/gone`, join(folder, 'gone'), signal)).rejects.toThrow('its link answers 403');
  await expect(download('file:///etc/hosts', join(folder, 'local'), signal)).rejects.toThrow('no address of the web');
});
