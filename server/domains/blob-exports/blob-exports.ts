import { and, asc, eq, inArray, isNull, lte, or } from 'drizzle-orm';
import type { BlobExport, BlobExportStatus, BlobExportSyncStatus, PutBlobExportInput } from '../../../contract/blob-export.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Crypto } from '../../lib/crypto.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import type { Outbound } from '../../lib/outbound.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { blobExports, projects } = tables;

export type BlobExportRow = typeof blobExports.$inferSelect;

export interface BlobExportsDeps {
  db: MetadataDb;
  clock: Clock;
  crypto: Pick<Crypto, 'encrypt' | 'decrypt'>;
  outbound: Pick<Outbound, 'check'>;
  /** Told that an export is due now. */
  onDue(projectId: string): Promise<void>;
}

/**
 * Exports of projects to object stores, as the keys of their organisations set them up (contract §1.17). A project of another
 * organisation is one that does not exist.
 */
export interface BlobExports {
  /**
   * Sets up or changes the export of a project. A new place or a new beginning starts it anew; otherwise it goes on where it was.
   * @throws AppError 404 unknown project, 400 no credentials or an address that may not be used
   */
  put(organisationId: string, input: PutBlobExportInput): Promise<BlobExport>;
  /** Of all projects, by project. */
  list(organisationId: string): Promise<BlobExport[]>;
  /** With how it goes; null when the project has none. */
  find(organisationId: string, projectId: string): Promise<(BlobExport & { syncStatus: BlobExportSyncStatus }) | null>;
  /** @throws AppError 404 */
  status(organisationId: string, projectId: string): Promise<BlobExportStatus>;
  /** What was exported stays where it is. @throws AppError 404 */
  delete(organisationId: string, projectId: string): Promise<void>;
}

/** Neither given, nor stored for this access key. */
export class CredentialsNeeded extends AppError {
  constructor() {
    super(400, 'InvalidRequestError', 'accessKeyId and secretAccessKey are needed.');
  }
}

export const secretContext = (projectId: string) => `blob-exports/${projectId}`;

export function createBlobExports({ db, clock, crypto, outbound, onDue }: BlobExportsDeps): BlobExports {
  async function getRow(organisationId: string, projectId: string): Promise<BlobExportRow> {
    const rows = isStorable(projectId) ? await select(organisationId, projectId) : [];
    if (!rows[0]) throw notFound('Blob storage integration not found');
    return rows[0];
  }

  async function select(organisationId: string, projectId?: string): Promise<BlobExportRow[]> {
    const rows = await db
      .select({ row: blobExports })
      .from(blobExports)
      .innerJoin(projects, eq(projects.id, blobExports.projectId))
      .where(
        and(
          eq(projects.organisationId, organisationId),
          isNull(projects.deletedAt),
          projectId === undefined ? undefined : eq(projects.id, projectId),
        ),
      )
      .orderBy(asc(blobExports.projectId));
    return rows.map(({ row }) => row);
  }

  return {
    async put(organisationId, input) {
      const { projectId } = input;
      const [project] = await db
        .select({ id: projects.id })
        .from(projects)
        .where(and(eq(projects.id, projectId), eq(projects.organisationId, organisationId), isNull(projects.deletedAt)));
      if (!project) throw notFound('Project not found');
      if (input.endpoint) await outbound.check(input.endpoint);
      const at = new Date(clock.now());
      const saved = await db.transaction(async (tx) => {
        const [former] = await tx.select().from(blobExports).where(eq(blobExports.projectId, projectId)).for('update');
        const accessKeyId = input.accessKeyId ?? former?.accessKeyId;
        const secretAccessKey = input.secretAccessKey
          ? crypto.encrypt(input.secretAccessKey, secretContext(projectId))
          : accessKeyId === former?.accessKeyId
            ? former?.secretAccessKey
            : undefined;
        if (!accessKeyId || !secretAccessKey) throw new CredentialsNeeded();
        const settings = {
          type: input.type,
          bucketName: input.bucketName,
          endpoint: input.endpoint ?? null,
          region: input.region,
          accessKeyId,
          secretAccessKey,
          prefix: input.prefix ?? '',
          exportFrequency: input.exportFrequency,
          enabled: input.enabled,
          forcePathStyle: input.forcePathStyle,
          fileType: input.fileType,
          exportMode: input.exportMode,
          exportStartDate: input.exportStartDate ?? null,
          compressed: input.compressed ?? true,
          exportSource: input.exportSource ?? ('LEGACY_TRACES_OBSERVATIONS' as const),
          exportFieldGroups: input.exportFieldGroups ?? null,
        };
        const isAnew = !former || placeAndBeginning(former) !== placeAndBeginning(settings);
        const since =
          isAnew || settings.exportMode !== former.exportMode
            ? sinceOf(settings.exportMode, settings.exportStartDate, at)
            : former.since;
        const row = {
          ...settings,
          since,
          updatedAt: at,
          // What was due stays due; what is switched on is due now.
          nextSyncAt: !settings.enabled ? null : isAnew || !former.nextSyncAt ? at : former.nextSyncAt,
          ...(isAnew
            ? {
                revision: (former?.revision ?? 0) + 1,
                watermark: 0,
                windowUntil: null,
                lastSyncAt: null,
                lastError: null,
                lastErrorAt: null,
              }
            : {}),
        };
        const [written] = await tx
          .insert(blobExports)
          .values({ projectId, createdAt: at, ...row })
          .onConflictDoUpdate({ target: blobExports.projectId, set: row })
          .returning();
        return written!;
      });
      if (saved.enabled && saved.nextSyncAt && saved.nextSyncAt <= at) await onDue(projectId);
      return shown(saved);
    },

    list: async (organisationId) => (await select(organisationId)).map(shown),

    async find(organisationId, projectId) {
      const [row] = isStorable(projectId) ? await select(organisationId, projectId) : [];
      return row ? { ...shown(row), syncStatus: syncStatus(row, clock.now()) } : null;
    },

    async status(organisationId, projectId) {
      const row = await getRow(organisationId, projectId);
      const { id, enabled, lastSyncAt, nextSyncAt, lastError, lastErrorAt } = shown(row);
      return {
        id,
        projectId: id,
        syncStatus: syncStatus(row, clock.now()),
        enabled,
        lastSyncAt,
        nextSyncAt,
        lastError,
        lastErrorAt,
      };
    },

    async delete(organisationId, projectId) {
      const row = await getRow(organisationId, projectId);
      await db.delete(blobExports).where(eq(blobExports.projectId, row.projectId));
    },
  };
}

/** Projects whose export is due. */
export async function dueExports(db: MetadataDb, clock: Clock): Promise<string[]> {
  const now = new Date(clock.now());
  const rows = await db
    .select({ projectId: blobExports.projectId })
    .from(blobExports)
    .where(
      and(
        eq(blobExports.enabled, true),
        lte(blobExports.nextSyncAt, now),
        or(isNull(blobExports.runningUntil), lte(blobExports.runningUntil, now)),
        inArray(blobExports.projectId, db.select({ id: projects.id }).from(projects).where(isNull(projects.deletedAt))),
      ),
    );
  return rows.map(({ projectId }) => projectId);
}

type Settings = Pick<
  BlobExportRow,
  'type' | 'bucketName' | 'endpoint' | 'prefix' | 'exportMode' | 'exportStartDate' | 'exportSource'
>;

/** What makes it another export when it changes. */
const placeAndBeginning = ({ type, bucketName, endpoint, prefix, exportMode, exportStartDate, exportSource }: Settings) =>
  JSON.stringify([type, bucketName, endpoint, prefix, exportMode, exportStartDate?.toISOString() ?? null, exportSource]);

/** From when on facts are exported: always, today (UTC), or a date. */
function sinceOf(mode: BlobExportRow['exportMode'], date: Date | null, at: Date): Date | null {
  if (mode === 'FULL_HISTORY') return null;
  return mode === 'FROM_CUSTOM_DATE' ? date : new Date(Math.floor(at.getTime() / 86_400_000) * 86_400_000);
}

function syncStatus(row: BlobExportRow, now: number): BlobExportSyncStatus {
  if (row.runningUntil && row.runningUntil.getTime() > now) return 'running';
  if (!row.enabled) return 'disabled';
  if (row.lastErrorAt && (!row.lastSyncAt || row.lastErrorAt > row.lastSyncAt)) return 'error';
  if (row.nextSyncAt && row.nextSyncAt.getTime() <= now) return 'queued';
  return row.lastSyncAt ? 'up_to_date' : 'idle';
}

const iso = (date: Date | null) => date?.toISOString() ?? null;

const shown = (row: BlobExportRow): BlobExport => ({
  id: row.projectId,
  projectId: row.projectId,
  type: row.type,
  bucketName: row.bucketName,
  endpoint: row.endpoint,
  region: row.region,
  accessKeyId: row.accessKeyId,
  prefix: row.prefix,
  exportFrequency: row.exportFrequency,
  enabled: row.enabled,
  forcePathStyle: row.forcePathStyle,
  fileType: row.fileType,
  exportMode: row.exportMode,
  exportStartDate: iso(row.exportStartDate),
  compressed: row.compressed,
  exportSource: row.exportSource,
  exportFieldGroups: row.exportFieldGroups,
  nextSyncAt: iso(row.nextSyncAt),
  lastSyncAt: iso(row.lastSyncAt),
  lastError: row.lastError,
  lastErrorAt: iso(row.lastErrorAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
