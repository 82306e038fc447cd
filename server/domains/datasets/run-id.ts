import { createHash } from 'node:crypto';

/**
 * Id of the run of a name over a dataset. SDKs that write no links between items and traces make the same one for their spans and scores
 * (contract §0.5), so that one run is one experiment, whichever of them wrote it.
 */
export function runIdOf(run: { projectId: string; datasetId: string; name: string }): string {
  const named = JSON.stringify(['langfuse-experiment-v1', run.projectId, run.datasetId, run.name]);
  return createHash('sha256').update(named).digest('hex').slice(0, 16);
}
