import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { and, eq, isNull, lte, or } from 'drizzle-orm';
import type { Clock } from '../../lib/clock.ts';
import type { Crypto } from '../../lib/crypto.ts';
import { type Outbound, OutboundRefused } from '../../lib/outbound.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type BlobExportRow, secretContext } from './blob-exports.ts';
import { openDestination } from './destinations.ts';
import { CONTENT_TYPES, extensionOf, fileOf } from './formats.ts';
import { changedTable, TABLES_OF } from './tables.ts';

const { blobExports } = tables;

export interface RunExportDeps {
  db: MetadataDb;
  reader: AnalyticsReader;
  clock: Clock;
  crypto: Pick<Crypto, 'decrypt'>;
  outbound: Pick<Outbound, 'lookup' | 'checkHost'>;
  /** Told of a run that failed, with a message for people. */
  onFailed?(projectId: string, message: string): Promise<void>;
}

/**
 * What was written this long ago can be read, ms. Rows get their time of writing before they are there: they wait for their turn, and an
 * insert may take as long as the store lets it (2 minutes over the network).
 */
const SETTLED_MS = 5 * 60_000;
/** A process that exports says so again within this time, ms. */
const LEASE_MS = 5 * 60_000;
/** After a failure, ms, unless the next run is earlier anyway. */
const RETRY_MS = 10 * 60_000;

const MINUTE = 60_000;
const INTERVALS: Record<BlobExportRow['exportFrequency'], number> = {
  every_20_minutes: 20 * MINUTE,
  hourly: 60 * MINUTE,
  daily: 24 * 60 * MINUTE,
  weekly: 7 * 24 * 60 * MINUTE,
};

/**
 * Exports what was written since the last run, one file for each table: `<prefix><project>/<table>/<end of the span>.<type>`. The span is
 * settled before anything is written and is kept until all its files are there, so a run that is repeated writes the same files again:
 * nothing is missed, nothing is there twice. Does nothing when the export is switched off or another process is at it.
 * @throws what kept it from its end, after it was recorded
 */
export async function runExport(deps: RunExportDeps, projectId: string): Promise<void> {
  const { db, clock } = deps;
  const row = await claim(db, clock, projectId);
  if (!row) return;
  const own = and(eq(blobExports.projectId, projectId), eq(blobExports.revision, row.revision));
  const lease = setInterval(() => {
    void db
      .update(blobExports)
      .set({ runningUntil: new Date(clock.now() + LEASE_MS) })
      .where(own)
      .catch(() => {});
  }, LEASE_MS / 3);
  try {
    await writeFiles(deps, row);
    const at = clock.now();
    await db
      .update(blobExports)
      .set({
        watermark: row.windowUntil!,
        windowUntil: null,
        lastSyncAt: new Date(at),
        lastError: null,
        lastErrorAt: null,
        nextSyncAt: new Date(at + INTERVALS[row.exportFrequency]),
      })
      .where(own);
  } catch (error) {
    const at = clock.now();
    const message = messageOf(error);
    await db
      .update(blobExports)
      .set({
        lastError: message,
        lastErrorAt: new Date(at),
        nextSyncAt: new Date(at + Math.min(RETRY_MS, INTERVALS[row.exportFrequency])),
      })
      .where(own);
    await deps.onFailed?.(projectId, message);
    throw error;
  } finally {
    clearInterval(lease);
    await db.update(blobExports).set({ runningUntil: null }).where(eq(blobExports.projectId, projectId));
  }
}

/** Takes the export and settles its span; null when it is not to be done. */
async function claim(db: MetadataDb, clock: Clock, projectId: string): Promise<BlobExportRow | null> {
  return db.transaction(async (tx) => {
    const now = new Date(clock.now());
    const free = or(isNull(blobExports.runningUntil), lte(blobExports.runningUntil, now));
    const [row] = await tx
      .select()
      .from(blobExports)
      .where(and(eq(blobExports.projectId, projectId), eq(blobExports.enabled, true), free))
      .for('update');
    if (!row) return null;
    const windowUntil = row.windowUntil ?? Math.max(row.watermark, (clock.now() - SETTLED_MS) * 1000);
    const [claimed] = await tx
      .update(blobExports)
      .set({ windowUntil, runningUntil: new Date(clock.now() + LEASE_MS) })
      .where(eq(blobExports.projectId, projectId))
      .returning();
    return claimed!;
  });
}

async function writeFiles({ reader, crypto, outbound }: RunExportDeps, row: BlobExportRow): Promise<void> {
  const { projectId, fileType, compressed } = row;
  const secretAccessKey = crypto.decrypt(row.secretAccessKey, secretContext(projectId));
  const destination = await openDestination({ ...row, secretAccessKey }, outbound);
  const changes = { after: row.watermark, until: row.windowUntil!, since: row.since ? row.since.getTime() * 1000 : undefined };
  const name = new Date(row.windowUntil! / 1000).toISOString().replaceAll(':', '-') + extensionOf(fileType, compressed);
  const isWrapped = compressed && fileType !== 'PARQUET';
  try {
    for (const table of TABLES_OF[row.exportSource]) {
      const file = fileOf(changedTable(reader, projectId, table, changes, row.exportFieldGroups), fileType, { compressed });
      await destination.write(
        `${row.prefix}${projectId}/${table}/${name}`,
        isWrapped ? gzipped(file) : file,
        isWrapped ? 'application/gzip' : CONTENT_TYPES[fileType],
      );
    }
  } finally {
    destination.close();
  }
}

/** A failure to read ends the stream with that failure. */
const gzipped = (content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(Readable.from(content, { objectMode: false }), createGzip(), () => {});

/** What a person may be shown of a failure: what the store or the network said, no keys. */
function messageOf(error: unknown): string {
  const refused = [error, (error as Error).cause].find((each) => each instanceof OutboundRefused);
  if (refused) return refused.message;
  const { name, message, code } = error as Error & { code?: string };
  return [name === 'Error' ? code : name, message].filter(Boolean).join(': ').slice(0, 1000) || 'The export failed.';
}
