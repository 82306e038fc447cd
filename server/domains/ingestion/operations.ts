import type { z } from 'zod';
import { getIngestion, type keyReceipts } from '../../../contract/api/ingestion.ts';
import type { KeyReceipt, Receipts } from '../../ingest/receipts/receipts.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { rememberTraces } from './remember-traces.ts';

export interface IngestionDeps {
  receipts: Receipts;
  /** Bytes waiting to be written, and how many may. */
  buffer(): { bytes: number; limit: number };
  analytics: AnalyticsReader;
}

/** "Why is my trace not here?": what came in by each key of a project, and what was refused. */
export function ingestionOperations({ receipts, buffer, analytics }: IngestionDeps): Implemented[] {
  const hasTraces = rememberTraces(analytics);
  return [
    implement(getIngestion, async ({ projectId }) => ({
      since: new Date(receipts.since).toISOString(),
      keys: receipts.keys(projectId).map(present),
      refusals: receipts.refusals(projectId),
      buffer: buffer(),
      hasTraces: await hasTraces(projectId),
    })),
  ];
}

const present = ({ projectId: _projectId, lastSeen, ...receipt }: KeyReceipt): z.output<typeof keyReceipts> => ({
  ...receipt,
  lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
});
