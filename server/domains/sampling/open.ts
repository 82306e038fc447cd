import type { Slice, Spine } from '../slice.ts';
import { createFindReferred } from './find-referred.ts';
import { samplingOperations } from './operations.ts';
import { createSampling } from './sampling.ts';

const QUEUE = 'sampling';
/** Each minute; what settles meanwhile waits for the next. */
const CRON = '* * * * *';

/** Rules of sampling, and the sweep that carries them out. */
export function openSampling({ db, clock, log, analytics, jobs }: Spine): Slice {
  const sampling = createSampling({
    ...{ db, clock, log, reader: analytics },
    findReferred: createFindReferred(db),
    deleteTraces: analytics.deleteTraces,
  });
  jobs.work(QUEUE, { attempts: 1, backoffSeconds: 60 }, () => sampling.sweep());
  jobs.schedule(QUEUE, CRON);
  return { operations: samplingOperations(sampling) };
}
