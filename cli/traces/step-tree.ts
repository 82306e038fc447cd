import type { ObservationNode } from '../../contract/observation.ts';
import { buildStepTree, hasChildren } from '../../contract/trace/step-tree.ts';

/** A step and what its line begins with: `│  ├─ `. */
export interface TreeLine {
  node: ObservationNode;
  branch: string;
  /** What stands before a further line about the same step. */
  below: string;
}

/** The steps of a trace as lines of a tree, see `buildStepTree`. Roots stand beside each other without branches. */
export function treeLines(nodes: readonly ObservationNode[]): TreeLine[] {
  const tree = buildStepTree(nodes);
  /** What stands before everything below a step, without its own mark. */
  const rests: string[] = [];
  return tree.steps.map((node, position) => {
    const parent = tree.parent[position]!;
    const before = parent < 0 ? '' : rests[parent]!;
    const last = parent < 0 || tree.end[position] === tree.end[parent];
    rests.push(parent < 0 ? '' : before + (last ? '   ' : '│  '));
    return {
      node,
      branch: parent < 0 ? '' : before + (last ? '└─ ' : '├─ '),
      below: rests[position]! + (hasChildren(tree, position) ? '│  ' : '   '),
    };
  });
}
