import { createHash } from 'node:crypto';

/** A project's id where that can be a folder's name on every system (some ignore case), else a hash of it. */
export const safeName = (projectId: string): string =>
  /^[a-z0-9][a-z0-9_-]{0,99}$/.test(projectId) ? projectId : `~${createHash('sha256').update(projectId).digest('hex')}`;

/** The hash, if it is one: it becomes part of a path. */
export function requireHash(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('A blob is named by the hex SHA-256 of its content.');
  return sha256;
}
