import { createHash } from 'node:crypto';
import { and, eq, inArray, notExists } from 'drizzle-orm';
import { MAX_SKILL_BYTES, SKILL_FILE, type SkillFileInput } from '../../../contract/skill.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { skillBlobs: blobs, skillFiles: files } = tables;

type Db = Pick<MetadataDb, 'select' | 'insert' | 'delete'>;

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('base64');

/**
 * Keeps the texts that are given and finds those that are named by their hashes.
 * @returns the blob's id of each path, and the text of SKILL.md
 * @throws AppError 400 for a hash that the project does not have, and for more bytes than a version may have
 */
export async function keepBlobs(
  tx: Db,
  projectId: string,
  given: readonly SkillFileInput[],
): Promise<{ blobIds: Map<string, string>; skillFile: string }> {
  const wanted = given.map(({ path, content, sha256Hash }) => ({ path, content, sha256: sha256Hash ?? sha256Of(content ?? '') }));
  const texts = new Map(wanted.flatMap(({ content, sha256 }) => (content === undefined ? [] : [[sha256, content]])));
  if (texts.size > 0) {
    const rows = [...texts].map(([sha256, content]) => {
      return { id: newId(), projectId, sha256, content, contentLength: Buffer.byteLength(content) };
    });
    await tx
      .insert(blobs)
      .values(rows)
      .onConflictDoNothing({ target: [blobs.projectId, blobs.sha256] });
  }
  const hashes = [...new Set(wanted.map(({ sha256 }) => sha256))];
  const known = await tx
    .select()
    .from(blobs)
    .where(and(eq(blobs.projectId, projectId), inArray(blobs.sha256, hashes)));
  const byHash = new Map(known.map((blob) => [blob.sha256, blob]));
  const found = wanted.map(({ path, sha256 }) => {
    const blob = byHash.get(sha256);
    if (!blob) throw invalidRequest(`${path}: the project has no file of this sha256Hash. Give its content.`);
    return { path, blob };
  });
  const bytes = found.reduce((sum, { blob }) => sum + blob.contentLength, 0);
  if (bytes > MAX_SKILL_BYTES) {
    throw invalidRequest(`The files have ${bytes} bytes together; a version may have ${MAX_SKILL_BYTES}.`);
  }
  return {
    blobIds: new Map(found.map(({ path, blob }) => [path, blob.id])),
    skillFile: found.find(({ path }) => path === SKILL_FILE)!.blob.content,
  };
}

/** Forgets the texts of a project that no version holds any more. */
export async function dropUnusedBlobs(tx: Db, projectId: string): Promise<void> {
  const users = tx.select({ id: files.id }).from(files).where(eq(files.blobId, blobs.id));
  await tx.delete(blobs).where(and(eq(blobs.projectId, projectId), notExists(users)));
}
