import type { Logger } from '../../lib/log.ts';
import { type DemoPiece, generateDemo } from './generate-demo.ts';

/** How far the demo was loaded, kept by whoever starts the loading. */
export interface DemoProgress {
  /** The moment that the demo calls now; kept, so that an interrupted loading goes on with the same data. */
  now: number;
  seed: string;
  /** The next hour (before `now`) to load. */
  hour: number;
  done: boolean;
}

export interface DemoLoading {
  /** Takes an OTLP export (protobuf); resolves when it is stored. */
  acceptOtlp(body: Uint8Array): Promise<unknown>;
  /** Takes the body of a Langfuse batch; resolves when it is stored. */
  acceptBatch(body: { batch: unknown[] }): Promise<unknown>;
  /** Null when the demo was never begun. */
  readProgress(): Promise<DemoProgress | null>;
  writeProgress(progress: DemoProgress): Promise<void>;
  now(): number;
  log: Pick<Logger, 'info' | 'error'>;
  /** Another seed makes other people say other things. */
  seed?: string;
  /** Stops between two pieces; the rest is loaded at the next start. */
  signal?: AbortSignal;
}

const SEED = 'telltale';

/**
 * Sends the demo through the door in, newest hours first so that the pages live at once, while the server serves. Goes on where it was
 * interrupted, never does it twice.
 * @returns how much was sent now
 */
export async function loadDemo(loading: DemoLoading): Promise<{ traces: number; spans: number; scores: number }> {
  const sent = { traces: 0, spans: 0, scores: 0 };
  const known = await loading.readProgress();
  if (known?.done) return sent;
  const progress = known ?? { now: loading.now(), seed: loading.seed ?? SEED, hour: 0, done: false };
  if (!known) await loading.writeProgress(progress);
  const started = performance.now();
  const send = async (piece: DemoPiece): Promise<void> => {
    await Promise.all([loading.acceptOtlp(piece.otlp), piece.langfuse ? loading.acceptBatch(piece.langfuse) : undefined]);
    sent.traces += piece.traces;
    sent.spans += piece.spans;
    sent.scores += piece.langfuse?.batch.length ?? 0;
    // The hour of the piece may not be complete: it is made again after an interruption, with the same ids.
    if (piece.hour === progress.hour) return;
    progress.hour = piece.hour;
    await loading.writeProgress({ ...progress });
    loading.log.info({ ...sent, hour: piece.hour }, 'demo data: loading');
  };
  // A piece is stored while the next one is made.
  let sending: Promise<void> | undefined;
  for await (const piece of generateDemo({ now: progress.now, seed: progress.seed, fromHour: progress.hour })) {
    await sending;
    sending = undefined;
    if (loading.signal?.aborted) return sent;
    sending = send(piece);
    // What is thrown is thrown where it is awaited; without this, Node would take it for forgotten before.
    sending.catch(() => {});
    // Let requests through between two pieces.
    await new Promise(setImmediate);
  }
  await sending;
  await loading.writeProgress({ ...progress, done: true });
  loading.log.info({ ...sent, ms: Math.round(performance.now() - started) }, 'demo data: loaded');
  return sent;
}
