import { createHash } from 'node:crypto';
import { HttpError } from '../../client/http.ts';
import type { ImportRun } from '../import-run.ts';
import { PUBLIC } from '../source.ts';
import type { Body } from './bodies.ts';

/** Below what every server takes (contract §2.1: 4.5 MB). */
const MOST_BYTES = 3_000_000;
const MOST_EVENTS = 500;

export type EventType = 'trace-create' | 'observation-create' | 'score-create';

/** Something to write, and when it was last changed: of two that are of the same thing the later one counts. */
export interface Write {
  type: EventType;
  body: Body;
  time: string;
}

interface Event extends Record<string, unknown> {
  id: string;
  body: Body;
}

/** Why the target did not take something. */
export interface Refused {
  body: Body;
  reason: string;
}

/** An id that follows from the content, so that the same sent twice is one event. */
function eventOf({ type, body, time }: Write): Event {
  const digest = createHash('sha256').update(type).update(JSON.stringify(body)).digest('hex');
  return { id: `import-${digest.slice(0, 40)}`, type, timestamp: time, body };
}

/**
 * Sends events in batches that every server takes.
 * @returns those that the target refused
 */
export async function writeEvents(run: Pick<ImportRun, 'target'>, writes: readonly Write[]): Promise<Refused[]> {
  const refused: Refused[] = [];
  let batch: Event[] = [];
  let bytes = 0;
  for (const write of writes) {
    const event = eventOf(write);
    const size = Buffer.byteLength(JSON.stringify(event));
    if (batch.length > 0 && (bytes + size > MOST_BYTES || batch.length >= MOST_EVENTS)) {
      refused.push(...(await send(run, batch)));
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) refused.push(...(await send(run, batch)));
  return refused;
}

async function send(run: Pick<ImportRun, 'target'>, batch: readonly Event[]): Promise<Refused[]> {
  try {
    const { errors } = await run.target.http.json<{ errors: { id: string; message?: string | null; error?: unknown }[] }>({
      method: 'POST',
      path: `${PUBLIC}/ingestion`,
      body: { batch, metadata: { sdk_name: 'telltale-import' } },
      // Events of the same id are one.
      repeatable: true,
    });
    return errors.flatMap(({ id, message, error }) => {
      const event = batch.find((each) => each.id === id);
      return event ? [{ body: event.body, reason: typeof error === 'string' && error ? error : (message ?? 'refused') }] : [];
    });
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 413) throw error;
    if (batch.length === 1) return [{ body: batch[0]!.body, reason: error.message }];
    const half = Math.ceil(batch.length / 2);
    return [...(await send(run, batch.slice(0, half))), ...(await send(run, batch.slice(half)))];
  }
}
