import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { invalidRequest, tooLarge, unavailable } from '../../lib/errors.ts';
import type { BlobPlace, Blobs } from './port.ts';
import { requireHash, safeName } from './safe-name.ts';

/** A bucket of S3 or of anything that speaks its protocol. */
export interface S3Settings {
  bucket: string;
  /** Undefined: AWS. */
  endpoint: string | undefined;
  region: string;
  /** Undefined: what the AWS SDK finds by itself (role of the machine, shared files). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** Begins every key; empty or ending in `/` as a rule. */
  prefix: string;
  /** The bucket in the path instead of the host name, which most servers other than AWS need. */
  forcePathStyle: boolean;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Deletions under way at once. */
const DELETIONS = 16;

/**
 * Blobs as objects `<prefix><project>/<sha256>` of a bucket. Links lead to the bucket itself, so that content does not pass this
 * process; the bucket needs a CORS rule for pages that show it with `fetch` (pictures and players need none).
 */
export async function openBlobBucket(settings: S3Settings): Promise<Blobs> {
  // 35 MB that a process without a bucket does not need.
  const [sdk, { getSignedUrl }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/s3-request-presigner')]);
  const { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } = sdk;
  const { bucket: Bucket, endpoint, region, credentials, prefix, forcePathStyle } = settings;
  const client = new S3Client({
    region,
    forcePathStyle,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    // Other servers than AWS do not know the checksums that newer SDKs add by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would write to the console; its errors are thrown as well.
    logger: SILENT,
  });
  const folderOf = (projectId: string) => `${prefix}${safeName(projectId)}/`;
  const keyOf = ({ projectId, sha256 }: BlobPlace) => folderOf(projectId) + requireHash(sha256);
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

  const head = async (Key: string) => {
    try {
      return await client.send(new HeadObjectCommand({ Bucket, Key }));
    } catch (error) {
      if (isMissing(error)) return null;
      throw unreachable(error);
    }
  };
  const remove = (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key }));

  return {
    async put(place, source, bytes) {
      const expected = { bytes, sha256: place.sha256 };
      if ((await head(keyOf(place)))?.ContentLength === bytes) {
        // It is here already: the source is checked as it would be otherwise, and nothing is sent.
        await feed(new PassThrough().resume(), source, expected);
        return;
      }
      const cut = new AbortController();
      const body = new PassThrough();
      // The object is there only once all announced bytes have arrived: the last piece is held back until the hash is known to be right.
      const fed = feed(body, source, expected).catch((error: unknown) => {
        cut.abort();
        body.destroy();
        throw error;
      });
      const sent = client
        .send(
          new PutObjectCommand({
            Bucket,
            Key: keyOf(place),
            Body: body,
            ContentLength: bytes,
            ChecksumSHA256: base64(place.sha256),
          }),
          { abortSignal: cut.signal },
        )
        .catch((error: unknown) => {
          // Whoever feeds must not wait for a reader that is gone.
          body.destroy();
          throw unreachable(error);
        });
      const [feeding, sending] = await Promise.allSettled([fed, sent]);
      if (feeding.status === 'rejected' && !isCut(feeding.reason)) throw feeding.reason;
      if (sending.status === 'rejected') throw sending.reason;
    },

    async open(place) {
      const found = await head(keyOf(place));
      if (!found) return null;
      return {
        bytes: found.ContentLength ?? 0,
        contentType: found.ContentType,
        read: (range) =>
          Readable.from(
            (async function* () {
              const Range = range && `bytes=${range.start}-${range.end}`;
              const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(place), Range }));
              yield* Body as Readable;
            })(),
            { objectMode: false },
          ),
      };
    },

    async delete(place) {
      await remove(keyOf(place)).catch((error: unknown) => {
        throw unreachable(error);
      });
    },

    async deleteProject(projectId) {
      try {
        for (;;) {
          // What was listed is gone the next time.
          const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: folderOf(projectId) }));
          if (Contents.length === 0) return;
          for (let i = 0; i < Contents.length; i += DELETIONS) {
            await Promise.all(Contents.slice(i, i + DELETIONS).map(({ Key }) => remove(Key!)));
          }
        }
      } catch (error) {
        throw unreachable(error);
      }
    },

    links: {
      async origin() {
        const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'any' }));
        return new URL(url).origin;
      },
      upload: (place, { contentType, bytes, seconds }) =>
        getSignedUrl(
          client,
          new PutObjectCommand({
            Bucket,
            Key: keyOf(place),
            ContentType: contentType,
            ContentLength: bytes,
            ChecksumSHA256: base64(place.sha256),
          }),
          {
            expiresIn: seconds,
            // Signed as headers: whoever uploads sends exactly these, and the bucket refuses content of another type, length or hash.
            signableHeaders: new Set(['content-type', 'content-length']),
            unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
          },
        ),
      read: (place, { contentType, inline, seconds }) =>
        getSignedUrl(
          client,
          new GetObjectCommand({
            Bucket,
            Key: keyOf(place),
            ResponseContentType: contentType,
            ResponseContentDisposition: inline ? 'inline' : 'attachment',
          }),
          { expiresIn: seconds },
        ),
    },

    async close() {
      client.destroy();
    },
  };
}

/** @throws AppError 413, 400 as the port says */
async function feed(to: PassThrough, source: AsyncIterable<Uint8Array>, expected: { bytes: number; sha256: string }) {
  const hash = createHash('sha256');
  let bytes = 0;
  let held: Uint8Array | undefined;
  const send = async (piece: Uint8Array) => {
    if (to.destroyed) throw new Cut();
    if (!to.write(piece)) await writable(to);
  };
  for await (const piece of source) {
    if (piece.length === 0) continue;
    bytes += piece.length;
    if (bytes > expected.bytes) throw tooLarge(`The content is longer than the ${expected.bytes} bytes that were announced.`);
    hash.update(piece);
    if (held) await send(held);
    held = piece;
  }
  if (bytes < expected.bytes) throw invalidRequest(`The content has ${bytes} bytes; ${expected.bytes} were announced.`);
  if (hash.digest('hex') !== expected.sha256)
    throw invalidRequest('The content does not have the SHA-256 hash that was announced.');
  if (held) await send(held);
  to.end();
}

/** Resolves when the stream takes more, or never will again. */
async function writable(stream: PassThrough): Promise<void> {
  const settled = new AbortController();
  const events = ['drain', 'close'].map((event) => once(stream, event, { signal: settled.signal }));
  for (const event of events) event.catch(() => {});
  await Promise.race(events);
  settled.abort();
}

/** The upload ended before it was fed; why, says the upload. */
class Cut extends Error {}
const isCut = (error: unknown) => error instanceof Cut || (error as { name?: string }).name === 'AbortError';

const isMissing = (error: unknown) =>
  ['NotFound', 'NoSuchKey'].includes((error as Error).name) ||
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;

const unreachable = (error: unknown) =>
  (error as Error).name === 'AbortError' ? error : unavailable('The store of media does not answer as it should.', 30, error);
