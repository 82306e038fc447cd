import { describe, expect, it } from 'vitest';
import type { ObservationNode } from '../observation.ts';
import { buildStepTree } from './step-tree.ts';
import { step, syntheticSteps } from './synthetic-steps.ts';

const shape = (steps: readonly ObservationNode[]) => {
  const tree = buildStepTree(steps);
  return tree.steps.map((node, position) => `${'  '.repeat(tree.depth[position]!)}${node.id}`);
};

describe('buildStepTree', () => {
  it('puts children below their parent in start order, also when they come first', () => {
    const steps = [
      step('b', 'root', { start: 20 }),
      step('a', 'root', { start: 10 }),
      step('root', null, { start: 0 }),
      step('b1', 'b', { start: 21 }),
      step('a1', 'a', { start: 11 }),
    ];
    expect(shape(steps)).toEqual(['root', '  a', '    a1', '  b', '    b1']);
  });

  it('keeps several roots, marks orphans and puts them at the top', () => {
    const tree = buildStepTree([
      step('one', null),
      step('lost', 'never-sent', { start: 1 }),
      step('two', null, { start: 2 }),
      step('child', 'lost', { start: 3 }),
    ]);
    expect(tree.steps.map(({ id }) => id)).toEqual(['one', 'lost', 'child', 'two']);
    expect([...tree.orphans]).toEqual([1]);
    expect([...tree.parent]).toEqual([-1, -1, 1, -1]);
    expect([...tree.end]).toEqual([1, 3, 3, 4]);
  });

  it('opens a ring of parents at its earliest step and loses nothing', () => {
    const tree = buildStepTree([
      step('tail', 'x', { start: 9 }),
      step('y', 'x', { start: 5 }),
      step('x', 'z', { start: 4 }),
      step('z', 'y', { start: 6 }),
      step('self', 'self', { start: 7 }),
    ]);
    expect(tree.steps.map(({ id }) => id)).toEqual(['x', 'y', 'z', 'tail', 'self']);
    expect([...tree.depth]).toEqual([0, 1, 2, 1, 0]);
    expect([...tree.rings].map((position) => tree.steps[position]!.id)).toEqual(['x', 'self']);
  });

  it('keeps both of two steps with one id, children at the first', () => {
    expect(shape([step('same', null), step('same', null, { start: 1 }), step('child', 'same', { start: 2 })])).toEqual([
      'same',
      '  child',
      'same',
    ]);
  });

  it('sums cost, tokens and errors of subtrees; no cost is not a cost of zero', () => {
    const tree = buildStepTree([
      step('root', null),
      step('paid', 'root', { totalCost: 0.25, totalTokens: 10, level: 'ERROR' }),
      step('free', 'root', { totalCost: 0, totalTokens: 5 }),
      step('none', 'root'),
      step('deep', 'paid', { totalCost: 0.5, totalTokens: 7, level: 'ERROR', start: 1 }),
    ]);
    const by = (id: string) => tree.positionOf.get(id)!;
    expect(tree.cost[by('root')]).toBe(0.75);
    expect(tree.tokens[by('root')]).toBe(22);
    expect(tree.errors[by('root')]).toBe(2);
    expect(tree.cost[by('free')]).toBe(0);
    expect(tree.cost[by('none')]).toBeNaN();
  });

  it('is empty for no steps', () => {
    expect(buildStepTree([]).steps).toEqual([]);
  });

  it('has every one of 50,000 random steps exactly once, below the parent it names', () => {
    const steps = syntheticSteps(50_000);
    const started = performance.now();
    const tree = buildStepTree(steps);
    const took = performance.now() - started;
    expect(new Set(tree.steps).size).toBe(50_000);
    for (let position = 0; position < tree.steps.length; position++) {
      const above = tree.parent[position]!;
      expect(above < 0 ? null : tree.steps[above]!.id).toBe(tree.steps[position]!.parentId);
      if (above >= 0 && (position <= above || position >= tree.end[above]!))
        throw new Error(`${position} is not inside ${above}`);
    }
    expect(took).toBeLessThan(5_000);
  });

  it('survives 5,000 levels and a ring of 50,000', () => {
    const chain = Array.from({ length: 5_000 }, (_, n) => step(`${n}`, n === 0 ? null : `${n - 1}`, { start: n }));
    const deep = buildStepTree(chain.toReversed());
    expect(deep.depth[4_999]).toBe(4_999);
    expect(deep.end[0]).toBe(5_000);
    const ring = Array.from({ length: 50_000 }, (_, n) => step(`${n}`, `${(n + 1) % 50_000}`, { start: n }));
    const opened = buildStepTree(ring);
    expect([...opened.rings]).toEqual([0]);
    expect(opened.steps[0]!.id).toBe('0');
    expect(opened.depth[49_999]).toBe(49_999);
  });
});
