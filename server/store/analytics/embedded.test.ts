import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../lib/log.ts';
import { describeAnalyticsStore } from './conformance.ts';
import { openAnalytics } from './open-analytics.ts';

describeAnalyticsStore('embedded chDB', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-analytics-'));
  return {
    open: () => openAnalytics({ dataDir, log: createLogger('silent') }),
    cleanUp: () => rm(dataDir, { recursive: true, force: true }),
  };
});
