import type { ObservationNode } from '../observation.ts';

/** A step for tests: everything that is not said is empty. */
export function step(id: string, parentId: string | null, rest: Partial<ObservationNode> = {}): ObservationNode {
  return {
    id,
    parentId,
    type: 'SPAN',
    name: id,
    level: 'DEFAULT',
    start: 0,
    duration: null,
    firstToken: null,
    model: null,
    inputTokens: 0,
    outputTokens: 0,
    totalTokens: 0,
    totalCost: null,
    statusMessage: null,
    orphan: false,
    ...rest,
  };
}

/** A reproducible random tree of `count` steps, for tests: each hangs below one of the 40 before it, the first is the root. */
export function syntheticSteps(count: number, seed = 7): ObservationNode[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const types = ['SPAN', 'GENERATION', 'TOOL', 'AGENT', 'RETRIEVER'] as const;
  return Array.from({ length: count }, (_, n) => {
    const type = types[Math.floor(random() * types.length)]!;
    const parent = n === 0 ? null : `s${Math.max(0, n - 1 - Math.floor(random() * 40))}`;
    return step(`s${n}`, parent, {
      type,
      name: `${type.toLowerCase()} ${Math.floor(random() * 12)}`,
      start: n,
      duration: 1 + random() * 100,
      level: random() < 0.01 ? 'ERROR' : 'DEFAULT',
      totalTokens: type === 'GENERATION' ? Math.floor(random() * 1_000) : 0,
      totalCost: type === 'GENERATION' ? random() / 100 : null,
    });
  });
}
