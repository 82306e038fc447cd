import { type Clock, uniqueMicros } from '../../lib/clock.ts';
import { AppError, unavailable } from '../../lib/errors.ts';
import type { Part } from '../../lib/lifetime.ts';
import type { Logger } from '../../lib/log.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { createRecordProjects } from '../../store/analytics/record-projects.ts';
import type { EventRow, ObservationRow } from '../../store/analytics/rows.ts';
import type { PriceRows } from '../types.ts';
import { type CommitParts, commit, type TouchedTraces } from './commit.ts';
import { makeStorable } from './storable.ts';

/** What one request brings: whole, priced rows, and events of the partial-update protocol. */
export interface Batch {
  rows: ObservationRow[];
  events: EventRow[];
}

export interface WriterOptions {
  store: AnalyticsStore;
  /** For rows that events are folded into; rows that come whole are priced already. */
  priceRows: PriceRows;
  clock: Clock;
  /** Bound of what may wait or be under way, in bytes as given to `write`. */
  maxBytes: number;
  log: Logger;
  /** A nudge for listeners that these traces can be queried. What it throws is logged. */
  onStored: (projectId: string, traceIds: readonly string[]) => void;
  /** Other processes write to the same store. */
  shared?: boolean;
  /** Longest time that a request waits for others while nothing is under way, ms. */
  gatherMs?: number;
}

export interface Writer extends Part {
  /**
   * Resolves when the batch is stored and can be queried. The rows become the writer's: it sets `row_version`, and `created_at` and
   * `updated_at` where they are 0. `bytes` is the size of what was sent, for the bound.
   * @throws AppError 503 with `retryAfter`: the buffer is full, the store cannot write, or the server is stopping. Nothing of the batch is
   * promised then, and sending it again is safe. The signal's reason when it is aborted before the batch's group was begun: nothing of it
   * is written then.
   */
  write(batch: Batch, bytes: number, signal?: AbortSignal): Promise<void>;
  drain(): Promise<void>;
  /** Bytes waiting or under way, and the bound. */
  buffer(): { bytes: number; limit: number };
}

interface Waiting extends Batch {
  bytes: number;
  done: () => void;
  fail: (error: unknown) => void;
}

/** A group of this many rows does not wait for more. Measured: 5,000 rows an insert cost half the time a row of 200. */
const GROUP_ROWS = 5_000;
const GROUP_BYTES = 16 * 1024 * 1024;
/** One group is being written while the next is being prepared. */
const UNDER_WAY = 2;

/**
 * Group commit: requests that come within a few milliseconds of each other, or while an insert is under way, are written together and
 * answered together. There is no queue on disk: what is not stored was not acknowledged.
 */
export function createWriter(options: WriterOptions): Writer {
  const { maxBytes, clock, log, gatherMs = 25 } = options;
  const parts: CommitParts = { ...options, recordProjects: createRecordProjects(options.shared ?? false) };
  const waiting: Waiting[] = [];
  let waitingRows = 0;
  let waitingBytes = 0;
  let heldBytes = 0;
  let underWay = 0;
  let draining = false;
  let timer: NodeJS.Timeout | undefined;
  const whenEmpty: (() => void)[] = [];

  const groupIsFull = () => waitingRows >= GROUP_ROWS || waitingBytes >= GROUP_BYTES;

  function schedule(): void {
    if (waiting.length === 0 || underWay >= UNDER_WAY) return;
    if (groupIsFull() || draining) {
      start();
    } else if (underWay === 0 && timer === undefined) {
      timer = setTimeout(start, gatherMs);
    }
  }

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    const group = takeGroup();
    if (group.length === 0) return;
    underWay++;
    void writeGroup(group).finally(() => {
      underWay--;
      // Whoever came meanwhile has waited long enough.
      if (waiting.length > 0 && underWay === 0) start();
      else schedule();
      if (underWay === 0 && waiting.length === 0) for (const resolve of whenEmpty.splice(0)) resolve();
    });
    schedule();
  }

  /** The longest-waiting requests up to a group's size, at least one. */
  function takeGroup(): Waiting[] {
    let rows = 0;
    let bytes = 0;
    let count = 0;
    for (const one of waiting) {
      if (count > 0 && (rows >= GROUP_ROWS || bytes >= GROUP_BYTES)) break;
      rows += one.rows.length + one.events.length;
      bytes += one.bytes;
      count++;
    }
    waitingRows -= rows;
    waitingBytes -= bytes;
    return waiting.splice(0, count);
  }

  async function writeGroup(group: Waiting[]): Promise<void> {
    try {
      announce(
        await commit(
          group.flatMap((one) => one.rows),
          group.flatMap((one) => one.events),
          parts,
        ),
      );
      for (const one of group) settle(one);
    } catch (error) {
      if (group.length === 1 || isNotNow(error)) {
        log.warn(
          { reason: error instanceof Error ? error.message : 'unknown', requests: group.length },
          'requests could not be stored',
        );
        for (const one of group) settle(one, error);
        return;
      }
      // One row that the engine does not take: find the request that it belongs to, the others must not pay for it.
      for (const one of group) await writeGroup([one]);
    }
  }

  function settle(one: Waiting, ...failure: [error?: unknown]): void {
    heldBytes -= one.bytes;
    if (failure.length > 0) one.fail(failure[0]);
    else one.done();
  }

  /** What nobody waits for any more is not written, unless its group was begun. */
  function leave(one: Waiting, reason: unknown): void {
    const place = waiting.indexOf(one);
    if (place < 0) return;
    waiting.splice(place, 1);
    waitingRows -= one.rows.length + one.events.length;
    waitingBytes -= one.bytes;
    settle(one, reason);
    if (underWay === 0 && waiting.length === 0) for (const resolve of whenEmpty.splice(0)) resolve();
  }

  function announce(touched: TouchedTraces): void {
    for (const [projectId, traces] of touched) {
      try {
        options.onStored(projectId, [...traces]);
      } catch (error) {
        log.error({ err: error }, 'a listener for stored traces failed');
      }
    }
  }

  return {
    name: 'writer',

    async write({ rows, events }, bytes, signal) {
      signal?.throwIfAborted();
      if (draining) throw unavailable('The server is stopping. Send the request again.', 2);
      if (rows.length + events.length === 0) return;
      // A request that is larger than the whole buffer gets its turn when the buffer is empty, or it never would.
      if (heldBytes > 0 && heldBytes + bytes > maxBytes) {
        throw unavailable('The write buffer is full. Send the request again later.', 1);
      }
      const now = uniqueMicros(clock);
      for (const row of rows) {
        row.row_version = now;
        row.created_at ||= now;
        row.updated_at ||= now;
        makeStorable(row);
      }
      heldBytes += bytes;
      await new Promise<void>((done, fail) => {
        const one: Waiting = { rows, events, bytes, done, fail };
        signal?.addEventListener('abort', () => leave(one, signal.reason), { once: true });
        waiting.push(one);
        waitingRows += rows.length + events.length;
        waitingBytes += bytes;
        schedule();
      });
    },

    async drain() {
      draining = true;
      schedule();
      if (underWay > 0 || waiting.length > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
    },

    buffer: () => ({ bytes: heldBytes, limit: maxBytes }),
  };
}

const isNotNow = (error: unknown): boolean => error instanceof AppError && (error.status === 503 || error.status === 429);
