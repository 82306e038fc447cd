import type { StepTree } from '../../contract/trace/step-tree.ts';

/** A stretch of time in ms relative to the trace's start. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a step ends; a step without a duration ends where it starts. */
export function endOf(step: { start: number; duration: number | null }): number {
  return step.start + (step.duration ?? 0);
}

/** From the earliest start to the latest end, never empty (at least 1 ms), so that it can be divided by. */
export function extentOf(tree: StepTree): Span {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const step of tree.steps) {
    if (step.start < from) from = step.start;
    const end = endOf(step);
    if (end > to) to = end;
  }
  if (!Number.isFinite(from)) return { from: 0, to: 1 };
  return { from, to: Math.max(to, from + 1) };
}

/** Where a step is drawn in the window, in parts of its width: `left` and `right` cut to 0..1; null when outside. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  /** First token, within the window; null when unknown or outside. */
  readonly firstToken: number | null;
  /** The step goes on beyond the window at this side. */
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

export function barIn(window: Span, step: { start: number; duration: number | null; firstToken: number | null }): Bar | null {
  const length = window.to - window.from;
  const start = (step.start - window.from) / length;
  const end = (endOf(step) - window.from) / length;
  if (end < 0 || start > 1) return null;
  const left = Math.max(0, start);
  const first = step.firstToken === null ? null : start + step.firstToken / length;
  return {
    left,
    width: Math.min(1, end) - left,
    firstToken: first !== null && first >= 0 && first <= 1 && first <= end ? first : null,
    cutLeft: start < 0,
    cutRight: end > 1,
  };
}

/** Round steps for an axis: 1, 2 or 5 times a power of ten ms up to a second, then seconds, minutes, hours. */
const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000];
const LONG = [60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000];

/** At most about `count` ticks at round times inside the window. */
export function ticksIn(window: Span, count: number): number[] {
  const wanted = (window.to - window.from) / Math.max(1, count);
  let step = [...ROUND, ...LONG].find((candidate) => candidate >= wanted);
  if (wanted < 1) {
    const power = 10 ** Math.floor(Math.log10(wanted));
    step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= wanted * 0.999_999)!;
  }
  step ??= Math.ceil(wanted / 86_400_000) * 86_400_000;
  const ticks: number[] = [];
  for (let n = Math.ceil(window.from / step - 1e-9); n * step <= window.to + step * 1e-9; n++) ticks.push(n * step + 0);
  return ticks;
}

/** The narrowest window that zooming reaches: a microsecond. */
const NARROWEST = 0.001;

/** Zooms by `factor` (<1 in, >1 out) and keeps the time at `anchor` (0..1 of the window) where it is; stays inside `extent`. */
export function zoom(window: Span, extent: Span, factor: number, anchor: number): Span {
  const length = Math.min(extent.to - extent.from, Math.max(NARROWEST, (window.to - window.from) * factor));
  const fixed = window.from + anchor * (window.to - window.from);
  return within({ from: fixed - anchor * length, to: fixed + (1 - anchor) * length }, extent);
}

/** Moves the window by a part of its own width; stays inside `extent`. */
export function pan(window: Span, extent: Span, part: number): Span {
  const by = (window.to - window.from) * part;
  return within({ from: window.from + by, to: window.to + by }, extent);
}

/** The window moved (and if need be cut) into the extent. */
export function within(window: Span, extent: Span): Span {
  const length = Math.min(window.to - window.from, extent.to - extent.from);
  const from = Math.min(Math.max(window.from, extent.from), extent.to - length);
  return { from, to: from + length };
}

/**
 * The chain of steps that the end of the trace waited for. From the root that ends last, walking back in time: the child that
 * ended last before the current moment is on the path, then the one that ended last before *it* started, and so on, at each level.
 */
export function criticalPath(tree: StepTree): ReadonlySet<number> {
  const path = new Set<number>();
  let last = -1;
  for (let root = 0; root < tree.steps.length; root = tree.end[root]!) {
    if (last < 0 || endOf(tree.steps[root]!) > endOf(tree.steps[last]!)) last = root;
  }
  if (last < 0) return path;
  const open = [{ position: last, until: endOf(tree.steps[last]!) }];
  while (open.length > 0) {
    const { position, until } = open.pop()!;
    path.add(position);
    const children: number[] = [];
    for (let child = position + 1; child < tree.end[position]!; child = tree.end[child]!) children.push(child);
    children.sort((a, b) => endOf(tree.steps[b]!) - endOf(tree.steps[a]!));
    let moment = until;
    for (const child of children) {
      const step = tree.steps[child]!;
      // A child that outlives the moment ran beside the path (or after its parent had gone on): nothing waited for it.
      if (endOf(step) > moment + 0.5 || (step.duration ?? 0) === 0) continue;
      open.push({ position: child, until: endOf(step) });
      moment = step.start;
    }
  }
  return path;
}
