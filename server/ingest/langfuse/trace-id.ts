import { createHash } from 'node:crypto';

/**
 * The trace id of an observation whose sender named none: derived from the observation's id, so that a re-send and an update of the
 * same observation find the same trace. 32 hex characters.
 */
export function traceIdWithout(projectId: string, observationId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([projectId, observationId]))
    .digest('hex')
    .slice(0, 32);
}
