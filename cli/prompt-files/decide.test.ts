import { describe, expect, it } from 'vitest';
import { decidePull, decidePush, type ServerSide, type Side } from './decide.ts';

const side = (hash: string, labels: string[] = []): Side => ({ hash, labels });
const server = (version: number, hash: string, labels: string[] = []): ServerSide => ({ version, hash, labels });
const synced = (version: number, hash: string, labels: string[] = []) => ({ version, hash, labels });
const push = (given: Partial<Parameters<typeof decidePush>[0]> & { file: Side }) => decidePush({ force: false, ...given });
const pull = (given: Partial<Parameters<typeof decidePull>[0]>) => decidePull({ force: false, prune: false, ...given });

describe('push', () => {
  it('creates what is not there', () => {
    expect(push({ file: side('a', ['production']) })).toEqual({ action: 'create', labels: ['production'] });
  });
  it('does nothing when nothing changed', () => {
    expect(push({ file: side('a'), synced: synced(1, 'a'), server: server(1, 'a') })).toEqual({ action: 'nothing' });
  });
  it('makes a version when only the file changed', () => {
    const decision = push({
      file: side('b', ['production']),
      synced: synced(1, 'a', ['production']),
      server: server(1, 'a', ['production']),
    });
    expect(decision).toEqual({ action: 'new version', labels: ['production'] });
  });
  it('leaves a newer server alone, unless forced', () => {
    const given = { file: side('a'), synced: synced(1, 'a'), server: server(2, 'b') };
    expect(push(given)).toEqual({ action: 'leave', reason: 'the server is newer' });
    expect(push({ ...given, force: true })).toEqual({ action: 'new version', labels: [] });
  });
  it('is in conflict when both changed, unless forced', () => {
    const given = { file: side('c'), synced: synced(1, 'a'), server: server(2, 'b') };
    expect(push(given)).toEqual({ action: 'conflict', conflict: 'both changed' });
    expect(push({ ...given, force: true }).action).toBe('new version');
  });
  it('is not in conflict when both changed to the same', () => {
    expect(push({ file: side('b'), synced: synced(1, 'a'), server: server(2, 'b') })).toEqual({ action: 'remember' });
  });
  it('is in conflict with a prompt that it never saw', () => {
    expect(push({ file: side('a'), server: server(4, 'b') })).toEqual({ action: 'conflict', conflict: 'never synced' });
    expect(push({ file: side('a'), server: server(4, 'a') })).toEqual({ action: 'remember' });
  });
  it('does not bring back what was deleted, unless the file changed and it is forced', () => {
    expect(push({ file: side('a'), synced: synced(1, 'a') })).toEqual({ action: 'leave', reason: 'deleted on the server' });
    const changed = { file: side('b'), synced: synced(1, 'a') };
    expect(push(changed)).toEqual({ action: 'conflict', conflict: 'deleted on the server' });
    expect(push({ ...changed, force: true })).toEqual({ action: 'create', labels: [] });
  });
  it('moves labels that were added in the file, and no others', () => {
    const given = {
      file: side('a', ['production', 'eu']),
      synced: synced(1, 'a', ['production']),
      server: server(1, 'a', ['production', 'x']),
    };
    expect(push(given)).toEqual({ action: 'move labels', labels: ['eu'] });
  });
  it('does not undo a rollback: a label that the server took away stays away, also from a new version', () => {
    const taken = { synced: synced(3, 'a', ['production']), server: server(3, 'a', []) };
    expect(push({ file: side('a', ['production']), ...taken })).toEqual({ action: 'nothing' });
    expect(push({ file: side('b', ['production', 'new']), ...taken })).toEqual({ action: 'new version', labels: ['new'] });
    expect(push({ file: side('a', ['production']), ...taken, force: true })).toEqual({
      action: 'move labels',
      labels: ['production'],
    });
  });
});

describe('pull', () => {
  it('writes what is not there', () => {
    expect(pull({ server: server(1, 'a') })).toEqual({ action: 'write file' });
  });
  it('does nothing when nothing changed', () => {
    expect(pull({ file: side('a'), synced: synced(1, 'a'), server: server(1, 'a') })).toEqual({ action: 'nothing' });
  });
  it('writes what is newer on the server', () => {
    expect(pull({ file: side('a'), synced: synced(1, 'a'), server: server(2, 'b') })).toEqual({ action: 'write file' });
  });
  it('leaves changed files alone, unless forced', () => {
    const given = { file: side('b'), synced: synced(1, 'a'), server: server(1, 'a') };
    expect(pull(given)).toEqual({ action: 'leave', reason: 'the file is newer' });
    expect(pull({ ...given, force: true })).toEqual({ action: 'write file' });
  });
  it('is in conflict when both changed, unless forced', () => {
    const given = { file: side('c'), synced: synced(1, 'a'), server: server(2, 'b') };
    expect(pull(given)).toEqual({ action: 'conflict', conflict: 'both changed' });
    expect(pull({ ...given, force: true })).toEqual({ action: 'write file' });
  });
  it('remembers a version that says the same', () => {
    expect(pull({ file: side('a'), synced: synced(1, 'a'), server: server(2, 'a') })).toEqual({ action: 'remember' });
  });
  it('brings labels that moved on the server, but not over labels that were edited in the file', () => {
    const moved = { synced: synced(1, 'a', ['production']), server: server(1, 'a', []) };
    expect(pull({ file: side('a', ['production']), ...moved })).toEqual({ action: 'write file' });
    expect(pull({ file: side('a', ['production', 'eu']), ...moved })).toEqual({ action: 'remember' });
  });
  it('deletes files of deleted prompts only when asked, and changed ones only when forced', () => {
    const gone = { file: side('a'), synced: synced(1, 'a') };
    expect(pull(gone)).toEqual({ action: 'leave', reason: 'deleted on the server' });
    expect(pull({ ...gone, prune: true })).toEqual({ action: 'delete file' });
    const changed = { file: side('b'), synced: synced(1, 'a'), prune: true };
    expect(pull(changed)).toEqual({ action: 'conflict', conflict: 'deleted on the server' });
    expect(pull({ ...changed, force: true })).toEqual({ action: 'delete file' });
    expect(pull({ file: side('a'), prune: true, force: true })).toEqual({ action: 'leave', reason: 'not on the server' });
  });
});
