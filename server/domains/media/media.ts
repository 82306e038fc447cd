import { and, eq, isNull, notInArray, or } from 'drizzle-orm';
import type { ReportMediaUploadInput, RequestMediaUploadInput } from '../../../contract/media.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { conflict, invalidRequest, notFound, tooLarge } from '../../lib/errors.ts';
import type { Blob, Blobs } from '../../store/blobs/index.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { createLinks, type PresentedLink, type SignedLink } from './links.ts';

const { media, mediaLinks } = tables;

type MediaRow = typeof media.$inferSelect;

export interface MediaDeps {
  db: MetadataDb;
  blobs: Blobs;
  clock: Clock;
  /** The server's. */
  secret: string;
  /** Largest content, bytes. */
  maxBytes: number;
}

/** Headers of an upload and its body. */
export interface Upload {
  contentType: string | undefined;
  /** Base64, or none. */
  checksum: string | undefined;
  /** Bytes; undefined when the body comes in chunks. */
  contentLength: number | undefined;
  body: AsyncIterable<Uint8Array>;
}

export interface MediaFacts {
  mediaId: string;
  contentType: string;
  /** Bytes. */
  contentLength: number;
  uploadedAt: string;
  link: SignedLink;
}

/** Pictures, sounds and files that belong to traces and dataset items (contract §1.11). */
export interface Media {
  /**
   * Announces content. `upload` is where it is to be put, or null when it is here already under this type.
   * @throws AppError 413 when it is too large, 409 when other content has its id
   */
  requestUpload(projectId: string, input: RequestMediaUploadInput): Promise<{ mediaId: string; upload: SignedLink | null }>;
  /**
   * Takes the content of a signed link, piece by piece.
   * @throws AppError 403 bad or expired link, 404 unknown media, 413 too long, 400 other type, length or hash than announced
   */
  receive(link: PresentedLink, upload: Upload): Promise<void>;
  /** What a client says of its upload; a failure after a success changes nothing. @throws AppError 404 */
  report(projectId: string, mediaId: string, input: ReportMediaUploadInput): Promise<void>;
  /** With a link to read it. @throws AppError 404 also until it was uploaded and the client said so */
  get(projectId: string, mediaId: string): Promise<MediaFacts>;
  /** The content of a signed link. @throws AppError 403 bad or expired link, 404 */
  open(link: PresentedLink): Promise<{ contentType: string; blob: Blob }>;
}

/** HTTP statuses that a client reports for a good upload. */
const UPLOADED = [200, 201];

export function createMedia({ db, blobs, clock, secret, maxBytes }: MediaDeps): Media {
  const links = createLinks({ secret, clock });
  const own = (projectId: string, id: string) => and(eq(media.projectId, projectId), eq(media.id, id));

  async function find(projectId: string, id: string): Promise<MediaRow> {
    if (!isStorable(id)) throw missing();
    const [row] = await db.select().from(media).where(own(projectId, id));
    if (!row) throw missing();
    return row;
  }

  return {
    async requestUpload(projectId, input) {
      if (input.contentLength > maxBytes) {
        throw tooLarge(`contentLength: the largest media that is taken has ${maxBytes} bytes.`, { limit: maxBytes });
      }
      const mediaId = mediaIdOf(input.sha256Hash);
      const row = await db.transaction((tx) => announce(tx, projectId, mediaId, input, new Date(clock.now())));
      // Contract §8.14: exactly 200. A file that is gone is uploaded again.
      const isHere =
        row.storedAt !== null &&
        row.uploadStatus === 200 &&
        row.contentType === input.contentType &&
        (await blobs.open(placeOf(row))) !== null;
      if (isHere) return { mediaId, upload: null };
      return { mediaId, upload: links.sign({ action: 'upload', projectId, mediaId, contentType: input.contentType }) };
    },

    async receive(link, { contentType, checksum, contentLength, body }) {
      const grant = links.verify(link);
      const row = await find(grant.projectId, grant.mediaId);
      if (essenceOf(contentType) !== grant.contentType) throw invalidRequest(`Content-Type must be ${grant.contentType}.`);
      if (checksum !== undefined && checksum !== row.sha256) {
        throw invalidRequest('x-amz-checksum-sha256 is not the hash that was announced.');
      }
      if (contentLength !== undefined && contentLength !== row.contentLength) {
        const message = `Content-Length is ${contentLength}; ${row.contentLength} bytes were announced.`;
        throw contentLength > row.contentLength ? tooLarge(message) : invalidRequest(message);
      }
      await blobs.put(placeOf(row), body, row.contentLength);
      const kept = await db
        .update(media)
        .set({ storedAt: new Date(clock.now()), contentType: grant.contentType })
        .where(and(own(row.projectId, row.id), eq(media.sha256, row.sha256)))
        .returning({ id: media.id });
      if (kept.length > 0) return;
      // Its project was deleted meanwhile, or other content was announced: nothing would ever lead to this file.
      await blobs.delete(placeOf(row));
      throw missing();
    },

    async report(projectId, mediaId, input) {
      const row = await find(projectId, mediaId);
      const isGood = UPLOADED.includes(input.uploadHttpStatus);
      await db
        .update(media)
        .set({
          uploadStatus: input.uploadHttpStatus,
          uploadError: input.uploadHttpError ?? null,
          uploadedAt: input.uploadedAt,
        })
        .where(
          and(
            own(projectId, row.id),
            isGood ? undefined : or(isNull(media.uploadStatus), notInArray(media.uploadStatus, UPLOADED)),
          ),
        );
    },

    async get(projectId, mediaId) {
      const row = await find(projectId, mediaId);
      if (row.storedAt === null || row.uploadedAt === null || !UPLOADED.includes(row.uploadStatus ?? 0)) {
        throw notFound('Media is not uploaded yet');
      }
      return {
        mediaId: row.id,
        contentType: row.contentType,
        contentLength: row.contentLength,
        uploadedAt: row.uploadedAt.toISOString(),
        link: links.sign({ action: 'read', projectId, mediaId: row.id, contentType: '' }),
      };
    },

    async open(link) {
      const grant = links.verify(link);
      const row = await find(grant.projectId, grant.mediaId);
      const blob = row.storedAt === null ? null : await blobs.open(placeOf(row));
      if (!blob) throw missing();
      return { contentType: row.contentType, blob };
    },
  };
}

const missing = () => notFound('Media not found');

/** The id that clients derive themselves (contract §1.11). @param sha256 base64 */
const mediaIdOf = (sha256: string): string => sha256.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');

const placeOf = ({ projectId, sha256 }: MediaRow) => ({ projectId, sha256: Buffer.from(sha256, 'base64').toString('hex') });

/** A media type without its parameters. */
const essenceOf = (contentType: string | undefined): string => (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();

/** The row of this id, new or as far as it can still change, with what it was announced for. */
async function announce(
  tx: MetadataDb,
  projectId: string,
  id: string,
  input: RequestMediaUploadInput,
  at: Date,
): Promise<MediaRow> {
  const said = { sha256: input.sha256Hash, contentType: input.contentType, contentLength: input.contentLength };
  const own = and(eq(media.projectId, projectId), eq(media.id, id));
  const [created] = await tx
    .insert(media)
    .values({ projectId, id, ...said, createdAt: at })
    .onConflictDoNothing()
    .returning();
  let row = created;
  if (!row) {
    const [current] = await tx.select().from(media).where(own).for('update');
    row = current!;
    if (row.storedAt === null) {
      // Nothing came of what was announced before: it may have been a mistake.
      await tx.update(media).set(said).where(own);
      row = { ...row, ...said };
    } else if (row.sha256 !== input.sha256Hash) {
      throw conflict('Other content has this media id.');
    }
  }
  await tx
    .insert(mediaLinks)
    .values({
      projectId,
      mediaId: id,
      traceId: input.traceId ?? '',
      observationId: input.observationId ?? '',
      datasetId: input.datasetId ?? '',
      datasetItemId: input.datasetItemId ?? '',
      field: input.field,
    })
    .onConflictDoNothing();
  return row;
}
