import { type Clock, uniqueMicros } from '../../../lib/clock.ts';
import type { Engine } from '../engine.ts';
import { findRoots } from './find-roots.ts';
import { aliveRows, HOUR, hourOf, type KnownRow, type KnownTrace, slim, takeIn } from './known-trace.ts';
import { markRepeats, type Remark, rewriteMarks } from './mark-repeats.ts';
import type { PreparedRow } from './prepared-row.ts';
import { portions, type Range, readKnownTraces, readTexts } from './read-rows.ts';
import { RecentTraces } from './recent-traces.ts';
import { revives } from './revive.ts';
import { summarise, type TraceRow, traceTombstone } from './trace-row.ts';

export interface KeepTracesOptions {
  engine: Engine;
  clock: Clock;
  /** Nobody else writes to the store, so that what is remembered of recent traces stays true. */
  alone: boolean;
  /** Rows have their marks then. */
  writeRows: (rows: readonly PreparedRow[]) => Promise<void>;
  writeTraces: (rows: readonly TraceRow[]) => Promise<void>;
}

/**
 * A trace of more rows than this is not folded with every commit: only when it has grown by an eighth, or when nothing has come for a
 * moment. So a trace of n rows costs n log n, however small the requests are that bring it.
 */
const LARGE_TRACE = 1_000;
const GROWTH = 8;
const LATER_MS = 500;
/** Rows that other processes bring of the same traces lie this close to ours. */
const AROUND = 24 * HOUR;

/** Keeps one summary a trace, and the marks of repeats, equal to the fold of the stored rows. All of its work is done one after the other. */
export class KeptTraces {
  readonly #options: KeepTracesOptions;
  readonly #recent = new RecentTraces();
  /** Large traces that have rows which their summary does not know yet. */
  readonly #late = new Map<string, { projectId: string; traceId: string; rows: number }>();
  /** Where others write too: traces that got rows here since the last `settle`, by project, and where in time their rows lie. */
  readonly #touched = new Map<string, Map<string, Range>>();
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(options: KeepTracesOptions) {
    this.#options = options;
  }

  /** Runs `work` when all that was asked for before is done. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }

  /** Stores rows with their marks, then the summaries of their traces. When it fails, what is remembered of these traces is forgotten. */
  store(rows: readonly PreparedRow[]): Promise<void> {
    return this.exclusively(async () => {
      const groups = groupByTrace(rows);
      try {
        const traces = await this.#known(groups);
        const kept = groups.filter((group) => this.#takeIn(traces.get(group)!, group));
        const due = kept.filter((group) => this.#isDue(traces.get(group)!, group.rows.length));
        const folded = await this.#fold(due.map((group) => traces.get(group)!));
        const marked = kept.flatMap((group) => group.rows);
        if (marked.length > 0) await this.#options.writeRows(marked);
        for (const { known } of marked) {
          known.stored = true;
          slim(known, known.type === 'TRACE' || known.parent_id === '');
        }
        await this.#write(folded);
        for (const group of kept) {
          const trace = traces.get(group)!;
          if (this.#options.alone) this.#recent.remember(trace);
          else this.#touch(trace);
        }
      } catch (error) {
        for (const { projectId, traceId } of groups) this.#recent.forget(projectId, traceId);
        throw error;
      }
    });
  }

  /** Folds traces anew from what is stored; where their rows lie in time is what their summaries say, or the given range. */
  refold(projectId: string, traceIds: readonly string[], range?: Range | 'everywhere'): Promise<void> {
    return this.exclusively(() => this.refoldNow(projectId, traceIds, range));
  }

  /** As `refold`, for work that has been given the store to itself. */
  async refoldNow(projectId: string, traceIds: readonly string[], range?: Range | 'everywhere'): Promise<void> {
    for (const ids of portions([...new Set(traceIds)], 500)) {
      // Before the rows are read, so that whoever reads them later wins.
      const version = uniqueMicros(this.#options.clock);
      const known = await readKnownTraces(this.#options.engine, projectId, ids, range);
      const there = [...known.values()].filter(({ deleted }) => !deleted);
      await this.#write(await this.#fold(there, version));
    }
  }

  /**
   * Folds again what got rows here. Two processes that bring rows of one trace at the same moment do not see each other's: the last one to
   * fold anew sees both, and takes the summaries away that the others left elsewhere.
   */
  settle(): Promise<void> {
    return this.exclusively(async () => {
      for (const [projectId, traces] of [...this.#touched]) {
        const ranges = [...traces.values()];
        const from = ranges.reduce((least, range) => Math.min(least, range.from), Number.POSITIVE_INFINITY);
        const to = ranges.reduce((most, range) => Math.max(most, range.to), 0);
        await this.refoldNow(projectId, [...traces.keys()], { from, to });
        this.#touched.delete(projectId);
      }
    });
  }

  #touch({ projectId, traceId, rows }: KnownTrace): void {
    const range: Range = { from: Number.POSITIVE_INFINITY, to: 0 };
    for (const { start_time } of rows.values()) {
      range.from = Math.min(range.from, start_time - AROUND);
      range.to = Math.max(range.to, start_time + AROUND);
    }
    const ofProject = this.#touched.get(projectId);
    if (ofProject) ofProject.set(traceId, range);
    else this.#touched.set(projectId, new Map([[traceId, range]]));
  }

  forget(projectId: string, traceIds?: readonly string[]): void {
    if (!traceIds) this.#recent.forgetProject(projectId);
    else for (const id of traceIds) this.#recent.forget(projectId, id);
  }

  /** Brings large traces up to date, of one project or of all: whoever reads what was acknowledged finds all of it. */
  async catchUp(projectId?: string): Promise<void> {
    const isLate = projectId === undefined || [...this.#late.values()].some((late) => late.projectId === projectId);
    if (isLate) await this.#catchUp();
  }

  /** What is known of the traces of some groups: remembered, or read. */
  async #known(groups: readonly Group[]): Promise<Map<Group, KnownTrace>> {
    const traces = new Map<Group, KnownTrace>();
    const unknown = new Map<string, Group[]>();
    for (const group of groups) {
      const recent = this.#options.alone ? this.#recent.get(group.projectId, group.traceId) : undefined;
      if (recent) traces.set(group, recent);
      else unknown.set(group.projectId, [...(unknown.get(group.projectId) ?? []), group]);
    }
    for (const [projectId, ofProject] of unknown) {
      const ids = ofProject.map(({ traceId }) => traceId);
      // The summary of a large trace may not know yet where all of its rows are.
      const late = ids.some((id) => this.#late.has(`${projectId} ${id}`));
      const read = await readKnownTraces(this.#options.engine, projectId, ids, late ? 'everywhere' : undefined);
      for (const group of ofProject) traces.set(group, read.get(group.traceId)!);
    }
    return traces;
  }

  /** Adds rows to what is known; false when the trace was deleted and these rows are late ones of it. */
  #takeIn(trace: KnownTrace, group: Group): boolean {
    const rows = group.rows.map(({ known }) => known);
    if (trace.deleted) {
      if (!revives(trace, rows)) return false;
      trace.deleted = false;
    }
    for (const row of rows) takeIn(trace, row);
    return true;
  }

  #isDue({ projectId, traceId, rows }: KnownTrace, added: number): boolean {
    const key = `${projectId} ${traceId}`;
    const late = (this.#late.get(key)?.rows ?? 0) + added;
    if (rows.size <= LARGE_TRACE || late >= rows.size / GROWTH) {
      this.#late.delete(key);
      return true;
    }
    this.#late.set(key, { projectId, traceId, rows: late });
    this.#timer ??= setTimeout(() => void this.#catchUp().catch(() => {}), LATER_MS).unref();
    return false;
  }

  #catchUp(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.exclusively(async () => {
      for (const [key, { projectId, traceId }] of [...this.#late]) {
        const recent = this.#recent.get(projectId, traceId);
        if (recent) await this.#write(await this.#fold([recent]));
        else await this.refoldNow(projectId, [traceId], 'everywhere');
        this.#late.delete(key);
      }
    });
  }

  /** Summaries, tombstones of those that stand elsewhere, and marks that change. */
  async #fold(traces: readonly KnownTrace[], version = uniqueMicros(this.#options.clock)): Promise<Folded> {
    const { engine } = this.#options;
    const alive = new Map(traces.map((trace) => [trace, aliveRows(trace)]));
    const speaking = new Map(traces.map((trace) => [trace, new Set(speakers(alive.get(trace)!))]));
    const bare = Map.groupBy(
      traces.flatMap((trace) => [...speaking.get(trace)!].filter((row) => row.bare).map((row) => ({ row, trace }))),
      ({ trace }) => trace.projectId,
    );
    for (const [projectId, wanted] of bare) {
      await readTexts(
        engine,
        projectId,
        wanted.map(({ row }) => row),
      );
    }
    const folded: Folded = { rows: [], remarks: [], traces };
    for (const trace of traces) {
      const rows = alive.get(trace)!;
      const hours = new Set(trace.hours);
      if (rows.length > 0) {
        const { row, fold } = summarise(trace.projectId, rows, version);
        folded.rows.push(row);
        folded.remarks.push(...markRepeats(trace, rows, fold.repeats));
        trace.hours = new Set([hourOf(row.timestamp)]);
      } else trace.hours = new Set();
      for (const hour of hours) {
        if (!trace.hours.has(hour)) folded.rows.push(traceTombstone(trace.projectId, trace.traceId, hour, version));
      }
      for (const row of rows) slim(row, speaking.get(trace)!.has(row));
    }
    return folded;
  }

  async #write({ rows, remarks, traces }: Folded): Promise<void> {
    if (rows.length > 0) await this.#options.writeTraces(rows);
    if (remarks.length > 0) await rewriteMarks(this.#options.engine, remarks);
    if (this.#options.alone) for (const trace of traces) this.#recent.remember(trace);
  }
}

interface Folded {
  rows: TraceRow[];
  remarks: Remark[];
  traces: readonly KnownTrace[];
}

/** Rows of which a fold looks at input, output and metadata. */
function speakers(rows: readonly KnownRow[]): KnownRow[] {
  const steps = rows.filter(({ type }) => type !== 'TRACE');
  steps.sort((a, b) => a.start_time - b.start_time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return [...rows.filter(({ type }) => type === 'TRACE'), ...findRoots(steps).roots];
}

interface Group {
  projectId: string;
  traceId: string;
  rows: PreparedRow[];
}

function groupByTrace(rows: readonly PreparedRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = `${row.projectId} ${row.known.trace_id}`;
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { projectId: row.projectId, traceId: row.known.trace_id, rows: [row] });
  }
  return [...groups.values()];
}
