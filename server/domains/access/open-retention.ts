import { findGoneTraces } from '../../query/find-gone-traces.ts';
import type { Slice, Spine } from '../slice.ts';
import { createRetention, RETENTION_CRON, RETENTION_QUEUE, type RetentionDeps } from './retention.ts';

/** The nightly sweep. It needs those who keep media, which need access in turn; so it is opened after both. */
export function openRetention(spine: Spine, needs: Pick<RetentionDeps, 'media'>): Slice {
  const { analytics, jobs } = spine;
  const retention = createRetention({
    ...spine,
    facts: {
      deleteBefore: analytics.deleteBefore,
      findGoneTraces: (...traces) => findGoneTraces(analytics, ...traces),
    },
    media: needs.media,
  });
  jobs.work(RETENTION_QUEUE, { attempts: 5, backoffSeconds: 300 }, () => retention.sweep());
  jobs.schedule(RETENTION_QUEUE, RETENTION_CRON);
  return { operations: [] };
}
