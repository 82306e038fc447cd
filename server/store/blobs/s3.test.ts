import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { blobsConformance } from './conformance.ts';
import { openBlobBucket } from './s3.ts';
import { startS3Server } from './testing/s3-server.ts';

blobsConformance('bucket', async () => {
  const server = await startS3Server();
  const blobs = await openBlobBucket(server.settings);
  return {
    blobs,
    count: async () => (await server.objects()).size,
    async close() {
      await blobs.close();
      await server.stop();
    },
  };
});

it('gives links that work with what was announced only', async () => {
  const server = await startS3Server({ checksSignatures: true });
  const blobs = await openBlobBucket(server.settings);
  try {
    const content = Buffer.from('a picture');
    const sha256 = createHash('sha256').update(content).digest();
    const place = { projectId: 'p', sha256: sha256.toString('hex') };
    const url = await blobs.links!.upload(place, { contentType: 'image/png', bytes: content.length, seconds: 3600 });
    const query = new URL(url).searchParams;
    expect(query.get('X-Amz-Expires')).toBe('3600');
    expect(query.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-checksum-sha256');
    const send = async (body: Buffer, headers: Record<string, string>) =>
      (await fetch(url, { method: 'PUT', body: new Uint8Array(body), headers })).status;
    const headers = { 'content-type': 'image/png', 'x-amz-checksum-sha256': sha256.toString('base64') };
    expect(await send(content, { ...headers, 'content-type': 'image/gif' })).toBe(403);
    expect(await send(content, { ...headers, 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') })).toBe(403);
    expect(await send(Buffer.from('a longer picture'), headers)).toBe(403);
    expect(await blobs.open(place)).toBe(null);
    // Exactly the headers that the SDKs send (contract §9.15).
    expect(await send(content, { ...headers, 'x-ms-blob-type': 'BlockBlob' })).toBe(200);
    expect(await blobs.open(place)).toMatchObject({ bytes: content.length, contentType: 'image/png' });

    const read = await fetch(await blobs.links!.read(place, { contentType: 'image/png', inline: false, seconds: 60 }));
    expect(await read.text()).toBe('a picture');
    expect(read.headers.get('content-type')).toBe('image/png');
    expect(read.headers.get('content-disposition')).toBe('attachment');
    expect(await blobs.links!.origin()).toBe(server.settings.endpoint);
    const forged = new URL(await blobs.links!.read(place, { contentType: 'image/png', inline: true, seconds: 60 }));
    forged.searchParams.set('X-Amz-Expires', '6000');
    expect((await fetch(forged)).status).toBe(403);
  } finally {
    await blobs.close();
    await server.stop();
  }
});

it('says 503 when the bucket does not answer, and keeps the keys out of the message', async () => {
  const server = await startS3Server();
  await server.stop();
  const blobs = await openBlobBucket(server.settings);
  const place = { projectId: 'p', sha256: 'a'.repeat(64) };
  await expect(blobs.open(place)).rejects.toMatchObject({
    status: 503,
    message: 'The store of media does not answer as it should.',
  });
  await expect(blobs.delete(place)).rejects.toMatchObject({ status: 503 });
  await blobs.close();
});

it('knows where the links to a bucket of AWS lead', async () => {
  const credentials = { accessKeyId: 'id', secretAccessKey: 'key' };
  const blobs = await openBlobBucket({
    ...{ bucket: 'pictures', endpoint: undefined, region: 'eu-central-1', credentials },
    ...{ prefix: '', forcePathStyle: false },
  });
  expect(await blobs.links!.origin()).toBe('https://pictures.s3.eu-central-1.amazonaws.com');
  await blobs.close();
});
