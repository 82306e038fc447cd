import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { deletedDatasetRuns: deletedRuns } = tables;

/** Remembers that runs are gone: their steps stay and name them still, and a run of the same name has the same id again. */
export async function rememberDeleted(
  tx: MetadataDb,
  projectId: string,
  runIds: readonly string[],
  deletedAt: Date,
): Promise<void> {
  if (runIds.length === 0) return;
  await tx
    .insert(deletedRuns)
    .values(runIds.map((runId) => ({ projectId, runId, deletedAt })))
    .onConflictDoUpdate({ target: [deletedRuns.projectId, deletedRuns.runId], set: { deletedAt } });
}
