import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { enter } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

/* Media on a running server: what was acknowledged outlives the process, and goes with its project. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

const content = randomBytes(3_000_000);

async function readBack(mediaId: string): Promise<Buffer> {
  const { status, body } = await call<{ url: string }>(server, 'GET', `/api/public/media/${mediaId}`);
  expect(status).toBe(200);
  return Buffer.from(await (await fetch(body.url)).arrayBuffer());
}

it('outlives a killed server, and goes with its project', async () => {
  const announced = await call<{ mediaId: string; uploadUrl: string }>(server, 'POST', '/api/public/media', {
    traceId: 't',
    field: 'output',
    contentType: 'audio/wav',
    contentLength: content.length,
    sha256Hash: createHash('sha256').update(content).digest('base64'),
  });
  expect(announced.status).toBe(201);
  const { mediaId, uploadUrl } = announced.body;
  const upload = await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'audio/wav' }, body: content });
  expect(upload.status).toBe(200);
  const report = { uploadedAt: new Date().toISOString(), uploadHttpStatus: 200 };
  expect((await call(server, 'PATCH', `/api/public/media/${mediaId}`, report)).body).toEqual({ message: 'OK' });

  await server.stop('SIGKILL');
  server = await server.restart();
  expect((await readBack(mediaId)).equals(content)).toBe(true);

  const blobs = join(server.dataDir, 'blobs');
  expect(readdirSync(blobs)).toContain(server.projectId);
  const owner = await enter(server.url, server.email, server.password);
  expect((await owner.call('DELETE', `/api/v1/projects/${server.projectId}`)).status).toBeLessThan(300);
  await expect.poll(() => readdirSync(blobs)).not.toContain(server.projectId);
});
