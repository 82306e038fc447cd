import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../lib/log.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';

/** The real embedded store in a folder of its own; `close` removes both. */
export async function openTestStore(): Promise<{ store: AnalyticsStore; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-query-'));
  const store = await openAnalytics({ dataDir, log: createLogger('silent') });
  return {
    store,
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
