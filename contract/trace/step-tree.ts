import type { ObservationNode } from '../observation.ts';

/**
 * The steps of a trace as a tree, laid out flat in pre-order: a parent comes right before its subtree, so that "skip what is
 * folded" is one jump and a list of 50,000 rows needs no objects of its own. A step is named by its position in this order.
 */
export interface StepTree {
  readonly steps: readonly ObservationNode[];
  /** Position of the parent, -1 for a root. */
  readonly parent: Int32Array;
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** First position after the subtree; `position + 1` for a leaf. */
  readonly end: Int32Array;
  readonly positionOf: ReadonlyMap<string, number>;
  /** USD of the step and everything below it; NaN when none of it has a cost. */
  readonly cost: Float64Array;
  readonly tokens: Float64Array;
  /** Steps of level ERROR in the subtree, the step itself included. */
  readonly errors: Int32Array;
  /** Steps whose stated parent was never received; they stand as roots. */
  readonly orphans: ReadonlySet<number>;
  /** Steps that are their own ancestor by what was sent; the earliest of each ring stands as a root. */
  readonly rings: ReadonlySet<number>;
}

/** Indices by start time, keeping the given order among equals. Already sorted input (the usual case) costs one pass. */
function byStart(steps: readonly ObservationNode[]): Int32Array {
  const order = Int32Array.from(steps, (_, index) => index);
  const sorted = steps.every((step, index) => index === 0 || steps[index - 1]!.start <= step.start);
  return sorted ? order : order.sort((a, b) => steps[a]!.start - steps[b]!.start || a - b);
}

/**
 * Builds the tree in linear time and without recursion, whatever was sent: several roots, parents that are missing, parents that
 * come later, rings of parents, steps nested thousands deep. Every step given is in the tree exactly once. Siblings are in start order.
 */
export function buildStepTree(given: readonly ObservationNode[]): StepTree {
  const count = given.length;
  const order = byStart(given);
  const indexOf = new Map<string, number>();
  for (const index of order) {
    if (!indexOf.has(given[index]!.id)) indexOf.set(given[index]!.id, index);
  }

  const parentIndex = new Int32Array(count).fill(-1);
  const orphanIndex = new Set<number>();
  for (let index = 0; index < count; index++) {
    const parentId = given[index]!.parentId;
    if (parentId === null || parentId === '') continue;
    const found = indexOf.get(parentId);
    if (found === undefined) orphanIndex.add(index);
    else parentIndex[index] = found;
  }
  const ringIndex = cutRings(given, order, parentIndex);

  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  let firstRoot = -1;
  for (let at = count - 1; at >= 0; at--) {
    const index = order[at]!;
    const parent = parentIndex[index]!;
    if (parent < 0) {
      nextSibling[index] = firstRoot;
      firstRoot = index;
    } else {
      nextSibling[index] = firstChild[parent]!;
      firstChild[parent] = index;
    }
  }

  const steps = new Array<ObservationNode>(count);
  const parent = new Int32Array(count).fill(-1);
  const depth = new Int32Array(count);
  const end = new Int32Array(count);
  const positionOf = new Map<string, number>();
  const orphans = new Set<number>();
  const rings = new Set<number>();
  let position = 0;
  let index = firstRoot;
  let above = -1;
  while (index >= 0) {
    steps[position] = given[index]!;
    parent[position] = above;
    depth[position] = above < 0 ? 0 : depth[above]! + 1;
    if (!positionOf.has(given[index]!.id)) positionOf.set(given[index]!.id, position);
    if (orphanIndex.has(index)) orphans.add(position);
    if (ringIndex.has(index)) rings.add(position);
    const child = firstChild[index]!;
    if (child >= 0) {
      above = position++;
      index = child;
      continue;
    }
    end[position] = ++position;
    // Climb until a step has a next sibling; every level that is left ends here.
    while (index >= 0 && nextSibling[index]! < 0) {
      index = parentIndex[index]!;
      if (above >= 0) {
        end[above] = position;
        above = parent[above]!;
      }
    }
    if (index >= 0) index = nextSibling[index]!;
  }

  return { steps, parent, depth, end, positionOf, orphans, rings, ...foldUp(steps, parent) };
}

/** Opens every ring of parents at its earliest step by making that step a root; returns these steps. */
function cutRings(given: readonly ObservationNode[], order: Int32Array, parentIndex: Int32Array): Set<number> {
  const rank = new Int32Array(given.length);
  order.forEach((index, at) => {
    rank[index] = at;
  });
  const cut = new Set<number>();
  /** 0 not seen; otherwise the number of the walk that saw it. */
  const seen = new Int32Array(given.length);
  for (let start = 0; start < given.length; start++) {
    const walk = start + 1;
    let index = start;
    while (index >= 0 && seen[index] === 0) {
      seen[index] = walk;
      index = parentIndex[index]!;
    }
    if (index < 0 || seen[index] !== walk) continue;
    let earliest = index;
    for (let member = parentIndex[index]!; member !== index; member = parentIndex[member]!) {
      if (rank[member]! < rank[earliest]!) earliest = member;
    }
    parentIndex[earliest] = -1;
    cut.add(earliest);
  }
  return cut;
}

/** Sums of subtrees: children stand after their parent, so one pass from the back is enough. */
function foldUp(steps: readonly ObservationNode[], parent: Int32Array): Pick<StepTree, 'cost' | 'tokens' | 'errors'> {
  const cost = Float64Array.from(steps, (step) => step.totalCost ?? Number.NaN);
  const tokens = Float64Array.from(steps, (step) => step.totalTokens);
  const errors = Int32Array.from(steps, (step) => (step.level === 'ERROR' ? 1 : 0));
  for (let position = steps.length - 1; position >= 0; position--) {
    const above = parent[position]!;
    if (above < 0) continue;
    tokens[above]! += tokens[position]!;
    errors[above]! += errors[position]!;
    if (!Number.isNaN(cost[position]!)) cost[above] = (Number.isNaN(cost[above]!) ? 0 : cost[above]!) + cost[position]!;
  }
  return { cost, tokens, errors };
}

/** Whether the step has steps below it. */
export function hasChildren(tree: StepTree, position: number): boolean {
  return tree.end[position]! > position + 1;
}
