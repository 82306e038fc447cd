import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from './port.ts';

export interface BlobsUnderTest {
  blobs: Blobs;
  /** Number of blobs that the backend holds of all projects, asked past the port. */
  count(): Promise<number>;
  close(): Promise<void>;
}

const hashOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** What every backend must do (port.ts). */
export function blobsConformance(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`blobs in a ${name}`, () => {
    let under: BlobsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const put = (projectId: string, text: string, bytes = text.length) =>
      under.blobs.put({ projectId, sha256: hashOf(text) }, Readable.from([Buffer.from(text)]), bytes);
    const read = async (projectId: string, text: string) => {
      const blob = await under.blobs.open({ projectId, sha256: hashOf(text) });
      return blob && { bytes: blob.bytes, text: (await buffer(blob.read())).toString() };
    };

    it.each(['p', '../../etc', '.incoming', '..', 'A', 'con.txt', 'ü', 'x'.repeat(500), 'a/b', 'a\\b', ''])(
      'project %j is kept apart from others',
      async (projectId) => {
        await put('a', 'of the other');
        await put(projectId, 'content');
        await put(projectId, 'content');
        expect(await read(projectId, 'content')).toEqual({ bytes: 7, text: 'content' });
        expect(await read(projectId, 'of the other')).toBe(null);
        expect(await under.count()).toBe(2);
        await under.blobs.deleteProject(projectId);
        await under.blobs.deleteProject(projectId);
        expect(await read(projectId, 'content')).toBe(null);
        expect(await read('a', 'of the other')).toEqual({ bytes: 12, text: 'of the other' });
      },
    );

    it('deletes one', async () => {
      await put('p', 'one');
      await put('p', 'two');
      await under.blobs.delete({ projectId: 'p', sha256: hashOf('one') });
      await under.blobs.delete({ projectId: 'p', sha256: hashOf('one') });
      expect(await read('p', 'one')).toBe(null);
      expect(await read('p', 'two')).toEqual({ bytes: 3, text: 'two' });
    });

    it('leaves nothing of what is refused, nor harms what is there', async () => {
      const sha256 = hashOf('right');
      const bring = (pieces: string[], bytes: number, of = sha256) =>
        under.blobs.put({ projectId: 'p', sha256: of }, Readable.from(pieces.map((piece) => Buffer.from(piece))), bytes);
      const broken = () =>
        Readable.from(
          (async function* () {
            yield Buffer.from('ri');
            throw new Error('cut');
          })(),
        );
      await expect(under.blobs.put({ projectId: 'p', sha256 }, broken(), 5)).rejects.toThrow('cut');
      await expect(bring(['wro', 'ng'], 5)).rejects.toMatchObject({ status: 400 });
      expect(await under.count()).toBe(0);
      await put('p', 'right');
      await expect(bring(['wro', 'ng'], 5)).rejects.toMatchObject({ status: 400 });
      await expect(bring(['righ'], 5)).rejects.toMatchObject({ status: 400 });
      await expect(bring(['righ', 'ts'], 5)).rejects.toMatchObject({ status: 413 });
      await expect(under.blobs.put({ projectId: 'p', sha256 }, broken(), 5)).rejects.toThrow('cut');
      expect(await read('p', 'right')).toEqual({ bytes: 5, text: 'right' });
      expect(await under.count()).toBe(1);
    });

    it('keeps content of many pieces, and gives a part of it', async () => {
      const content = randomBytes(3_000_000);
      const place = { projectId: 'p', sha256: hashOf(content) };
      const pieces = (function* () {
        for (let i = 0; i < content.length; i += 70_001) yield content.subarray(i, i + 70_001);
      })();
      await under.blobs.put(place, Readable.from(pieces), content.length);
      const blob = (await under.blobs.open(place))!;
      expect(blob.bytes).toBe(content.length);
      expect((await buffer(blob.read())).equals(content)).toBe(true);
      const part = await buffer(blob.read({ start: 1_000_000, end: 1_999_999 }));
      expect(part.equals(content.subarray(1_000_000, 2_000_000))).toBe(true);
      expect((await buffer(blob.read({ start: 2_999_999, end: 2_999_999 }))).equals(content.subarray(-1))).toBe(true);
    });

    it('takes no name that is no hash', async () => {
      await expect(under.blobs.open({ projectId: 'p', sha256: '../secret' })).rejects.toThrow('SHA-256');
    });
  });
}
