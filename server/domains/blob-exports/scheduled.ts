import type { Jobs } from '../../jobs/index.ts';
import { createCrypto } from '../../lib/crypto.ts';
import type { Logger } from '../../lib/log.ts';
import { type BlobExports, type BlobExportsDeps, createBlobExports, dueExports } from './blob-exports.ts';
import { type RunExportDeps, runExport } from './run-export.ts';

const RUN = 'blob-export';
const LOOK = 'blob-exports-due';

type Deps = Omit<BlobExportsDeps, 'onDue' | 'crypto'> &
  Omit<RunExportDeps, 'crypto'> & {
    /** The server's. */
    secret: string;
    jobs: Pick<Jobs, 'work' | 'send' | 'schedule'>;
    log: Logger;
  };

/** Exports with their schedule: looked for every minute, one job each. */
export function createScheduledBlobExports({ secret, jobs, log, ...given }: Deps): BlobExports {
  const deps = { ...given, crypto: createCrypto(secret) };
  const { db, clock } = deps;
  const send = (projectId: string) => jobs.send(RUN, { projectId }, { key: projectId });
  // A failed run is tried again by its own schedule, with the time of the next one in view.
  jobs.work<{ projectId: string }>(RUN, { attempts: 1, backoffSeconds: 60, concurrency: 2 }, ({ projectId }) =>
    runExport(deps, projectId),
  );
  jobs.work(LOOK, { attempts: 1, backoffSeconds: 60 }, async () => {
    for (const projectId of await dueExports(db, clock)) await send(projectId);
  });
  jobs.schedule(LOOK, '* * * * *');
  return createBlobExports({
    ...deps,
    // The schedule finds it as well: setting up an export does not fail because the queue does.
    onDue: (projectId) => send(projectId).catch((error) => log.warn({ err: error }, 'an export waits for its schedule')),
  });
}
