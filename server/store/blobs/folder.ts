import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidRequest, tooLarge, unavailable } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { BlobPlace, Blobs } from './port.ts';
import { requireHash, safeName } from './safe-name.ts';

/** What a blob must leave free on the disk, bytes: the databases beside it need room to go on. */
const LEFT_FREE = 128 * 1024 * 1024;

/** Blobs as files `<folder>/<project>/<sha256>`, written aside and renamed. What an earlier process left unfinished is removed. */
export async function openBlobFolder(folder: string): Promise<Blobs> {
  const incoming = join(folder, '.incoming');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  const folderOf = (projectId: string) => join(folder, safeName(projectId));
  const pathOf = ({ projectId, sha256 }: BlobPlace) => {
    return join(folderOf(projectId), requireHash(sha256));
  };
  return {
    async put(place, source, bytes) {
      const path = pathOf(place);
      const aside = join(incoming, newId());
      try {
        await requireRoom(incoming, bytes);
        const file = await open(aside, 'wx');
        try {
          await write(file, source, { bytes, sha256: place.sha256 });
          await file.sync();
        } finally {
          await file.close();
        }
        await mkdir(folderOf(place.projectId), { recursive: true });
        await rename(aside, path);
        await syncFolder(folderOf(place.projectId));
        await syncFolder(folder);
      } catch (error) {
        await rm(aside, { force: true });
        throw isDiskFull(error) ? diskFull(error) : error;
      }
    },
    async open(place) {
      const path = pathOf(place);
      try {
        const { size } = await stat(path);
        return { bytes: size, contentType: undefined, read: (range) => createReadStream(path, range) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    delete: (place) => rm(pathOf(place), { force: true }),
    deleteProject: (projectId) => rm(folderOf(projectId), { recursive: true, force: true }),
    links: null,
    close: async () => {},
  };
}

async function write(file: FileHandle, source: AsyncIterable<Uint8Array>, expected: { bytes: number; sha256: string }) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > expected.bytes) throw tooLarge(`The content is longer than the ${expected.bytes} bytes that were announced.`);
    hash.update(chunk);
    await file.appendFile(chunk);
  }
  if (bytes < expected.bytes) throw invalidRequest(`The content has ${bytes} bytes; ${expected.bytes} were announced.`);
  if (hash.digest('hex') !== expected.sha256)
    throw invalidRequest('The content does not have the SHA-256 hash that was announced.');
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes + LEFT_FREE) throw diskFull();
}

const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
const diskFull = (cause?: unknown) => unavailable('The server has no room left on its disk for this content.', 60, cause);

/** Makes a rename in the folder outlive a power cut. Windows cannot open folders, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
