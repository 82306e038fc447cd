import type { ObservationNode } from '../../../../contract/observation.ts';
import { buildStepTree } from '../../../../contract/trace/step-tree.ts';

/** A step in the tree of its trace. */
export interface Step {
  readonly node: ObservationNode;
  parent: Step | null;
  readonly children: Step[];
  /** Steps below this one, at any depth. */
  readonly below: number;
  /** Milliseconds in which none of its children ran: where its time really went. Null while it has no duration. */
  self: number | null;
}

export interface StepTree {
  roots: Step[];
  /** All steps, each before what is below it. */
  steps: Step[];
}

/** The steps of a trace as objects, see `buildStepTree`. */
export function buildTree(nodes: readonly ObservationNode[]): StepTree {
  const tree = buildStepTree(nodes);
  const steps = tree.steps.map((node, position): Step => {
    const below = tree.end[position]! - position - 1;
    return { node, parent: null, children: [], below, self: null };
  });
  const roots: Step[] = [];
  steps.forEach((step, position) => {
    step.parent = steps[tree.parent[position]!] ?? null;
    (step.parent?.children ?? roots).push(step);
  });
  for (const step of steps) step.self = selfTime(step);
  return { roots, steps };
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
