import { describe, expect, it } from 'vitest';
import { buildStepTree } from '../../contract/trace/step-tree.ts';
import { step, syntheticSteps } from '../../contract/trace/synthetic-steps.ts';
import { buildAgentGraph, initialFolds, visibleGraph } from './agent-graph.ts';

/** plan -> tool -> plan -> tool -> plan -> answer, each a child of the agent. */
const loop = buildStepTree([
  step('agent', null, { type: 'AGENT', start: 0, duration: 100 }),
  ...['plan', 'tool', 'plan', 'tool', 'plan', 'answer'].map((name, n) =>
    step(`${n}`, 'agent', { name, start: n * 10, duration: 8, totalCost: 0.1 }),
  ),
  step('noted', 'agent', { type: 'EVENT', start: 15 }),
]);
const lines = ({ groups, edges }: ReturnType<typeof visibleGraph>) =>
  edges.map(({ from, to, kind, count }) => {
    const name = (id: number) => groups.find((group) => group.id === id)!.name;
    return `${name(from)} ${kind} ${name(to)} x${count}`;
  });

describe('buildAgentGraph', () => {
  it('draws a loop as a loop, with counts, and leaves events out', () => {
    const graph = buildAgentGraph(loop);
    expect(graph.groups.map(({ name, steps }) => `${name} ${steps.length}`)).toEqual(['agent 1', 'plan 3', 'tool 2', 'answer 1']);
    expect(lines(visibleGraph(graph, new Set()))).toEqual([
      'agent calls plan x1',
      'plan then tool x2',
      'tool then plan x2',
      'plan then answer x1',
    ]);
    expect(graph.groups[1]!.cost).toBeCloseTo(0.3);
    expect(graph.groupOf[loop.positionOf.get('noted')!]).toBe(-1);
  });

  it('treats overlapping siblings as side by side', () => {
    const tree = buildStepTree([
      step('root', null, { start: 0, duration: 50 }),
      step('split', 'root', { start: 0, duration: 5 }),
      step('left', 'root', { start: 6, duration: 20 }),
      step('right', 'root', { start: 7, duration: 20 }),
      step('join', 'root', { start: 30, duration: 5 }),
    ]);
    expect(lines(visibleGraph(buildAgentGraph(tree), new Set()))).toEqual([
      'root calls split x1',
      'split then left x1',
      'split then right x1',
      'left then join x1',
      'right then join x1',
    ]);
  });

  it('folds recursion into the ancestor of the same name', () => {
    const chain = ['supervisor', 'worker', 'supervisor', 'worker', 'supervisor'];
    const tree = buildStepTree(
      chain.map((name, n) => step(`${n}`, n === 0 ? null : `${n - 1}`, { name, type: 'AGENT', start: n, duration: 100 - n })),
    );
    const graph = buildAgentGraph(tree);
    expect(graph.groups.map(({ name, steps }) => `${name} ${steps.length}`)).toEqual(['supervisor 3', 'worker 2']);
    expect(lines(visibleGraph(graph, new Set()))).toEqual(['supervisor calls worker x2', 'worker calls supervisor x2']);
  });

  it('shows a step that repeats itself as a self-loop', () => {
    const tree = buildStepTree([0, 1, 2].map((n) => step(`${n}`, null, { name: 'retry', start: n * 10, duration: 5 })));
    expect(lines(visibleGraph(buildAgentGraph(tree), new Set()))).toEqual(['retry then retry x2']);
  });
});

describe('visibleGraph', () => {
  const tree = buildStepTree([
    step('root', null, { start: 0, duration: 100 }),
    step('a', 'root', { start: 0, duration: 10 }),
    step('a1', 'a', { start: 0, duration: 3 }),
    step('a2', 'a', { start: 4, duration: 3 }),
    step('b', 'root', { start: 20, duration: 10 }),
  ]);
  it('lets a folded group stand for what is inside, without inner loops', () => {
    const graph = buildAgentGraph(tree);
    const a = graph.groups.find(({ name }) => name === 'a')!.id;
    expect(lines(visibleGraph(graph, new Set([a])))).toEqual(['root calls a x1', 'a then b x1']);
    expect(visibleGraph(graph, new Set([0])).groups.map(({ name }) => name)).toEqual(['root']);
    expect(visibleGraph(graph, new Set([0])).edges).toEqual([]);
  });

  it('starts folded when there is much', () => {
    const graph = buildAgentGraph(buildStepTree(syntheticSteps(50_000)));
    expect(graph.groups.reduce((sum, { steps }) => sum + steps.length, 0)).toBe(50_000);
    const drawn = visibleGraph(graph, initialFolds(graph, 60)).groups.length;
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThanOrEqual(61);
    const small = buildAgentGraph(loop);
    expect(visibleGraph(small, initialFolds(small, 60)).groups).toHaveLength(4);
  });

  it('takes 5,000 levels of different names', () => {
    const deep = Array.from({ length: 5_000 }, (_, n) =>
      step(`${n}`, n === 0 ? null : `${n - 1}`, { start: n, duration: 20_000 - 2 * n }),
    );
    expect(buildAgentGraph(buildStepTree(deep)).groups).toHaveLength(5_000);
  });
});
