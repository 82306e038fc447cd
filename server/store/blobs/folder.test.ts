import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { blobsConformance } from './conformance.ts';
import { openBlobFolder } from './folder.ts';

const temporary = () => mkdtemp(join(tmpdir(), 'telltale-blobs-'));
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

blobsConformance('folder', async () => {
  const folder = await temporary();
  return {
    blobs: await openBlobFolder(folder),
    count: async () => {
      expect(await readdir(join(folder, '.incoming'))).toEqual([]);
      const entries = await readdir(folder, { recursive: true });
      return entries.filter((path) => /[0-9a-f]{64}$/.test(path) && path.includes('/')).length;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

it('refuses content that the disk has no room for', async () => {
  const folder = await temporary();
  try {
    const blobs = await openBlobFolder(folder);
    const huge = blobs.put(
      { projectId: 'p', sha256: hashOf('huge') },
      Readable.from([Buffer.from('huge')]),
      Number.MAX_SAFE_INTEGER,
    );
    await expect(huge).rejects.toMatchObject({ status: 503, message: /no room/ });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('removes what an earlier process left unfinished', async () => {
  const folder = await temporary();
  try {
    const place = { projectId: 'p', sha256: hashOf('whole') };
    await (await openBlobFolder(folder)).put(place, Readable.from([Buffer.from('whole')]), 5);
    await mkdir(join(folder, '.incoming'), { recursive: true });
    await writeFile(join(folder, '.incoming', 'half'), 'ha');
    const again = await openBlobFolder(folder);
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
    expect((await again.open(place))?.bytes).toBe(5);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
