export { openBlobFolder } from './folder.ts';
export type { Blob, BlobLinks, Blobs, ByteRange } from './port.ts';
export { openBlobBucket, type S3Settings } from './s3.ts';
