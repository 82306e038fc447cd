import { createMailer } from '../../notify/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { type AccessDomain, createAccess } from './create-access.ts';
import type { ClearFacts } from './project-deletion.ts';

const DELETION_QUEUE = 'project-deletion';

/** @param clearDemo deletes the demo's facts from a project, and only those */
export function openAccess(spine: Spine, needs: { clearDemo: ClearFacts }): AccessDomain & Slice {
  const { config, version, analytics, blobs, jobs } = spine;
  const access = createAccess({
    ...spine,
    clearFacts: async (projectId) => {
      await analytics.deleteProject(projectId);
      await blobs.deleteProject(projectId);
    },
    queueDeletion: (projectId) => jobs.send(DELETION_QUEUE, { projectId }, { key: projectId }),
    clearDemo: needs.clearDemo,
    sendMail: config.smtp && createMailer(config.smtp),
    serverFacts: () => {
      const { url, grpcPort } = spine.address();
      return { version, publicUrl: config.publicUrl ?? url, otlpGrpcPort: grpcPort };
    },
  });
  jobs.work<{ projectId: string }>(DELETION_QUEUE, { attempts: 10, backoffSeconds: 30 }, ({ projectId }) =>
    access.finishDeletion(projectId),
  );
  return {
    ...access,
    part: { name: 'access', drain: () => access.drain() },
    begin: () => void access.resumeDeletions(),
  };
}
