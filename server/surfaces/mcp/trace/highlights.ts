import { type Step, shortName } from './step-tree.ts';

/** What is most likely looked for in a trace. */
export interface Highlights {
  /** In start order. */
  errors: Step[];
  /** By the time in which no child ran, longest first. */
  slowest: Step[];
  /** Dearest first. */
  costliest: Step[];
}

/** Steps of interest, at most `most` of each kind. */
export function findHighlights(steps: readonly Step[], most: number): Highlights {
  const top = (measure: (step: Step) => number | null) =>
    steps
      .filter((step) => (measure(step) ?? 0) > 0)
      .sort((a, b) => measure(b)! - measure(a)!)
      .slice(0, most);
  return {
    errors: steps.filter(({ node }) => node.level === 'ERROR').slice(0, most),
    slowest: top(({ self }) => self),
    costliest: top(({ node }) => node.totalCost),
  };
}

/** Steps of one type and name, counted. Durations in seconds, cost in US dollars. */
export interface Group {
  type: string;
  name: string;
  count: number;
  errors?: number;
  totalSeconds: number;
  slowestSeconds: number;
  totalCost?: number;
}

/** Groups of steps by type and name, most frequent first. */
export function countGroups(steps: readonly Step[]): Group[] {
  const groups = Map.groupBy(steps, ({ node }) => `${node.type} ${node.name}`);
  return [...groups.values()].map(groupOf).sort((a, b) => b.count - a.count);
}

export function groupOf(steps: readonly Step[]): Group {
  const first = steps[0]!.node;
  let [total, slowest, cost, errors] = [0, 0, 0, 0];
  for (const { node } of steps) {
    total += node.duration ?? 0;
    slowest = Math.max(slowest, node.duration ?? 0);
    cost += node.totalCost ?? 0;
    if (node.level === 'ERROR') errors += 1;
  }
  return {
    type: first.type,
    name: shortName(first.name),
    count: steps.length,
    ...(errors > 0 && { errors }),
    totalSeconds: round(total / 1000),
    slowestSeconds: round(slowest / 1000),
    ...(cost > 0 && { totalCost: round(cost) }),
  };
}

const round = (value: number): number => Number(value.toPrecision(6));
