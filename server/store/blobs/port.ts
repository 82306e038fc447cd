import type { Readable } from 'node:stream';

/** Where a blob is: equal content of one project is one blob, and projects share none. */
export interface BlobPlace {
  projectId: string;
  /** SHA-256 of the content, 64 lower-case hex characters. */
  sha256: string;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface Blob {
  /** Size of the whole. */
  bytes: number;
  /** What its upload over a link said; undefined where the backend does not keep it. */
  contentType: string | undefined;
  /** To be read to its end or destroyed. */
  read(range?: ByteRange): Readable;
}

/**
 * Large binary content, by its hash. Two backends, one conformance suite (conformance.ts): a folder of this machine and a bucket.
 *
 * - **Durable.** A resolved `put` is kept; a broken one leaves nothing, nor does it harm what is there. The same content again is one
 *   blob.
 * - **Checked.** Content is what its hash says, whichever way it came.
 * - **Apart.** No name of a project leads into another's content, whatever characters it has.
 * - **Memory.** A piece at a time, whatever the size.
 * - **Errors.** `AppError` 503 when the backend has no room or does not answer; anything else is our bug.
 */
export interface Blobs {
  /**
   * Reads the source once, holding a piece of it at a time.
   * @throws AppError 413 when it is longer than `bytes`, 400 when shorter or of another hash, 503 when the disk is full
   */
  put(place: BlobPlace, source: AsyncIterable<Uint8Array>, bytes: number): Promise<void>;
  /** Null when there is none. */
  open(place: BlobPlace): Promise<Blob | null>;
  /** Without effect when there is none. */
  delete(place: BlobPlace): Promise<void>;
  deleteProject(projectId: string): Promise<void>;
  /** Links straight to the backend; null where content goes through this process. */
  links: BlobLinks | null;
  close(): Promise<void>;
}

/** Absolute URLs that carry their own right for a while. */
export interface BlobLinks {
  /** Where links to read lead, e.g. `https://bucket.s3.eu-central-1.amazonaws.com`: what pages must be allowed to load media from. */
  origin(): Promise<string>;
  /** To PUT content to, with `Content-Type` and `x-amz-checksum-sha256` (base64) as told; anything else is refused there. */
  upload(place: BlobPlace, how: { contentType: string; bytes: number; seconds: number }): Promise<string>;
  /** To GET content from, whether or not there is any. `inline`: shown by browsers, else saved to a file. */
  read(place: BlobPlace, how: { contentType: string; inline: boolean; seconds: number }): Promise<string>;
}
