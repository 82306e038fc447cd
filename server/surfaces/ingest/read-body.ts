import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import zlib from 'node:zlib';
import { AppError, invalidRequest, tooLarge } from '../../lib/errors.ts';

export interface ReadBodyOptions {
  /** Most bytes after decompression. */
  limit: number;
  /** Told of every chunk kept; what it throws ends the reading. */
  take(bytes: number): void;
}

/** Megabytes as the configuration counts them, for messages. */
const megabytes = (bytes: number): string => `${Number((bytes / 1024 / 1024).toFixed(3))} MB`;

export const overLimit = (limit: number): AppError =>
  tooLarge(
    `The body is larger than ${megabytes(limit)} (after decompression). Send smaller batches, or raise TELLTALE_MAX_BODY_MB.`,
    {
      limit,
    },
  );

/**
 * Reads a request's body whole, decompressed (`gzip`, `deflate`; with or without a content length). Decompression stops at the limit,
 * so a bomb costs no more than the limit. What is left of a refused body is read and thrown away, so that the client gets the answer.
 * @throws AppError 413 over the limit, 400 broken compression or an aborted request, 415 unknown encoding, and what `take` throws
 */
export async function readBody(request: IncomingMessage, { limit, take }: ReadBodyOptions): Promise<Buffer> {
  let decoder: Transform | null = null;
  try {
    if (Number(request.headers['content-length'] ?? 0) > limit) throw overLimit(limit);
    decoder = await decoderFor(request);
    return await collect(request, decoder, (total, bytes) => {
      if (total > limit) throw overLimit(limit);
      take(bytes);
    });
  } catch (error) {
    if (decoder) request.unpipe(decoder);
    decoder?.destroy();
    request.resume();
    throw error;
  }
}

/** @param check told of the bytes so far and those of the new chunk; what it throws ends the reading */
function collect(
  request: IncomingMessage,
  decoder: Transform | null,
  check: (total: number, bytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const source: Readable = decoder ? request.pipe(decoder) : request;
    const keep = (chunk: Buffer) => {
      total += chunk.length;
      try {
        check(total, chunk.length);
        chunks.push(chunk);
      } catch (error) {
        source.off('data', keep);
        reject(error);
      }
    };
    source.on('data', keep);
    source.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, total)));
    decoder?.on('error', (cause) => reject(undecodable(cause)));
    const aborted = () => {
      if (!request.complete) reject(invalidRequest('The request ended before its body did.'));
    };
    request.once('error', aborted).once('close', aborted);
  });
}

const undecodable = (cause?: unknown) => new AppError(400, 'InvalidRequestError', 'Failed to decompress request body', { cause });

/** The decoder that the request's `Content-Encoding` asks for, or null. @throws AppError 415 for one that is not known */
async function decoderFor(request: IncomingMessage): Promise<Transform | null> {
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return null;
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip();
  if (encoding !== 'deflate') throw new AppError(415, 'UnsupportedMediaTypeError', 'Content-Encoding may be gzip or deflate.');
  // "deflate" means the zlib format, but some senders leave its header out: the first byte tells.
  const head = await firstByte(request);
  if (head === null) throw undecodable();
  return (head & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();
}

/** The first byte of a stream, which stays to be read; null when the stream is empty. */
function firstByte(request: IncomingMessage): Promise<number | null> {
  return new Promise((resolve) => {
    const look = () => {
      const head = request.read(1) as Buffer | null;
      if (head !== null) request.unshift(head);
      resolve(head?.[0] ?? null);
    };
    request.once('readable', look).once('close', () => resolve(null));
  });
}
