import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../lib/log.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import type { CommentedReader } from '../commented.ts';

/** The real embedded store in a folder of its own, of facts without comments; `close` removes both. */
export async function openTestStore(): Promise<{ store: AnalyticsStore & CommentedReader; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-query-'));
  const store = await openAnalytics({ dataDir, log: createLogger('silent') });
  return {
    store: { ...store, findCommented: async () => [] },
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
