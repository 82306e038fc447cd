import type { ObservationType } from '../../contract/observation.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { endOf } from './timeline.ts';

/** Steps of one name and type in one place of the nesting, drawn as one box. */
export interface GraphGroup {
  readonly id: number;
  readonly name: string;
  readonly type: ObservationType;
  /** Group that it is nested in, -1 at the top. */
  readonly parent: number;
  /** Positions in the tree, in the order in which they ran. */
  readonly steps: number[];
  readonly children: number[];
  errors: number;
  /** Sum of durations, ms. */
  duration: number;
  /** Sum of the steps' own costs, USD. */
  cost: number;
}

/** `calls`: from a step to what it starts. `then`: from a step to the sibling that ran next. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: 'calls' | 'then';
  /** How often it was taken. */
  count: number;
}

export interface AgentGraph {
  readonly groups: readonly GraphGroup[];
  readonly edges: readonly GraphEdge[];
  /** Group of each step, by position; -1 for steps that are left out (events). */
  readonly groupOf: Int32Array;
}

/**
 * Folds the tree into what an agent does. Siblings of one name and type are one group; a step that has an ancestor of its own name
 * and type (an agent that hands over in a circle) joins that ancestor's group, so recursion is drawn as a loop. Siblings that
 * overlap in time ran side by side and are not one another's successors: the batch before leads to each of them.
 */
export function buildAgentGraph(tree: StepTree): AgentGraph {
  const groups: GraphGroup[] = [];
  const groupOf = new Int32Array(tree.steps.length).fill(-1);
  const edges = new Map<string, GraphEdge>();
  const below: Map<string, number>[] = [];
  const top = new Map<string, number>();

  const join = (position: number, parent: number): number => {
    const step = tree.steps[position]!;
    const key = `${step.type}\n${step.name}`;
    let id = -1;
    for (let above = parent; above >= 0; above = groups[above]!.parent) {
      if (groups[above]!.name === step.name && groups[above]!.type === step.type) {
        id = above;
        break;
      }
    }
    if (id < 0) {
      const siblings = parent < 0 ? top : below[parent]!;
      id = siblings.get(key) ?? -1;
      if (id < 0) {
        id = groups.length;
        groups.push({ id, name: step.name, type: step.type, parent, steps: [], children: [], errors: 0, duration: 0, cost: 0 });
        below.push(new Map());
        siblings.set(key, id);
        if (parent >= 0) groups[parent]!.children.push(id);
      }
    }
    const group = groups[id]!;
    group.steps.push(position);
    group.errors += step.level === 'ERROR' ? 1 : 0;
    group.duration += step.duration ?? 0;
    group.cost += step.totalCost ?? 0;
    groupOf[position] = id;
    return id;
  };
  const connect = (from: number, to: number, kind: GraphEdge['kind']) => {
    const key = `${from} ${to} ${kind}`;
    const edge = edges.get(key);
    if (edge) edge.count++;
    else edges.set(key, { from, to, kind, count: 1 });
  };

  /** Connects the children of one step (or the roots) in the order in which they ran. */
  const chain = (first: number, last: number, parentGroup: number) => {
    let previous = new Set<number>();
    let batch = new Set<number>();
    let batchEnd = Number.NEGATIVE_INFINITY;
    const close = () => {
      for (const to of batch) {
        if (previous.size === 0 && parentGroup >= 0) connect(parentGroup, to, 'calls');
        for (const from of previous) connect(from, to, 'then');
      }
      if (batch.size > 0) previous = batch;
      batch = new Set();
    };
    for (let child = first; child < last; child = tree.end[child]!) {
      const step = tree.steps[child]!;
      if (step.type === 'EVENT') continue;
      if (step.start >= batchEnd) close();
      batch.add(join(child, parentGroup));
      batchEnd = Math.max(batchEnd, endOf(step));
    }
    close();
  };

  chain(0, tree.steps.length, -1);
  for (let position = 0; position < tree.steps.length; position++) {
    if (groupOf[position]! >= 0) chain(position + 1, tree.end[position]!, groupOf[position]!);
  }
  return { groups, edges: [...edges.values()], groupOf };
}

/** What of the graph is drawn while some groups are folded: a folded group stands for everything inside it. */
export function visibleGraph(graph: AgentGraph, folded: ReadonlySet<number>): { groups: GraphGroup[]; edges: GraphEdge[] } {
  /** The group that stands for each group; parents come before children, so one pass settles it. */
  const stands = new Int32Array(graph.groups.length);
  for (const { id, parent } of graph.groups) {
    if (parent < 0) stands[id] = id;
    else stands[id] = stands[parent] !== parent || folded.has(parent) ? stands[parent]! : id;
  }
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const from = stands[edge.from]!;
    const to = stands[edge.to]!;
    // What happens inside a folded group is not a loop of the group.
    if (from === to && (edge.from !== from || edge.to !== to)) continue;
    const key = `${from} ${to} ${edge.kind}`;
    const known = edges.get(key);
    if (known) known.count += edge.count;
    else edges.set(key, { ...edge, from, to });
  }
  return { groups: graph.groups.filter(({ id }) => stands[id] === id), edges: [...edges.values()] };
}

/** Groups to fold at first so that at most about `limit` boxes are drawn: whole levels, the deepest first. */
export function initialFolds(graph: AgentGraph, limit: number): ReadonlySet<number> {
  const depth = new Int32Array(graph.groups.length);
  const perDepth: number[] = [];
  for (const { id, parent } of graph.groups) {
    depth[id] = parent < 0 ? 0 : depth[parent]! + 1;
    perDepth[depth[id]!] = (perDepth[depth[id]!] ?? 0) + 1;
  }
  let levels = 1;
  let drawn = perDepth[0] ?? 0;
  while (levels < perDepth.length && drawn + perDepth[levels]! <= limit) drawn += perDepth[levels++]!;
  return new Set(graph.groups.filter(({ id, children }) => children.length > 0 && depth[id]! >= levels - 1).map(({ id }) => id));
}
