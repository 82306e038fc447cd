import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBlobFolder } from './folder.ts';
import type { Blobs } from './port.ts';

let folder: string;
let blobs: Blobs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-blobs-'));
  blobs = await openBlobFolder(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const put = (projectId: string, text: string, bytes = text.length) =>
  blobs.put({ projectId, sha256: hashOf(text) }, Readable.from([Buffer.from(text)]), bytes);
const read = async (projectId: string, text: string) => {
  const blob = await blobs.open({ projectId, sha256: hashOf(text) });
  return blob && { bytes: blob.bytes, text: (await buffer(blob.read())).toString() };
};

it.each(['p', '../../etc', '.incoming', '..', 'A', 'con.txt', 'ü', 'x'.repeat(500), 'a/b', 'a\\b'])(
  'keeps project %j inside the folder, apart from others',
  async (projectId) => {
    await put('a', 'of the other');
    await put(projectId, 'content');
    await put(projectId, 'content');
    expect(await read(projectId, 'content')).toEqual({ bytes: 7, text: 'content' });
    expect(await readdir(folder)).toHaveLength(3);
    await blobs.deleteProject(projectId);
    await blobs.deleteProject(projectId);
    expect(await read(projectId, 'content')).toBe(null);
    expect(await read('a', 'of the other')).toEqual({ bytes: 12, text: 'of the other' });
  },
);

it('deletes one', async () => {
  await put('p', 'one');
  await put('p', 'two');
  await blobs.delete({ projectId: 'p', sha256: hashOf('one') });
  await blobs.delete({ projectId: 'p', sha256: hashOf('one') });
  expect(await read('p', 'one')).toBe(null);
  expect(await read('p', 'two')).toEqual({ bytes: 3, text: 'two' });
});

it('leaves nothing of what is refused, nor harms what is there', async () => {
  const sha256 = hashOf('right');
  await put('p', 'right');
  const bring = (text: string, bytes: number) => blobs.put({ projectId: 'p', sha256 }, Readable.from([Buffer.from(text)]), bytes);
  await expect(bring('wrong', 5)).rejects.toMatchObject({ status: 400 });
  await expect(bring('righ', 5)).rejects.toMatchObject({ status: 400 });
  await expect(bring('rights', 5)).rejects.toMatchObject({ status: 413 });
  await expect(put('p', 'huge', Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ status: 503, message: /no room/ });
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('ri');
      throw new Error('cut');
    })(),
  );
  await expect(blobs.put({ projectId: 'p', sha256 }, broken, 5)).rejects.toThrow('cut');
  expect(await read('p', 'right')).toEqual({ bytes: 5, text: 'right' });
  expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  expect(await readdir(join(folder, 'p'))).toEqual([sha256]);
});

it('takes no name that is no hash', async () => {
  await expect(blobs.open({ projectId: 'p', sha256: '../secret' })).rejects.toThrow('SHA-256');
});

it('removes what an earlier process left unfinished', async () => {
  await put('p', 'whole');
  await mkdir(join(folder, '.incoming'), { recursive: true });
  await writeFile(join(folder, '.incoming', 'half'), 'ha');
  blobs = await openBlobFolder(folder);
  expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  expect(await read('p', 'whole')).toEqual({ bytes: 5, text: 'whole' });
});
