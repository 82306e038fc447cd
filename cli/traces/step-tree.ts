import type { ObservationNode } from '../../contract/observation.ts';

/** A step and what its line begins with: `│  ├─ `. */
export interface TreeLine {
  node: ObservationNode;
  branch: string;
  /** What stands before a further line about the same step. */
  below: string;
}

/** The steps of a trace as lines of a tree, in the order in which they started. A step whose parent is not there is a root. */
export function treeLines(nodes: readonly ObservationNode[]): TreeLine[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const children = new Map<string | null, ObservationNode[]>();
  for (const node of nodes) {
    const parent = node.parentId !== null && node.parentId !== node.id && ids.has(node.parentId) ? node.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  for (const each of children.values()) each.sort((a, b) => a.start - b.start);
  const lines: TreeLine[] = [];
  const placed = new Set<string>();
  // By hand instead of by recursion: traces are deeper than stacks.
  const waiting: TreeLine[] = [];
  const push = (parentId: string | null, before: string, isRoot: boolean) => {
    const siblings = children.get(parentId) ?? [];
    const under = (id: string) => ((children.get(id)?.length ?? 0) > 0 ? '│  ' : '   ');
    const found = siblings.map((node, i) => {
      const last = i === siblings.length - 1;
      const rest = isRoot ? '' : before + (last ? '   ' : '│  ');
      return { node, branch: isRoot ? '' : before + (last ? '└─ ' : '├─ '), below: rest + under(node.id), rest };
    });
    waiting.push(...found.reverse());
  };
  push(null, '', true);
  for (;;) {
    const line = waiting.pop() as (TreeLine & { rest: string }) | undefined;
    if (line === undefined) break;
    if (placed.has(line.node.id)) continue;
    placed.add(line.node.id);
    lines.push({ node: line.node, branch: line.branch, below: line.below });
    push(line.node.id, line.rest, false);
  }
  // Steps that are each other's parents hang from nothing.
  for (const node of nodes) if (!placed.has(node.id)) lines.push({ node, branch: '', below: '   ' });
  return lines;
}
