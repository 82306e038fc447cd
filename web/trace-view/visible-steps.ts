import type { Level, ObservationNode, ObservationType } from '../../contract/observation.ts';
import { LEVELS } from '../../contract/observation.ts';
import { hasChildren, type StepTree } from '../../contract/trace/step-tree.ts';

/** What the tree is narrowed to. Empty types: all of them. */
export interface StepFilter {
  readonly text: string;
  readonly types: readonly ObservationType[];
  /** The mildest level that is shown. */
  readonly minLevel: Level;
}

export const NO_FILTER: StepFilter = { text: '', types: [], minLevel: 'DEBUG' };

export function isFiltering(filter: StepFilter): boolean {
  return filter.text.trim() !== '' || filter.types.length > 0 || filter.minLevel !== 'DEBUG';
}

/** The steps that a filter keeps: those that match, and the ancestors that lead to them. Null when nothing is filtered. */
export interface Matches {
  readonly count: number;
  /** 1 where the step itself matches. */
  readonly matching: Uint8Array;
  /** 1 where the step or something below it matches. */
  readonly kept: Uint8Array;
}

/** Words are looked for in name, id, model and status message; all of them must occur. Case does not matter. */
export function matchSteps(tree: StepTree, filter: StepFilter): Matches | null {
  if (!isFiltering(filter)) return null;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const types = new Set(filter.types);
  const least = LEVELS.indexOf(filter.minLevel);
  const matching = new Uint8Array(tree.steps.length);
  const kept = new Uint8Array(tree.steps.length);
  let count = 0;
  for (let position = tree.steps.length - 1; position >= 0; position--) {
    const step = tree.steps[position]!;
    if (
      (types.size === 0 || types.has(step.type)) &&
      LEVELS.indexOf(step.level) >= least &&
      (words.length === 0 || hasWords(step, words))
    ) {
      matching[position] = 1;
      kept[position] = 1;
      count++;
    }
    const above = tree.parent[position]!;
    if (kept[position] && above >= 0) kept[above] = 1;
  }
  return { count, matching, kept };
}

/** Ids are long random texts: a short word in one means nothing. */
const SHORTEST_PART_OF_ID = 6;

function hasWords(step: ObservationNode, words: readonly string[]): boolean {
  const text = `${step.name}\n${step.model ?? ''}\n${step.statusMessage ?? ''}`.toLowerCase();
  return words.every(
    (word) => text.includes(word) || (word.length >= SHORTEST_PART_OF_ID && step.id.toLowerCase().includes(word)),
  );
}

/** Positions to show, top to bottom: nothing below a folded step, nothing that the filter leaves out. */
export function visibleSteps(tree: StepTree, folded: ReadonlySet<number>, matches: Matches | null): Int32Array {
  const rows = new Int32Array(tree.steps.length);
  let used = 0;
  let position = 0;
  while (position < tree.steps.length) {
    if (matches && !matches.kept[position]) {
      position = tree.end[position]!;
      continue;
    }
    rows[used++] = position;
    position = folded.has(position) ? tree.end[position]! : position + 1;
  }
  return rows.subarray(0, used);
}

/** Index of a position among the visible rows (which ascend), or -1. */
export function rowOf(rows: Int32Array, position: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < position) low = middle + 1;
    else if (rows[middle]! > position) high = middle - 1;
    else return middle;
  }
  return -1;
}

/** The folded set without the ancestors of a step, so that the step is visible. The same set when it was visible already. */
export function unfoldTo(tree: StepTree, folded: ReadonlySet<number>, position: number): ReadonlySet<number> {
  let open: Set<number> | null = null;
  for (let above = tree.parent[position] ?? -1; above >= 0; above = tree.parent[above]!) {
    if (folded.has(above)) {
      open ??= new Set(folded);
      open.delete(above);
    }
  }
  return open ?? folded;
}

/** All steps at `depth` or deeper that have steps below them: the set to fold so that only `depth + 1` levels show. */
export function foldFrom(tree: StepTree, depth: number): ReadonlySet<number> {
  const folded = new Set<number>();
  for (let position = 0; position < tree.steps.length; position++) {
    if (tree.depth[position]! >= depth && hasChildren(tree, position)) folded.add(position);
  }
  return folded;
}

/** The next step of level ERROR after `from` (before it when `backwards`), around the end; -1 when there is none. */
export function nextError(tree: StepTree, from: number, backwards = false): number {
  const count = tree.steps.length;
  for (let step = 1; step <= count; step++) {
    const position = backwards ? (from - step + count * 2) % count : (from + step) % count;
    if (tree.steps[position]!.level === 'ERROR') return position;
  }
  return -1;
}

/** What a key does in the tree: a new selection (-1 is the trace itself), a step to fold or unfold, or nothing. */
export type TreeMove = { readonly select: number } | { readonly fold: number } | { readonly unfold: number } | null;

const TRACE = -1;

/**
 * Keys of the ARIA tree pattern. `rows` are the visible positions below the row of the trace itself, which is -1.
 * @param page rows that a page key moves by
 */
export function moveInTree(
  tree: StepTree,
  rows: Int32Array,
  folded: ReadonlySet<number>,
  selected: number,
  key: string,
  page = 20,
): TreeMove {
  const row = selected === TRACE ? -1 : rowOf(rows, selected);
  const at = (next: number): TreeMove => {
    const clamped = Math.max(-1, Math.min(rows.length - 1, next));
    return { select: clamped < 0 ? TRACE : rows[clamped]! };
  };
  switch (key) {
    case 'ArrowDown':
      return at(row + 1);
    case 'ArrowUp':
      return at(row - 1);
    case 'PageDown':
      return at(row + page);
    case 'PageUp':
      return at(row - page);
    case 'Home':
      return { select: TRACE };
    case 'End':
      return at(rows.length - 1);
    case 'ArrowRight':
      if (selected === TRACE) return at(0);
      if (!hasChildren(tree, selected)) return null;
      return folded.has(selected) ? { unfold: selected } : at(row + 1);
    case 'ArrowLeft':
      if (selected === TRACE) return null;
      if (hasChildren(tree, selected) && !folded.has(selected)) return { fold: selected };
      return { select: tree.parent[selected]! };
    default:
      return null;
  }
}
