import { z } from 'zod';
import { KINDS, type Kind } from './kinds.ts';

/** So many things that could not come are named one by one; the others are counted. */
const NAMED_PROBLEMS = 1000;

const count = z.object({ copied: z.number(), alreadyThere: z.number(), failed: z.number() });
const problem = z.object({ kind: z.enum(KINDS), id: z.string(), reason: z.string() });
/** Something that could not come, with the id it has at the source. */
export type Problem = z.infer<typeof problem>;

/** As it is kept in the state file. */
export const tallyState = z.object({
  counts: z.partialRecord(z.enum(KINDS), count),
  problems: z.array(problem),
  /** What came otherwise than it was, and how often. */
  notes: z.record(z.string(), z.number()),
});
export type TallyState = z.infer<typeof tallyState>;
export type Count = z.infer<typeof count>;

/** Counts what an import did. */
export interface Tally {
  readonly state: TallyState;
  copied(kind: Kind, times?: number): void;
  alreadyThere(kind: Kind, times?: number): void;
  failed(kind: Kind, id: string, reason: string): void;
  /** Something came, but not in every respect as it was. The text stands for all of its kind. */
  note(text: string, times?: number): void;
  /**
   * Counts these kinds anew, because their step begins anew: what was copied before is met again as being there, and stays counted as
   * copied.
   */
  restart(kinds: readonly Kind[]): void;
  of(kind: Kind): Count;
}

export function createTally(state: TallyState = { counts: {}, problems: [], notes: {} }): Tally {
  const credit = new Map<Kind, number>();
  const of = (kind: Kind): Count => {
    state.counts[kind] ??= { copied: 0, alreadyThere: 0, failed: 0 };
    return state.counts[kind];
  };
  return {
    state,
    of,
    copied(kind, times = 1) {
      of(kind).copied += times;
    },
    alreadyThere(kind, times = 1) {
      const known = Math.min(times, credit.get(kind) ?? 0);
      credit.set(kind, (credit.get(kind) ?? 0) - known);
      of(kind).copied += known;
      of(kind).alreadyThere += times - known;
    },
    failed(kind, id, reason) {
      of(kind).failed += 1;
      if (state.problems.length < NAMED_PROBLEMS) state.problems.push({ kind, id, reason });
    },
    note(text, times = 1) {
      state.notes[text] = (state.notes[text] ?? 0) + times;
    },
    restart(kinds) {
      for (const kind of kinds) {
        credit.set(kind, state.counts[kind]?.copied ?? 0);
        delete state.counts[kind];
      }
      state.problems = state.problems.filter((each) => !kinds.includes(each.kind));
    },
  };
}
