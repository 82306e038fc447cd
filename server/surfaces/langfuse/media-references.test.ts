import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetItems, createDatasetRuns, createDatasets } from '../../domains/datasets/index.ts';
import { createMedia, type Media } from '../../domains/media/index.ts';
import { type Blobs, openBlobBucket, openBlobFolder } from '../../store/blobs/index.ts';
import { startS3Server } from '../../store/blobs/testing/s3-server.ts';
import { mediaContentRoutes } from '../media/media-content.ts';
import { datasetItemRoutes } from './dataset-items.ts';
import { datasetRoutes } from './datasets.ts';
import { mediaRoutes } from './media.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

const backends: [name: string, open: () => Promise<{ blobs: Blobs; close(): Promise<void> }>][] = [
  [
    'folder',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'telltale-references-'));
      return { blobs: await openBlobFolder(folder), close: () => rm(folder, { recursive: true, force: true }) };
    },
  ],
  [
    'bucket',
    async () => {
      const server = await startS3Server({ checksSignatures: true });
      const blobs = await openBlobBucket(server.settings);
      return { blobs, close: () => blobs.close().then(server.stop) };
    },
  ],
];

describe.each(backends)('media in a %s', (_name, open) => {
  let backend: Awaited<ReturnType<typeof open>>;
  let server: OpenRoutes;
  let call: OpenRoutes['call'];
  let media: Media;
  let origin: string;
  beforeAll(async () => {
    backend = await open();
    server = await openRoutes(({ db, clock, access }) => {
      clock.at = Math.floor(Date.now() / 1000) * 1000;
      media = createMedia({
        db,
        clock,
        blobs: backend.blobs,
        secret: 'a secret that is only used by tests, long',
        maxBytes: 1e6,
      });
      const items = createDatasetItems({ db, clock, onWritten: (projectId, written) => media.linkItems(projectId, written) });
      const shown = { media, publicUrl: undefined };
      const runs = createDatasetRuns({ db, clock, findTraceOf: async () => null, findStart: async () => null });
      return [
        mediaRoutes({ access, ...shown }),
        mediaContentRoutes({ media }),
        datasetRoutes({ access, datasets: createDatasets({ db, clock }), items, runs, ...shown }),
        datasetItemRoutes({ access, items, ...shown }),
      ];
    });
    call = server.call;
    origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
    for (const key of ['p', 'q']) await call('POST', '/v2/datasets', { name: 'd' }, key);
  });
  afterAll(async () => {
    await server.close();
    await backend.close();
  });

  const reachable = (url: string) => url.replace('http://localhost:80', origin).replace(/^http:\/\/localhost(?=\/)/, origin);
  /** Announces, uploads and reports as the SDKs do. */
  async function upload(of: Record<string, unknown>, content = randomBytes(500), key = 'p') {
    const sha256Hash = createHash('sha256').update(content).digest('base64');
    const said = { contentType: 'image/png', contentLength: content.length, sha256Hash, field: 'input', ...of };
    const { status, body } = await call('POST', '/media', said, key);
    expect(status).toBe(201);
    if (body.uploadUrl !== null) {
      const put = await fetch(reachable(body.uploadUrl), {
        method: 'PUT',
        body: new Uint8Array(content),
        headers: { 'content-type': said.contentType, 'x-amz-checksum-sha256': sha256Hash, 'x-ms-blob-type': 'BlockBlob' },
      });
      expect(put.status).toBe(200);
      const sent = { uploadedAt: '2026-05-01T12:00:00.000Z', uploadHttpStatus: 200 };
      expect((await call('PATCH', `/media/${body.mediaId}`, sent, key)).status).toBe(200);
    }
    return { id: body.mediaId as string, content, isNew: body.uploadUrl !== null };
  }
  const reference = (id: string, type = 'image/png') => `@@@langfuseMedia:type=${type}|id=${id}|source=bytes@@@`;
  const statusOf = async (id: string, key = 'p') => (await call('GET', `/media/${id}`, undefined, key)).status;
  const bytesOf = async (url: string) => Buffer.from(await (await fetch(reachable(url))).arrayBuffer());

  it('is uploaded, read and found again by its hash', async () => {
    const { id, content } = await upload({ traceId: 't' });
    const { status, body } = await call('GET', `/media/${id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { mediaId: id, contentType: 'image/png', contentLength: 500 } });
    expect((await bytesOf(body.url)).equals(content)).toBe(true);
    expect(Date.parse(body.urlExpiry) - server.clock.at).toBe(3_600_000);
    expect((await upload({ traceId: 't2' }, content)).isNew).toBe(false);
    expect((await upload({ traceId: 't2' }, content, 'q')).isNew).toBe(true);
    expect((await upload({ traceId: 't2', contentType: 'image/gif' }, content)).isNew).toBe(true);
    expect((await call('GET', `/media/${id}`)).body).toMatchObject({ contentType: 'image/gif' });
  });

  it('is not there because somebody says so', async () => {
    const content = randomBytes(10);
    const sha256Hash = createHash('sha256').update(content).digest('base64');
    const said = { traceId: 't', field: 'input', contentType: 'image/png', contentLength: 10, sha256Hash };
    const { body } = await call('POST', '/media', said);
    const sent = { uploadedAt: '2026-05-01T12:00:00.000Z', uploadHttpStatus: 200 };
    expect((await call('PATCH', `/media/${body.mediaId}`, sent)).status).toBe(200);
    expect(await statusOf(body.mediaId)).toBe(404);
    expect((await call('POST', '/media', said)).body.uploadUrl).toEqual(expect.any(String));
  });

  it('is shown with the items that refer to it, on every route', async () => {
    const item = { datasetId: 'd', datasetItemId: 'i' };
    const [one, two] = [await upload({ ...item, field: 'expectedOutput' }), await upload({ traceId: 't', field: 'output' })];
    const foreign = await upload({ traceId: 't' }, randomBytes(20), 'q');
    const stored = {
      datasetName: 'd',
      id: 'i',
      input: {
        gallery: [`see ${reference(one.id)} and ${reference(two.id)}`, reference('x'.repeat(22))],
        "it's": reference(two.id),
      },
      expectedOutput: reference(one.id, 'image/jpeg'),
      metadata: { theirs: reference(foreign.id), deep: [[{ a: reference(one.id) }]] },
    };
    const created = await call('POST', '/dataset-items', stored);
    expect(created.status).toBe(200);
    const listed = await call('GET', '/dataset-items?datasetName=d');
    const got = await call('GET', '/dataset-items/i');
    const first = await call('GET', '/datasets/d');
    const at = (field: string, jsonPath: string, id: string, type?: string) => ({
      field,
      jsonPath,
      referenceString: reference(id, type),
      media: {
        mediaId: id,
        contentType: 'image/png',
        contentLength: 500,
        url: expect.any(String),
        urlExpiry: expect.any(String),
      },
    });
    const expected = [
      at('input', "$['gallery'][0]", one.id),
      at('input', "$['gallery'][0]", two.id),
      at('input', "$['it\\'s']", two.id),
      at('expectedOutput', '$', one.id, 'image/jpeg'),
      at('metadata', "$['deep'][0][0]['a']", one.id),
    ];
    for (const { mediaReferences } of [created.body, listed.body.data[0], got.body, first.body.items[0]]) {
      expect(mediaReferences).toEqual(expected);
      for (const {
        media: { mediaId, url },
      } of mediaReferences) {
        const { content } = mediaId === one.id ? one : two;
        expect((await bytesOf(url)).equals(content)).toBe(true);
      }
    }
    await call('POST', '/dataset-items', { datasetName: 'd', id: 'plain', input: { text: 'nothing' } });
    expect((await call('GET', '/dataset-items/plain')).body.mediaReferences).toEqual([]);
    // The same id in another project leads nowhere.
    await call('POST', '/dataset-items', { ...stored, id: 'theirs' }, 'q');
    const theirs = (await call('GET', '/dataset-items/theirs', undefined, 'q')).body.mediaReferences;
    expect(theirs.map(({ media: { mediaId } }: { media: { mediaId: string } }) => mediaId)).toEqual([foreign.id]);
    expect(await statusOf(one.id, 'q')).toBe(404);
  });

  it('goes with the last trace that it belongs to, unless an item needs it', async () => {
    const shared = await upload({ traceId: 'a' });
    await upload({ traceId: 'b', observationId: 'step' }, shared.content);
    const alone = await upload({ traceId: 'a', field: 'metadata' });
    const kept = await upload({ traceId: 'a' });
    await call('POST', '/dataset-items', { datasetName: 'd', input: [reference(kept.id)] });
    const other = await upload({ traceId: 'a' }, alone.content, 'q');

    await media.releaseTraces('p', ['a', 'never seen', '']);
    expect(await Promise.all([shared, alone, kept].map(({ id }) => statusOf(id)))).toEqual([200, 404, 200]);
    expect(await statusOf(other.id, 'q')).toBe(200);
    const place = (projectId: string, content: Buffer) => ({
      projectId,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(await backend.blobs.open(place('p', alone.content))).toBe(null);
    expect(await backend.blobs.open(place('q', alone.content))).not.toBe(null);
    await media.releaseTraces('p', ['b']);
    expect(await statusOf(shared.id)).toBe(404);
    // It can come again.
    expect((await upload({ traceId: 'c' }, shared.content)).isNew).toBe(true);
    expect(await statusOf(shared.id)).toBe(200);
  });
});

it('finds references however deep they are', async () => {
  const { referencesIn } = await import('../../domains/media/references.ts');
  let deep: unknown = '@@@langfuseMedia:type=a/b|id=z|source=file@@@';
  for (let i = 0; i < 50_000; i++) deep = [deep];
  const [found] = referencesIn({ input: deep, expectedOutput: null, metadata: undefined });
  expect(found).toMatchObject({ mediaId: 'z', jsonPath: `$${'[0]'.repeat(50_000)}` });
});
