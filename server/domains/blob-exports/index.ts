export type { BlobExports } from './blob-exports.ts';
export { exportOperation } from './export-operation.ts';
export { openBlobExports } from './open.ts';
export { blobExportOperations } from './operations.ts';
export { createScheduledBlobExports } from './scheduled.ts';
