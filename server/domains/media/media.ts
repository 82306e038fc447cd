import { and, asc, eq, inArray, isNull, lt, max, ne, notExists, notInArray, or } from 'drizzle-orm';
import type { ReportMediaUploadInput, RequestMediaUploadInput } from '../../../contract/media.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { conflict, invalidRequest, notFound, tooLarge } from '../../lib/errors.ts';
import type { Blob, Blobs } from '../../store/blobs/index.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { isShown } from './is-shown.ts';
import { createLinks, LINK_LIFETIME_MS, type PresentedLink, type SignedLink } from './links.ts';
import { type FoundReference, referencesIn } from './references.ts';

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
   * @throws AppError 400 when it is too large, 409 when other content has its id
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
  /**
   * References to media in the fields of dataset items, for each item in the order of its fields; references to media that are not here
   * are left out. One look-up for all items.
   */
  referencesOf(projectId: string, items: readonly ItemFields[]): Promise<MediaReference[][]>;
  /** Keeps the media that items refer to, whatever happens to the traces that they came with. */
  linkItems(projectId: string, items: readonly (ItemFields & { id: string; datasetId: string })[]): Promise<void>;
  /** Traces that media were announced for, the last time before that moment. */
  linkedTraces(projectId: string, before: Date): Promise<string[]>;
  /** Traces are gone: so are media that nothing else was announced for. */
  releaseTraces(projectId: string, traceIds: readonly string[]): Promise<void>;
}

/** What of a dataset item may hold references. */
export interface ItemFields {
  input: unknown;
  expectedOutput: unknown;
  metadata: unknown;
}

/** A reference in a dataset item and what it leads to (contract §5.5). */
export type MediaReference = Omit<FoundReference, 'mediaId'> & { media: Omit<MediaFacts, 'uploadedAt'> };

/** HTTP statuses that a client reports for a good upload. */
const UPLOADED = [200, 201];

export function createMedia({ db, blobs, clock, secret, maxBytes }: MediaDeps): Media {
  const links = createLinks({ secret, clock });
  const own = (projectId: string, id: string) => and(eq(media.projectId, projectId), eq(media.id, id));

  const linkTo = async (
    row: MediaRow,
    action: 'upload' | 'read',
    contentType: string,
    contentLength: number,
  ): Promise<SignedLink> => {
    if (!blobs.links) {
      const grant = { projectId: row.projectId, mediaId: row.id };
      return links.sign({ action, ...grant, contentType: action === 'upload' ? contentType : '' });
    }
    const expiresAt = new Date(clock.now() + LINK_LIFETIME_MS);
    const seconds = LINK_LIFETIME_MS / 1000;
    const address =
      action === 'upload'
        ? await blobs.links.upload(placeOf(row), { contentType, bytes: contentLength, seconds })
        : await blobs.links.read(placeOf(row), { contentType, inline: isShown(contentType), seconds });
    return { address, expiresAt };
  };

  /**
   * Content that was put straight into the backend is not seen to arrive: it is looked for when somebody says that it did. Its type is the
   * one that its upload had, which is the one that its link was made for.
   */
  async function noticeArrival(row: MediaRow): Promise<MediaRow> {
    if (!blobs.links) return row;
    const blob = await blobs.open(placeOf(row));
    if (!blob || blob.bytes !== row.contentLength) return row;
    const arrived = { storedAt: row.storedAt ?? new Date(clock.now()), contentType: blob.contentType ?? row.contentType };
    await db
      .update(media)
      .set(arrived)
      .where(and(own(row.projectId, row.id), eq(media.sha256, row.sha256)));
    return { ...row, ...arrived };
  }

  const isUploaded = (row: MediaRow) =>
    row.storedAt !== null && row.uploadedAt !== null && UPLOADED.includes(row.uploadStatus ?? 0);

  const factsOf = async (row: MediaRow) => ({
    mediaId: row.id,
    contentType: row.contentType,
    contentLength: row.contentLength,
    link: await linkTo(row, 'read', row.contentType, row.contentLength),
  });

  async function find(projectId: string, id: string): Promise<MediaRow> {
    if (!isStorable(id)) throw missing();
    const [row] = await db.select().from(media).where(own(projectId, id));
    if (!row) throw missing();
    return row;
  }

  return {
    async requestUpload(projectId, input) {
      if (input.contentLength > maxBytes) {
        const message = `the largest media that is taken has ${maxBytes} bytes`;
        throw invalidRequest(`contentLength: ${message}`, [{ code: 'too_big', path: ['contentLength'], message }]);
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
      return { mediaId, upload: await linkTo(row, 'upload', input.contentType, input.contentLength) };
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
      if (isGood) await noticeArrival(row);
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
      if (!isUploaded(row)) throw notFound('Media is not uploaded yet');
      return { ...(await factsOf(row)), uploadedAt: row.uploadedAt!.toISOString() };
    },

    async open(link) {
      const grant = links.verify(link);
      const row = await find(grant.projectId, grant.mediaId);
      const blob = row.storedAt === null ? null : await blobs.open(placeOf(row));
      if (!blob) throw missing();
      return { contentType: row.contentType, blob };
    },

    async referencesOf(projectId, items) {
      const found = items.map(referencesIn);
      const ids = [...new Set(found.flat().map(({ mediaId }) => mediaId))].filter(isStorable);
      const rows =
        ids.length === 0
          ? []
          : await db
              .select()
              .from(media)
              .where(and(eq(media.projectId, projectId), inArray(media.id, ids)));
      const facts = new Map<string, MediaReference['media']>();
      for (const row of rows) if (isUploaded(row)) facts.set(row.id, await factsOf(row));
      return found.map((references) =>
        references.flatMap(({ mediaId, ...reference }) => {
          const of = facts.get(mediaId);
          return of ? [{ ...reference, media: of }] : [];
        }),
      );
    },

    async linkItems(projectId, items) {
      const named = items.flatMap((item) =>
        referencesIn(item)
          .filter(({ mediaId }) => isStorable(mediaId))
          .map(({ mediaId, field }) => ({ projectId, mediaId, datasetId: item.datasetId, datasetItemId: item.id, field })),
      );
      for (let i = 0; i < named.length; i += LINKED_AT_ONCE) {
        const some = named.slice(i, i + LINKED_AT_ONCE);
        const ids = [...new Set(some.map(({ mediaId }) => mediaId))];
        await db.transaction(async (tx) => {
          // Held, so that the deletion of a trace does not take one away in between.
          const known = await tx
            .select({ id: media.id })
            .from(media)
            .where(and(eq(media.projectId, projectId), inArray(media.id, ids)))
            .orderBy(asc(media.id))
            .for('share');
          const here = new Set(known.map(({ id }) => id));
          const links = some.filter(({ mediaId }) => here.has(mediaId));
          if (links.length > 0) await tx.insert(mediaLinks).values(links).onConflictDoNothing();
        });
      }
    },

    async linkedTraces(projectId, before) {
      const rows = await db
        .select({ traceId: mediaLinks.traceId })
        .from(mediaLinks)
        .where(and(eq(mediaLinks.projectId, projectId), ne(mediaLinks.traceId, '')))
        .groupBy(mediaLinks.traceId)
        .having(lt(max(mediaLinks.createdAt), before));
      return rows.map(({ traceId }) => traceId);
    },

    async releaseTraces(projectId, traceIds) {
      const wanted = traceIds.filter((id) => id !== '' && isStorable(id));
      for (let i = 0; i < wanted.length; i += RELEASED_AT_ONCE) {
        await release(projectId, wanted.slice(i, i + RELEASED_AT_ONCE));
      }
    },
  };

  async function release(projectId: string, traceIds: string[]): Promise<void> {
    await db.transaction(async (tx) => {
      const cut = await tx
        .delete(mediaLinks)
        .where(and(eq(mediaLinks.projectId, projectId), inArray(mediaLinks.traceId, traceIds)))
        .returning({ id: mediaLinks.mediaId });
      if (cut.length === 0) return;
      const those = and(eq(media.projectId, projectId), inArray(media.id, [...new Set(cut.map(({ id }) => id))]));
      // Whoever announces one of them now waits, and then finds it gone; whoever was first is seen by the next statement.
      await tx.select({ id: media.id }).from(media).where(those).orderBy(asc(media.id)).for('update');
      const linked = tx
        .select({ id: mediaLinks.mediaId })
        .from(mediaLinks)
        .where(and(eq(mediaLinks.projectId, media.projectId), eq(mediaLinks.mediaId, media.id)));
      const gone = await tx
        .delete(media)
        .where(and(those, notExists(linked)))
        .returning();
      for (const row of gone) await blobs.delete(placeOf(row));
    });
  }
}

/** References that are kept in one statement: its bound values are limited. */
const LINKED_AT_ONCE = 1000;

/** Traces whose media are taken away in one transaction. */
const RELEASED_AT_ONCE = 100;

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
    // Its last trace was deleted in this very moment.
    if (!current) return announce(tx, projectId, id, input, at);
    row = current;
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
