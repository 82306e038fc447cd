import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDestination } from '../server/domains/blob-exports/destinations.ts';
import { createOutbound } from '../server/lib/outbound.ts';
import { startS3Server } from '../server/store/blobs/testing/s3-server.ts';
import { call } from './support/api.ts';
import { installClient } from './support/clients.ts';
import { freePort } from './support/free-port.ts';
import { enter } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

describe('a server that keeps media in a bucket', () => {
  let s3: Awaited<ReturnType<typeof startS3Server>>;
  let server: TestServer;
  beforeAll(async () => {
    s3 = await startS3Server({ prefix: 'media/' });
    server = await startServer({
      TELLTALE_S3_BUCKET: s3.settings.bucket,
      TELLTALE_S3_ENDPOINT: s3.settings.endpoint,
      TELLTALE_S3_ACCESS_KEY_ID: s3.settings.credentials.accessKeyId,
      TELLTALE_S3_SECRET_ACCESS_KEY: s3.settings.credentials.secretAccessKey,
      TELLTALE_S3_PREFIX: s3.settings.prefix,
      TELLTALE_S3_FORCE_PATH_STYLE: 'true',
    });
  });
  afterAll(async () => {
    await server?.destroy();
    await s3?.stop();
  });

  it('never sees the content, and takes it away with its trace and its project', async () => {
    const upload = async (traceId: string) => {
      const content = randomBytes(100_000);
      const sha256 = createHash('sha256').update(content).digest();
      const announced = await call<{ mediaId: string; uploadUrl: string }>(server, 'POST', '/api/public/media', {
        traceId,
        field: 'output',
        contentType: 'audio/wav',
        contentLength: content.length,
        sha256Hash: sha256.toString('base64'),
      });
      const { mediaId, uploadUrl } = announced.body;
      expect(uploadUrl.startsWith(s3.settings.endpoint)).toBe(true);
      const headers = { 'content-type': 'audio/wav', 'x-amz-checksum-sha256': sha256.toString('base64') };
      expect((await fetch(uploadUrl, { method: 'PUT', headers, body: content })).status).toBe(200);
      const report = { uploadedAt: new Date().toISOString(), uploadHttpStatus: 200 };
      expect((await call(server, 'PATCH', `/api/public/media/${mediaId}`, report)).status).toBe(200);
      const { body } = await call<{ url: string }>(server, 'GET', `/api/public/media/${mediaId}`);
      expect(body.url.startsWith(s3.settings.endpoint)).toBe(true);
      expect(Buffer.from(await (await fetch(body.url)).arrayBuffer()).equals(content)).toBe(true);
      return { mediaId, key: `media/${server.projectId}/${sha256.toString('hex')}` };
    };
    const [one, two] = [await upload('t1'), await upload('t2')];
    expect([...(await s3.objects()).keys()].sort()).toEqual([one.key, two.key].sort());
    expect(readdirSync(server.dataDir)).not.toContain('blobs');

    expect((await call(server, 'DELETE', '/api/public/traces/t1')).status).toBe(200);
    expect([...(await s3.objects()).keys()]).toEqual([two.key]);
    expect((await call(server, 'GET', `/api/public/media/${one.mediaId}`)).status).toBe(404);

    const owner = await enter(server.url, server.email, server.password);
    expect((await owner.call('DELETE', `/api/v1/projects/${server.projectId}`)).status).toBeLessThan(300);
    await expect.poll(async () => (await s3.objects()).size).toBe(0);
  });
});

describe('exports to Azure', () => {
  const ACCOUNT = 'devstoreaccount1';
  /** Any key will do for a server that is told of it. */
  const KEY = randomBytes(64).toString('base64');
  let azurite: ChildProcess;
  let folder: string;
  let endpoint: string;
  beforeAll(async () => {
    const installed = installClient('azurite');
    const port = await freePort();
    folder = mkdtempSync(join(tmpdir(), 'telltale-azurite-'));
    azurite = spawn(
      process.execPath,
      [
        join(installed, 'node_modules/azurite/dist/src/blob/main.js'),
        ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder, '--silent', '--skipApiVersionCheck'],
      ],
      { stdio: 'ignore', env: { PATH: process.env.PATH, AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` } },
    );
    endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`;
    await vi.waitFor(() => fetch(endpoint), { timeout: 60_000, interval: 100 });
  }, 300_000);
  afterAll(async () => {
    if (azurite?.exitCode === null) {
      const gone = once(azurite, 'exit');
      azurite.kill();
      await gone;
    }
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('write whole files through the guard, or none', async () => {
    const outbound = createOutbound({ allow: ['127.0.0.1'] });
    const box = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(ACCOUNT, KEY)).getContainerClient('box');
    await box.create();
    const settings = {
      type: 'AZURE_BLOB_STORAGE',
      bucketName: 'box',
      endpoint,
      region: '',
      forcePathStyle: false,
      accessKeyId: ACCOUNT,
      secretAccessKey: KEY,
    } as const;
    const pieces = Array.from({ length: 40 }, () => randomBytes(512 * 1024));
    const many = async function* () {
      yield* pieces;
    };
    const destination = await openDestination(settings, outbound);
    await destination.write('a/b/c.jsonl', many(), 'application/x-ndjson');
    const stored = box.getBlobClient('a/b/c.jsonl');
    expect((await stored.downloadToBuffer()).equals(Buffer.concat(pieces))).toBe(true);
    expect((await stored.getProperties()).contentType).toBe('application/x-ndjson');
    const broken = async function* () {
      yield* pieces;
      throw new Error('cut');
    };
    await expect(destination.write('broken', broken(), 'text/csv')).rejects.toThrow('cut');
    expect(await box.getBlobClient('broken').exists()).toBe(false);
    destination.close();

    const stranger = await openDestination({ ...settings, secretAccessKey: randomBytes(64).toString('base64') }, outbound);
    await expect(stranger.write('x', many(), 'text/csv')).rejects.toMatchObject({ statusCode: 403 });
    const guarded = await openDestination(
      { ...settings, endpoint: endpoint.replace('127.0.0.1', 'localhost') },
      createOutbound({ allow: [] }),
    );
    await expect(guarded.write('x', many(), 'text/csv')).rejects.toThrow(/TELLTALE_OUTBOUND_ALLOW/);
    expect(await box.getBlobClient('x').exists()).toBe(false);
    await outbound.close();
  });
});
