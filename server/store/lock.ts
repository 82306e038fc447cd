import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A lock that is held until `release` or until the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

/** The folder is in use by another process. */
export class FolderInUseError extends Error {}

/**
 * Makes this process the only one on a data folder.
 *
 * The lock is the operating system's (a lock on the file `lock`, taken through SQLite because Node has no call for it): it is atomic, it
 * ends with the process even after `kill -9`, and a process id that is used again cannot fool it, in another container neither. The
 * file `lock.pid` only tells the refused process whom to name.
 *
 * @throws FolderInUseError that names the folder and the process
 */
export function lockDataFolder(dataDir: string): FolderLock {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, 'lock.pid');
  const file = new DatabaseSync(join(folder, 'lock'));
  try {
    file.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new FolderInUseError(
      `The data folder ${folder} is in use by another Telltale server (process ${readPid(pidFile)}). ` +
        'Stop that one first, or set TELLTALE_DATA_DIR to another folder.',
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      if (file.isOpen) file.close();
    },
  };
}

const SQLITE_BUSY = 5;

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
