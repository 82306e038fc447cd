import { chmod, mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Rights that others than the owner have. */
const OTHERS = 0o077;

/**
 * Makes the data folder, or takes from it what earlier versions left to other accounts of the machine: folders 0700, files 0600. The walk
 * is done once: a folder that is closed at the top was closed to its bottom. Does nothing on Windows, which has other rights.
 */
export async function closeToOthers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32' || ((await stat(folder)).mode & OTHERS) === 0) return;
  await closeBelow(folder);
  // Last, so that a walk that was broken off is done again.
  await chmod(folder, 0o700);
}

async function closeBelow(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await closeBelow(path);
      await chmod(path, 0o700);
    } else if (entry.isFile()) {
      await chmod(path, 0o600);
    }
  }
}

/** Bytes that an ordinary account may still write to the file system of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
