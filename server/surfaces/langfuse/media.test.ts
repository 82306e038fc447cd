import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMedia } from '../../domains/media/index.ts';
import { type Blobs, openBlobFolder } from '../../store/blobs/index.ts';
import { tables } from '../../store/metadata/index.ts';
import { mediaContentRoutes } from '../media/media-content.ts';
import { mediaRoutes } from './media.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

const MAX_BYTES = 1_000_000;

let folder: string;
let blobs: Blobs;
let server: OpenRoutes;
let call: OpenRoutes['call'];
let origin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-media-'));
  blobs = await openBlobFolder(folder);
  server = await openRoutes(({ db, clock, access }) => {
    const media = createMedia({ db, clock, blobs, secret: 'a secret that is only used by tests, long', maxBytes: MAX_BYTES });
    return [mediaRoutes({ access, media, publicUrl: undefined }), mediaContentRoutes({ media })];
  });
  call = server.call;
  origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The client's side of the contract, §1.11: hash and id of some content. */
function factsOf(content: Buffer) {
  const sha256 = createHash('sha256').update(content).digest('base64');
  return { sha256, id: sha256.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22) };
}
const announcement = (content: Buffer, more: Record<string, unknown> = {}) => ({
  traceId: 't1',
  observationId: null,
  field: 'input',
  contentType: 'image/png',
  contentLength: content.length,
  sha256Hash: factsOf(content).sha256,
  ...more,
});
/** An upload link for the content, on the listening server. */
async function announce(content: Buffer, more: Record<string, unknown> = {}, key = 'p'): Promise<string> {
  const { status, body } = await call('POST', '/media', announcement(content, more), key);
  expect({ status, body }).toMatchObject({ status: 201, body: { mediaId: factsOf(content).id, uploadUrl: expect.any(String) } });
  return body.uploadUrl.replace(/^http:\/\/[^/]+/, origin);
}
async function put(url: string, body: Buffer | ReadableStream, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'PUT',
    body: body as RequestInit['body'],
    headers: { 'content-type': 'image/png', 'x-ms-blob-type': 'BlockBlob', ...headers },
    ...({ duplex: 'half' } as object),
  });
  return { status: answer.status, message: ((await answer.json()) as { message: string }).message };
}
const report = (id: string, status = 200, key = 'p') =>
  call('PATCH', `/media/${id}`, { uploadedAt: '2026-05-01T14:00:00.5+02:00', uploadHttpStatus: status, uploadTimeMs: 12 }, key);
async function upload(content: Buffer, more: Record<string, unknown> = {}) {
  const type = String(more.contentType ?? 'image/png');
  expect(await put(await announce(content, more), content, { 'content-type': type })).toMatchObject({ status: 200 });
  expect(await report(factsOf(content).id)).toEqual({ status: 200, body: { message: 'OK' } });
  const { status, body } = await call('GET', `/media/${factsOf(content).id}`);
  expect(status).toBe(200);
  return { ...body, url: body.url.replace(/^http:\/\/[^/]+/, origin) };
}

it('takes content and gives it back, as the SDKs do', async () => {
  const content = randomBytes(300_000);
  const { id, sha256 } = factsOf(content);
  const url = await announce(content);
  expect(await call('GET', `/media/${id}`)).toMatchObject({ status: 404 });
  expect(await put(url, content, { 'x-amz-checksum-sha256': sha256 })).toEqual({ status: 200, message: 'OK' });
  expect(await call('GET', `/media/${id}`)).toMatchObject({ status: 404 });
  expect((await report(id)).body).toEqual({ message: 'OK' });

  const { status, body } = await call('GET', `/media/${id}`);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      mediaId: id,
      contentType: 'image/png',
      contentLength: 300_000,
      uploadedAt: '2026-05-01T12:00:00.500Z',
      url: expect.any(String),
      urlExpiry: new Date(server.clock.at + 3_600_000).toISOString(),
    },
  });
  const answer = await fetch(body.url.replace(/^http:\/\/[^/]+/, origin));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-disposition')).toBe('inline');
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
  expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  expect(await readdir(join(folder, 'p'))).toContain(Buffer.from(sha256, 'base64').toString('hex'));
});

it('names the host that the request came to', async () => {
  const answer = await fetch(`${origin}/api/public/media`, {
    method: 'POST',
    headers: { authorization: 'p', 'content-type': 'application/json' },
    body: JSON.stringify(announcement(randomBytes(9))),
  });
  const { uploadUrl } = (await answer.json()) as { uploadUrl: string };
  expect(uploadUrl.startsWith(`${origin}/api/public/media/`)).toBe(true);
});

it('keeps what it was announced for', async () => {
  const content = randomBytes(10);
  await announce(content);
  await announce(content);
  await announce(content, { traceId: null, datasetId: 'd', datasetItemId: 'i', field: 'expectedOutput' });
  const rows = await server.db.select().from(tables.mediaLinks);
  const { id: mediaId } = factsOf(content);
  const none = { projectId: 'p', mediaId, observationId: '', traceId: '', datasetId: '', datasetItemId: '' };
  expect(rows.filter((row) => row.mediaId === mediaId)).toMatchObject([
    { ...none, traceId: 't1', field: 'input' },
    { ...none, datasetId: 'd', datasetItemId: 'i', field: 'expectedOutput' },
  ]);
});

describe('content that is here already', () => {
  it('is not uploaded again, unless under another type or reported otherwise than with 200', async () => {
    const content = randomBytes(20);
    const { id } = factsOf(content);
    await put(await announce(content), content);
    await report(id, 201);
    expect((await call('GET', `/media/${id}`)).status).toBe(200);
    await announce(content);
    await report(id, 200);
    expect(await call('POST', '/media', announcement(content))).toEqual({ status: 201, body: { mediaId: id, uploadUrl: null } });

    const other = await announce(content, { contentType: 'image/webp' });
    expect((await call('GET', `/media/${id}`)).body.contentType).toBe('image/png');
    expect(await put(other, content, { 'content-type': 'image/webp' })).toMatchObject({ status: 200 });
    expect((await call('GET', `/media/${id}`)).body.contentType).toBe('image/webp');
  });

  it('stays when a later upload of it fails, and is asked for again when its file is gone', async () => {
    const content = randomBytes(21);
    const { id, sha256 } = factsOf(content);
    await upload(content);
    await report(id, 500);
    expect((await call('GET', `/media/${id}`)).status).toBe(200);
    await blobs.delete({ projectId: 'p', sha256: Buffer.from(sha256, 'base64').toString('hex') });
    await announce(content);
  });

  it('is not replaced by other content of the same id', async () => {
    const content = randomBytes(22);
    await upload(content);
    const { sha256 } = factsOf(content);
    const twin = `${sha256.slice(0, 30)}AAAAAAAAAAAAA=`;
    expect(await call('POST', '/media', { ...announcement(content), sha256Hash: twin })).toEqual({
      status: 409,
      body: { message: 'Other content has this media id.', error: 'LangfuseConflictError' },
    });
  });
});

describe('reports of uploads', () => {
  it('do not make content of what never came, nor of what failed', async () => {
    const content = randomBytes(30);
    const { id } = factsOf(content);
    await announce(content);
    await report(id);
    expect(await call('GET', `/media/${id}`)).toMatchObject({ status: 404, body: { error: 'LangfuseNotFoundError' } });
    const failed = randomBytes(31);
    await put(await announce(failed), failed);
    await report(factsOf(failed).id, 503);
    expect((await call('GET', `/media/${factsOf(failed).id}`)).status).toBe(404);
  });
});

describe('an upload is refused', () => {
  const content = randomBytes(200_000);
  const { id, sha256 } = factsOf(content);
  const chunked = (bytes: Buffer) =>
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
        controller.close();
      },
    });
  const wrong = Buffer.from(content).fill(0, 0, 8);
  const longer = Buffer.concat([content, Buffer.alloc(5_000_000)]);
  const cases: [string, () => Buffer | ReadableStream, Record<string, string>, number, RegExp][] = [
    ['of other bytes', () => wrong, {}, 400, /hash/],
    ['too long', () => longer, {}, 413, /announced/],
    ['too long, in chunks', () => chunked(longer), {}, 413, /longer/],
    ['too short', () => content.subarray(1), {}, 400, /announced/],
    ['too short, in chunks', () => chunked(content.subarray(1)), {}, 400, /199999 bytes/],
    ['of another type', () => content, { 'content-type': 'text/html' }, 400, /Content-Type must be image\/png/],
    ['with another checksum', () => content, { 'x-amz-checksum-sha256': factsOf(wrong).sha256 }, 400, /checksum/],
  ];
  it.each(cases)('%s', async (_, body, headers, status, message) => {
    const answer = await put(await announce(content), body(), headers);
    expect(answer).toEqual({ status, message: expect.stringMatching(message) });
    await report(id);
    expect((await call('GET', `/media/${id}`)).status).toBe(404);
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });

  it('when its project goes meanwhile, and leaves no file', async () => {
    const own = Buffer.concat([content, randomBytes(9)]);
    const url = await announce(own, {}, 'q');
    let go = () => {};
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = new ReadableStream({
      async start(controller) {
        controller.enqueue(own.subarray(0, 100_000));
        await gone;
        controller.enqueue(own.subarray(100_000));
        controller.close();
      },
    });
    const answer = put(url, slow);
    await expect.poll(() => readdir(join(folder, '.incoming'))).toHaveLength(1);
    await server.db.delete(tables.media).where(eq(tables.media.projectId, 'q'));
    go();
    expect(await answer).toEqual({ status: 404, message: 'Media not found' });
    expect(await readdir(join(folder, 'q'))).toEqual([]);
  });

  it('when it breaks off', async () => {
    const url = await announce(content);
    const cut = httpRequest(url, { method: 'PUT', headers: { 'content-type': 'image/png', 'content-length': content.length } });
    cut.on('error', () => {});
    cut.write(content.subarray(0, 100_000));
    await expect.poll(() => readdir(join(folder, '.incoming'))).toHaveLength(1);
    cut.destroy();
    await expect.poll(() => readdir(join(folder, '.incoming'))).toEqual([]);
    await report(id);
    expect((await call('GET', `/media/${id}`)).status).toBe(404);
  });

  it('by none of that for good: the right bytes are taken, in chunks and without checksum too', async () => {
    expect(await put(await announce(content), chunked(content))).toEqual({ status: 200, message: 'OK' });
    await report(id);
    const { body } = await call('GET', `/media/${id}`);
    const answer = await fetch(body.url.replace(/^http:\/\/[^/]+/, origin));
    expect(factsOf(Buffer.from(await answer.arrayBuffer())).sha256).toBe(sha256);
  });
});

describe('links', () => {
  const changes: [string, (url: URL) => void][] = [
    ['another project', (url) => url.searchParams.set('project', 'q')],
    ['a later end', (url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 9))],
    ['another signature', (url) => url.searchParams.set('signature', 'A'.repeat(43))],
    ['no signature', (url) => url.searchParams.delete('signature')],
    ['two signatures', (url) => url.searchParams.append('signature', url.searchParams.get('signature')!)],
    ['another id', (url) => (url.pathname = url.pathname.replace(/media\/./, 'media/_'))],
    ['nothing', (url) => (url.search = '')],
    ['the other purpose', (url) => (url.pathname = swapped(url.pathname))],
  ];
  const swapped = (path: string) =>
    path.endsWith('/upload') ? path.replace('/upload', '/content') : path.replace('/content', '/upload');

  it.each(changes)('with %s are refused', async (_, change) => {
    const content = Buffer.concat([Buffer.from('z'), randomBytes(40)]);
    const read = new URL((await upload(content)).url);
    const write = new URL(await announce(randomBytes(40)));
    for (const url of [read, write]) {
      change(url);
      const method = url.pathname.endsWith('/upload') ? 'PUT' : 'GET';
      const answer = await fetch(url, {
        method,
        ...(method === 'PUT' && { body: 'x', headers: { 'content-type': 'image/png' } }),
      });
      expect({ status: answer.status, body: await answer.json() }).toEqual({
        status: 403,
        body: { message: 'The signature of this link is not valid.' },
      });
    }
  });

  it('end after an hour', async () => {
    const content = randomBytes(50);
    const { url } = await upload(content);
    const late = randomBytes(51);
    const uploadUrl = await announce(late);
    const start = server.clock.at;
    try {
      server.clock.at = start + 3_599_000;
      expect((await fetch(url)).status).toBe(200);
      server.clock.at = start + 3_600_000;
      expect((await fetch(url)).status).toBe(403);
      expect(await put(uploadUrl, late)).toMatchObject({ status: 403, message: expect.stringMatching(/expired/) });
    } finally {
      server.clock.at = start;
    }
  });

  it('of a type for upload do not take another type by a changed link', async () => {
    const content = randomBytes(52);
    const url = new URL(await announce(content));
    url.searchParams.set('type', 'text/html');
    expect(await put(url.href, content, { 'content-type': 'text/html' })).toMatchObject({ status: 403 });
  });
});

describe('a browser', () => {
  it.each(['text/html', 'image/svg+xml', 'application/javascript', 'application/xml', 'application/pdf'])(
    'saves %s instead of showing it',
    async (contentType) => {
      const { url } = await upload(Buffer.concat([Buffer.from('<script>alert(1)</script>'), randomBytes(8)]), { contentType });
      const answer = await fetch(url);
      expect(answer.headers.get('content-type')).toBe(contentType);
      expect(answer.headers.get('content-disposition')).toBe('attachment');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      await answer.body?.cancel();
    },
  );

  it('reads parts, as players do', async () => {
    const content = randomBytes(1000);
    const { url } = await upload(content, { contentType: 'video/mp4' });
    const part = async (range: string) => {
      const answer = await fetch(url, { headers: { range } });
      const body = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, range: answer.headers.get('content-range'), body };
    };
    expect(await part('bytes=0-99')).toEqual({ status: 206, range: 'bytes 0-99/1000', body: content.subarray(0, 100) });
    expect(await part('bytes=990-')).toEqual({ status: 206, range: 'bytes 990-999/1000', body: content.subarray(990) });
    expect(await part('bytes=-5')).toEqual({ status: 206, range: 'bytes 995-999/1000', body: content.subarray(995) });
    expect(await part('bytes=900-5000')).toMatchObject({ status: 206, range: 'bytes 900-999/1000' });
    expect(await part('bytes=1000-')).toMatchObject({ status: 416, range: 'bytes */1000' });
    expect(await part('bytes=5-2')).toMatchObject({ status: 200, body: content });
    expect(await part('lines=1-2')).toMatchObject({ status: 200, body: content });
  });
});

describe('who may ask', () => {
  const content = randomBytes(60);
  const { id } = factsOf(content);
  const routes = [
    ['POST', '/media', announcement(content)],
    ['PATCH', `/media/${id}`, { uploadedAt: '2026-05-01T12:00:00Z', uploadHttpStatus: 200 }],
    ['GET', `/media/${id}`, undefined],
  ] as const;

  it.each(routes)('%s %s: nobody without the key pair of a project', async (method, path, body) => {
    expect((await call(method, path, body, '')).status).toBe(401);
    expect((await call(method, path, body, 'public')).status).toBe(403);
    expect((await call(method, path, body, 'organisation')).status).toBe(403);
  });

  it('sees and changes nothing of another project', async () => {
    await upload(content);
    expect((await call('GET', `/media/${id}`, undefined, 'q')).status).toBe(404);
    expect((await report(id, 500, 'q')).status).toBe(404);
    // Having the same content is no way to it: it has to be brought.
    const own = await announce(content, {}, 'q');
    await report(id, 200, 'q');
    expect((await call('GET', `/media/${id}`, undefined, 'q')).status).toBe(404);
    expect(await put(own, content)).toMatchObject({ status: 200 });
    await blobs.deleteProject('q');
    expect((await call('GET', `/media/${id}`)).status).toBe(200);
    expect(await readdir(folder)).toContain('p');
    expect(await readdir(folder)).not.toContain('q');
  });
});

describe('nonsense', () => {
  const content = randomBytes(70);
  const bad: [string, Record<string, unknown>, number][] = [
    ['unknown type', { contentType: 'image/nonsense' }, 400],
    ['no length', { contentLength: 0 }, 400],
    ['half a byte', { contentLength: 1.5 }, 400],
    ['too large', { contentLength: MAX_BYTES + 1 }, 400],
    ['hex hash', { sha256Hash: 'a'.repeat(64) }, 400],
    ['hash with spare bits', { sha256Hash: `${'A'.repeat(42)}B=` }, 400],
    ['hash that leaves the folder', { sha256Hash: `../../${'A'.repeat(37)}=` }, 400],
    ['unknown field', { field: 'expectedOutput' }, 400],
    ['neither trace nor item', { traceId: null }, 400],
    ['both trace and item', { datasetId: 'd', datasetItemId: 'i' }, 400],
    ['NUL', { traceId: 'a\0b' }, 400],
  ];
  it.each(bad)('%s', async (_, more, status) => {
    expect((await call('POST', '/media', announcement(content, more))).status).toBe(status);
  });

  it('in other places', async () => {
    for (const body of [undefined, [], 'x', null, { uploadedAt: 'today', uploadHttpStatus: 200 }, { uploadHttpStatus: 200 }]) {
      expect((await call('POST', '/media', body)).status).toBe(400);
      expect((await call('PATCH', `/media/${factsOf(content).id}`, body)).status).toBe(400);
    }
    expect((await report('no-such')).status).toBe(404);
    expect((await call('GET', '/media/no-such')).status).toBe(404);
    expect((await call('GET', '/media/a%00b')).status).toBe(404);
    expect((await call('DELETE', '/media/x')).status).toBe(405);
    expect((await fetch(`${origin}/api/public/media/a%00b/content`)).status).toBe(400);
  });
});
