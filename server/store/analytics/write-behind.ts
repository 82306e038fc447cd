import { mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startAfter } from '../../lib/clock.ts';
import { AppError, unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { freeBytes } from '../private-folder.ts';
import { Journal, readJournal } from './journal.ts';
import { mapEngineError } from './map-error.ts';
import type { ObservationRow } from './rows.ts';
import { type PreparedRow, prepareRows, readBlock, TEXT_COLUMNS } from './traces/prepared-row.ts';
import { portions } from './traces/read-rows.ts';

export interface WriteBehindOptions {
  /** Of the journals; made when it is not there. */
  folder: string;
  /** Brings rows into the engine, with the summaries of their traces. Doing it again changes nothing. */
  store: (rows: readonly PreparedRow[]) => Promise<void>;
  log: Logger;
  /** Longest time that rows wait for others where nobody asks for them, ms. */
  gatherMs?: number;
}

/** Rows that were acknowledged and are on their way into the engine, and the journal that they are in until then. */
interface Generation {
  rows: PreparedRow[];
  bytes: number;
  projects: Set<string>;
  journal: Promise<Journal> | undefined;
  /** What was left by a process before is removed by its path. */
  left?: string;
}

/** Measured: 5,000 rows an insert cost the engine a quarter of the time a row that 500 cost. */
const FLUSH_ROWS = 5_000;
const FLUSH_BYTES = 16 * 1024 * 1024;
const GATHER_MS = 400;
/** More than this does not wait: who comes then is held up until there is room. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Where the disk has less than this left, rows are acknowledged when they are in the engine, which keeps 128 MB free for itself. */
const ROOM = 384 * 1024 * 1024;
const LOOK_AT_ROOM_MS = 250;
const RETRY_MS = 1_000;

const JOURNAL = /^\d+\.journal$/;

/**
 * Between the requests and the engine. The engine pays some 40 ms for an insert however small it is, therefore rows are brought to the disk
 * in a journal, acknowledged, and inserted with those of other requests: when there are enough, after a moment, or as soon as somebody asks
 * for what may be in them. A crash leaves the journal, which the next start brings into the engine before anybody can ask.
 *
 * For one process with the engine to itself: another one would not see what is only here.
 */
export class WriteBehind {
  readonly #options: WriteBehindOptions;
  #number = 0;
  #current = newGeneration();
  /** Those that are full or failed, oldest first. */
  #closed: Generation[] = [];
  #next: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Why the last attempt failed. */
  #failing: AppError | undefined;
  #room: { at: number; enough: boolean } = { at: Number.NEGATIVE_INFINITY, enough: true };

  constructor(options: WriteBehindOptions) {
    this.#options = options;
  }

  /** Brings what a process before acknowledged into the engine. What cannot be stored now is tried again later. */
  async open(): Promise<void> {
    const { folder, log } = this.#options;
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => JOURNAL.test(name)).sort();
    this.#number = Number.parseInt(names.at(-1) ?? '0', 10);
    for (const name of names) {
      const left = join(folder, name);
      const rows = await readRows(left);
      for (const { row_version } of rows) startAfter(row_version);
      const generation: Generation = { ...newGeneration(), left };
      for (const some of portions(rows, FLUSH_ROWS)) take(generation, await prepareRows(some));
      this.#closed.push(generation);
      log.info({ rows: rows.length }, 'rows were acknowledged before the process ended: they are stored now');
    }
    if (names.length > 0) await this.flush().catch(() => {});
  }

  /**
   * Resolves when the rows are on the disk. The rows are not kept.
   * @throws AppError 503 while the engine cannot store what came before; an error of the file system
   */
  async add(rows: readonly ObservationRow[]): Promise<void> {
    const prepared = await prepareRows(rows);
    if (!(await this.#hasRoom())) {
      await this.flush();
      return this.#options.store(prepared.rows);
    }
    while (this.#bytes() > MOST_BYTES) await this.flush();
    if (this.#failing) throw this.#failing;
    const generation = this.#current;
    take(generation, prepared);
    // Taken and written at one moment, so that a generation's journal holds all of its rows.
    generation.journal ??= this.#createJournal();
    const written = generation.journal.then((journal) => journal.append(prepared.block));
    if (generation.rows.length >= FLUSH_ROWS || generation.bytes >= FLUSH_BYTES) this.#flushSoon();
    else this.#timer ??= setTimeout(() => this.#flushSoon(), this.#options.gatherMs ?? GATHER_MS).unref();
    try {
      await written;
    } catch (error) {
      // The next rows get a new file.
      this.#flushSoon();
      throw mapEngineError(error);
    }
  }

  /**
   * Resolves when the engine has all rows of a project that were acknowledged, or all of all projects. Where it cannot take them, what it
   * has is all that can be shown.
   */
  async settle(projectId?: string): Promise<void> {
    const has = ({ rows, projects }: Generation) => rows.length > 0 && (projectId === undefined || projects.has(projectId));
    if (has(this.#current)) await this.flush().catch(() => {});
    else if (this.#closed.some(has)) await (this.#failing ? this.flush().catch(() => {}) : this.#running);
  }

  /** Stores all that was acknowledged until now. @throws AppError 503 */
  flush(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const done = this.#flushNow();
      this.#running = done.catch(() => {});
      return done;
    });
    return this.#next;
  }

  async close(): Promise<void> {
    await this.flush().catch(() => {});
    clearTimeout(this.#timer);
    for (const { journal } of this.#closed) await journal?.then((file) => file.close()).catch(() => {});
  }

  #flushSoon(): void {
    void this.flush().catch(() => {});
  }

  async #flushNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#current.rows.length > 0) this.#closed.push(this.#current);
    this.#current = newGeneration();
    try {
      for (let oldest = this.#closed[0]; oldest; oldest = this.#closed[0]) {
        const journal = await oldest.journal?.catch(() => undefined);
        await journal?.settled();
        for (const rows of portions(oldest.rows, FLUSH_ROWS)) await this.#store(rows);
        this.#closed.shift();
        // What cannot be removed is stored again by the next start, which changes nothing.
        await (journal?.remove() ?? (oldest.left ? unlink(oldest.left) : undefined))?.catch(() => {});
      }
      this.#failing = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (!this.#failing) this.#options.log.warn({ reason }, 'acknowledged rows wait to be stored');
      this.#failing = error instanceof AppError ? error : unavailable('The analytics store cannot write', 5, error);
      this.#timer ??= setTimeout(() => this.#flushSoon(), RETRY_MS).unref();
      throw this.#failing;
    }
  }

  /** One row that the engine does not take must not keep the others out: it is put aside. @throws AppError 503 */
  async #store(rows: readonly PreparedRow[]): Promise<void> {
    try {
      await this.#options.store(rows);
    } catch (failure) {
      const error = mapEngineError(failure);
      if (error instanceof AppError) throw error;
      if (rows.length > 1) {
        const half = Math.ceil(rows.length / 2);
        await this.#store(rows.slice(0, half));
        return this.#store(rows.slice(half));
      }
      const { text, projectId, known } = rows[0]!;
      const path = join(this.#options.folder, `refused-${known.row_version}-${this.#number++}.json`);
      await writeFile(path, Buffer.concat([Buffer.from(`${JSON.stringify(TEXT_COLUMNS)}\n`), text, Buffer.from(']\n')]));
      this.#options.log.error(
        { err: error, projectId, path },
        'the store does not take an acknowledged row: it is kept in a file',
      );
    }
  }

  async #createJournal(): Promise<Journal> {
    const path = join(this.#options.folder, `${String(++this.#number).padStart(12, '0')}.journal`);
    const journal = await Journal.create(path);
    await journal.append(Buffer.from(JSON.stringify(TEXT_COLUMNS)));
    return journal;
  }

  #bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, this.#current.bytes);
  }

  async #hasRoom(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#room.at >= LOOK_AT_ROOM_MS) {
      this.#room.at = now;
      this.#room.enough = (await freeBytes(this.#options.folder)) >= ROOM;
    }
    return this.#room.enough;
  }
}

const newGeneration = (): Generation => ({ rows: [], bytes: 0, projects: new Set(), journal: undefined });

function take(generation: Generation, { rows, block }: { rows: readonly PreparedRow[]; block: Buffer }): void {
  for (const row of rows) {
    generation.rows.push(row);
    generation.projects.add(row.projectId);
  }
  generation.bytes += block.length;
}

/** The rows of a journal, whose first block names its columns. */
async function readRows(path: string): Promise<ObservationRow[]> {
  const [names, ...blocks] = await readJournal(path);
  if (!names) return [];
  const columns = JSON.parse(names.toString()) as string[];
  return blocks.flatMap((block) => readBlock(columns, block));
}
