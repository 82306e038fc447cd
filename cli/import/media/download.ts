import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

const ATTEMPTS = 5;
const TIMEOUT_MS = 600_000;

/** A file that came down. */
export interface Downloaded {
  /** Base64. */
  sha256: string;
  bytes: number;
}

/** What keeps a file from coming, in words. */
export class DownloadError extends Error {}

/**
 * Loads what a signed link of the source leads to into a file. The link is followed wherever it leads; no keys are sent along.
 * @throws DownloadError when the link does not work
 */
export async function download(url: string, path: string, signal: AbortSignal): Promise<Downloaded> {
  if (!/^https?:/i.test(url)) throw new DownloadError('its link is no address of the web');
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
      if (response.ok && response.body) return await store(response.body, path);
      await response.body?.cancel();
      if (response.status !== 429 && response.status < 500) {
        throw new DownloadError(`its link answers ${response.status}`);
      }
      if (attempt === ATTEMPTS) throw new DownloadError(`its link answers ${response.status}`);
    } catch (error) {
      if (error instanceof DownloadError || signal.aborted) throw error;
      if (attempt === ATTEMPTS) throw new DownloadError(`its link does not work: ${reasonOf(error)}`);
    }
    await wait(250 * 2 ** attempt, undefined, { signal });
  }
}

async function store(body: ReadableStream<Uint8Array>, path: string): Promise<Downloaded> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), counter, createWriteStream(path));
  return { sha256: hash.digest('base64'), bytes };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error };
  return cause?.message || message;
}
