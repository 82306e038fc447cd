import type { SyncState } from './prompt-file.ts';

/** One side of a prompt: what it says and which labels it has (never `latest`). */
export interface Side {
  hash: string;
  labels: readonly string[];
}
export interface ServerSide extends Side {
  version: number;
}

export type Conflict =
  /** File and server were changed since they last agreed. */
  | 'both changed'
  /** They differ and never agreed. */
  | 'never synced'
  /** It was deleted on the server and changed in the file. */
  | 'deleted on the server';

/** What is to be done about one prompt, and why. */
export type Decision =
  | { action: 'nothing' }
  /** Same on both sides; only the state in the file is old. */
  | { action: 'remember' }
  | { action: 'create'; labels: string[] }
  | { action: 'new version'; labels: string[] }
  | { action: 'move labels'; labels: string[] }
  | { action: 'write file' }
  | { action: 'delete file' }
  /** Only the other side changed: it is for the other direction. */
  | { action: 'leave'; reason: 'the server is newer' | 'the file is newer' | 'not on the server' | 'deleted on the server' }
  | { action: 'conflict'; conflict: Conflict };

interface Input {
  /** Undefined: there is no file. */
  file?: Side;
  /** As of the last sync, out of the file. */
  synced?: SyncState;
  /** Undefined: there is no such prompt. */
  server?: ServerSide;
  /** The side that is pushed or pulled wins where both changed. */
  force: boolean;
}

const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((each) => b.includes(each));

function changes({ file, synced, server }: Input) {
  return {
    fileChanged: file !== undefined && file.hash !== synced?.hash,
    serverChanged: server !== undefined && (server.version !== synced?.version || server.hash !== synced.hash),
  };
}

/** What `push` does with a file. The server stays as it is unless the file changed since both agreed. */
export function decidePush(input: Input & { file: Side }): Decision {
  const { file, synced, server, force } = input;
  const { fileChanged, serverChanged } = changes(input);
  if (!server) {
    if (!synced || force) return { action: 'create', labels: [...file.labels] };
    return fileChanged
      ? { action: 'conflict', conflict: 'deleted on the server' }
      : { action: 'leave', reason: 'deleted on the server' };
  }
  if (file.hash === server.hash) return decideLabels(file, synced, server, force);
  if (fileChanged && serverChanged && !force) return { action: 'conflict', conflict: synced ? 'both changed' : 'never synced' };
  if (!fileChanged && !force) return { action: 'leave', reason: 'the server is newer' };
  return { action: 'new version', labels: withoutTaken(file, synced, server, force) };
}

/** Labels of the file without those that somebody moved on the server, away from the version, since both agreed: a rollback stays one. */
function withoutTaken(file: Side, synced: SyncState | undefined, server: ServerSide, force: boolean): string[] {
  if (force) return [...file.labels];
  return file.labels.filter((label) => server.labels.includes(label) || !synced?.labels.includes(label));
}

/** Labels that were added in the file move to the version. One that was taken out of the file stays: the API only moves labels. */
function decideLabels(file: Side, synced: SyncState | undefined, server: ServerSide, force: boolean): Decision {
  const labels = withoutTaken(file, synced, server, force).filter((label) => !server.labels.includes(label));
  if (labels.length > 0) return { action: 'move labels', labels };
  const current = synced && synced.version === server.version && synced.hash === server.hash;
  return current ? { action: 'nothing' } : { action: 'remember' };
}

/** What `pull` does with a prompt or a file. The file stays as it is unless the server changed since both agreed. */
export function decidePull(input: Input & { prune: boolean }): Decision {
  const { file, synced, server, force, prune } = input;
  const { fileChanged, serverChanged } = changes(input);
  if (!server) {
    if (!synced) return { action: 'leave', reason: 'not on the server' };
    if (!prune) return { action: 'leave', reason: 'deleted on the server' };
    return fileChanged && !force ? { action: 'conflict', conflict: 'deleted on the server' } : { action: 'delete file' };
  }
  if (!file) return { action: 'write file' };
  if (file.hash === server.hash) {
    const current = synced && !serverChanged && sameSet(synced.labels, server.labels);
    if (current) return sameSet(file.labels, server.labels) || !force ? { action: 'nothing' } : { action: 'write file' };
    const labelsInFile = !sameSet(file.labels, synced?.labels ?? []);
    // Labels that were edited in the file are for push; only what both know is brought up to date.
    return sameSet(file.labels, server.labels) || (labelsInFile && !force) ? { action: 'remember' } : { action: 'write file' };
  }
  if (fileChanged && serverChanged && !force) return { action: 'conflict', conflict: synced ? 'both changed' : 'never synced' };
  if (!serverChanged && !force) return { action: 'leave', reason: 'the file is newer' };
  return { action: 'write file' };
}
