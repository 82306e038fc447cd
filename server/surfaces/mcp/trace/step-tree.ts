import type { ObservationNode } from '../../../../contract/observation.ts';

/** A step in the tree of its trace. */
export interface Step {
  readonly node: ObservationNode;
  parent: Step | null;
  readonly children: Step[];
  /** Steps below this one, at any depth. */
  below: number;
  /** Milliseconds in which none of its children ran: where its time really went. Null while it has no duration. */
  self: number | null;
}

export interface StepTree {
  roots: Step[];
  /** All steps, in the order in which they were given. */
  steps: Step[];
}

/**
 * Makes a tree of the steps of a trace, in start order. A step whose parent was not received is a root, and so is one step of every ring
 * of parents. Nothing here calls itself: chains may be as long as the trace.
 */
export function buildTree(nodes: readonly ObservationNode[]): StepTree {
  const steps = nodes.map((node): Step => ({ node, parent: null, children: [], below: 0, self: null }));
  const byId = new Map(steps.map((step) => [step.node.id, step]));
  const roots: Step[] = [];
  for (const step of steps) {
    const parent = step.node.parentId === null ? undefined : byId.get(step.node.parentId);
    if (!parent || parent === step) roots.push(step);
    else {
      step.parent = parent;
      parent.children.push(step);
    }
  }
  const seen = new Set<Step>();
  const order = walk(roots, seen);
  for (const step of steps) {
    if (seen.has(step)) continue;
    // In a ring: this step is taken for its beginning.
    if (step.parent) step.parent.children.splice(step.parent.children.indexOf(step), 1);
    step.parent = null;
    roots.push(step);
    order.push(...walk([step], seen));
  }
  for (const step of order.toReversed()) {
    step.self = selfTime(step);
    if (step.parent) step.parent.below += 1 + step.below;
  }
  return { roots, steps };
}

/** Parents before children. */
function walk(from: readonly Step[], seen: Set<Step>): Step[] {
  const order: Step[] = [];
  const open = [...from].reverse();
  for (let step = open.pop(); step; step = open.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    order.push(step);
    for (const child of step.children.toReversed()) open.push(child);
  }
  return order;
}

/** The duration without the time in which any child ran; children are in start order. */
function selfTime({ node, children }: Step): number | null {
  if (node.duration === null) return null;
  const end = node.start + node.duration;
  let free = node.duration;
  let covered = node.start;
  for (const { node: child } of children) {
    if (child.duration === null) continue;
    const from = Math.max(covered, child.start);
    const to = Math.min(end, child.start + child.duration);
    if (to > from) {
      free -= to - from;
      covered = to;
    }
  }
  return Math.max(0, free);
}

/** Names from the root down to the parent, the middle left out where there are many. */
export function pathOf(step: Step): string {
  const names: string[] = [];
  for (let above = step.parent; above; above = above.parent) names.push(nameOf(above));
  names.reverse();
  const shown = names.length <= 5 ? names : [...names.slice(0, 2), `… ${names.length - 4} more …`, ...names.slice(-2)];
  return shown.join(' > ');
}

export const nameOf = ({ node }: Step): string => shortName(node.name);

/** Names are data of senders: long ones are cut. */
export const shortName = (name: string): string => (name.length <= 80 ? name : `${name.slice(0, 79)}…`);
