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
  /** To be read to its end or destroyed. */
  read(range?: ByteRange): Readable;
}

/** Large binary content, by its hash. A resolved `put` is on disk; a broken one leaves nothing. */
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
}
