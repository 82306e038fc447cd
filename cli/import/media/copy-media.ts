import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { ImportRun, MediaCopier, MediaOwner } from '../import-run.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';
import { DownloadError, type Downloaded, download } from './download.ts';
import { mediaIdsIn } from './references.ts';

/** Files that are remembered, so that each is looked at once though many steps refer to it. */
const REMEMBERED = 50_000;
const UPLOAD_ATTEMPTS = 5;

interface Facts {
  contentType: string;
  contentLength: number;
}
/** What a file is announced by. */
type Known = Facts & Downloaded;

const pathOf = (mediaId: string) => `${PUBLIC}/media/${encodeURIComponent(mediaId)}`;
/** As servers and SDKs make it (contract §1.11). */
const idOfHash = (sha256: string) => sha256.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');

/** Copies nothing: for imports without media. */
export const withoutMedia: MediaCopier = { copyFrom: async () => undefined };

/**
 * Copies the files that texts refer to. Their ids follow from their content, so that references stay as they are. A file passes through
 * a file of its own in the system's temporary folder, whatever its size.
 */
export function createMediaCopier(run: Pick<ImportRun, 'source' | 'target' | 'tally' | 'signal'>): MediaCopier {
  const { source, target, tally, signal } = run;
  /** Null: it is there, or it cannot come. */
  const known = new LRUCache<string, Promise<Known | null>>({ max: REMEMBERED });

  async function bring(mediaId: string, owner: MediaOwner): Promise<Known | null> {
    if (await unless404(target.http.json({ path: pathOf(mediaId) }))) {
      tally.alreadyThere('media');
      return null;
    }
    const found = await unless404(source.http.json<Facts & { url: string }>({ path: pathOf(mediaId) }));
    if (!found) return fail(mediaId, 'the source does not have it');
    const folder = await mkdtemp(join(tmpdir(), 'telltale-import-'));
    try {
      const path = join(folder, randomUUID());
      const loaded = await download(new URL(found.url, source.http.host).href, path, signal);
      if (idOfHash(loaded.sha256) !== mediaId) return fail(mediaId, 'its content is not what its id says');
      const facts: Known = { contentType: found.contentType, contentLength: loaded.bytes, ...loaded };
      await upload(mediaId, facts, path, owner);
      tally.copied('media');
      return facts;
    } catch (error) {
      if (error instanceof DownloadError || isRefusal(error)) return fail(mediaId, error.message);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  function fail(mediaId: string, reason: string): null {
    tally.failed('media', mediaId, reason);
    return null;
  }

  /** The same content twice is one. @returns where to put it; null when it is there */
  const announce = ({ contentType, contentLength, sha256 }: Known, owner: MediaOwner) =>
    target.http.json<{ mediaId: string; uploadUrl: string | null }>({
      method: 'POST',
      path: `${PUBLIC}/media`,
      body: { contentType, contentLength, sha256Hash: sha256, ...owner },
      repeatable: true,
    });

  async function upload(mediaId: string, facts: Known, path: string, owner: MediaOwner): Promise<void> {
    const { uploadUrl } = await announce(facts, owner);
    if (uploadUrl === null) return;
    const began = Date.now();
    const status = await put(uploadUrl, facts, path);
    await target.http.json({
      method: 'PATCH',
      path: pathOf(mediaId),
      body: {
        uploadedAt: new Date().toISOString(),
        uploadHttpStatus: status,
        uploadTimeMs: Date.now() - began,
      },
      repeatable: true,
    });
    if (status < 200 || status > 299) throw new DownloadError(`the target's store of files answers ${status}`);
  }

  async function put(url: string, { contentType, sha256 }: Known, path: string): Promise<number> {
    const headers = { 'content-type': contentType, 'x-amz-checksum-sha256': sha256, 'x-ms-blob-type': 'BlockBlob' };
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await fetch(new URL(url, target.http.host), {
          method: 'PUT',
          headers,
          body: await openAsBlob(path),
          signal,
        });
        await response.body?.cancel();
        if (response.status < 500 || attempt === UPLOAD_ATTEMPTS) return response.status;
      } catch (error) {
        if (signal.aborted || attempt === UPLOAD_ATTEMPTS) throw error;
      }
      await wait(250 * 2 ** attempt, undefined, { signal });
    }
  }

  return {
    async copyFrom(value, owner) {
      for (const mediaId of mediaIdsIn(value)) {
        const before = known.get(mediaId);
        if (before === undefined) {
          const coming = bring(mediaId, owner);
          known.set(mediaId, coming);
          await coming;
          continue;
        }
        // Further owners are told to the target: the content is there, so that nothing is sent.
        const facts = await before;
        if (!facts) continue;
        try {
          await announce(facts, owner);
        } catch (error) {
          if (!isRefusal(error)) throw error;
        }
      }
    },
  };
}
