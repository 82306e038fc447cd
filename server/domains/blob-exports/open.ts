import type { Slice, Spine } from '../slice.ts';
import type { BlobExports } from './blob-exports.ts';
import { exportOperation } from './export-operation.ts';
import { blobExportOperations } from './operations.ts';
import { createScheduledBlobExports } from './scheduled.ts';

export function openBlobExports(
  spine: Spine,
  needs: { findProject: Parameters<typeof blobExportOperations>[1] },
): BlobExports & Slice {
  const blobExports = createScheduledBlobExports({ ...spine, reader: spine.analytics });
  return {
    ...blobExports,
    operations: [exportOperation(spine.analytics), ...blobExportOperations(blobExports, needs.findProject)],
  };
}
