export { openBlobFolder } from './folder.ts';
export type { Blob, Blobs, ByteRange } from './port.ts';
