import { describe, expect, it } from 'vitest';
import { buildStepTree } from '../../contract/trace/step-tree.ts';
import { step, syntheticSteps } from '../../contract/trace/synthetic-steps.ts';
import { foldFrom, matchSteps, moveInTree, NO_FILTER, nextError, rowOf, unfoldTo, visibleSteps } from './visible-steps.ts';

const tree = buildStepTree([
  step('root', null, { type: 'AGENT', start: 0 }),
  step('plan', 'root', { type: 'GENERATION', start: 1, model: 'gpt-4o' }),
  step('tools', 'root', { start: 2 }),
  step('lookup order', 'tools', { type: 'TOOL', start: 3, level: 'ERROR', statusMessage: 'Timed out' }),
  step('lookup user', 'tools', { type: 'TOOL', start: 4 }),
  step('answer', 'root', { type: 'GENERATION', start: 5, level: 'WARNING' }),
]);
const at = (id: string) => tree.positionOf.get(id)!;
const ids = (rows: Int32Array) => [...rows].map((position) => tree.steps[position]!.id);

describe('visibleSteps', () => {
  it('skips what is folded', () => {
    expect(ids(visibleSteps(tree, new Set([at('tools')]), null))).toEqual(['root', 'plan', 'tools', 'answer']);
    expect(ids(visibleSteps(tree, new Set([0, at('tools')]), null))).toEqual(['root']);
    expect(visibleSteps(tree, new Set(), null)).toHaveLength(6);
  });

  it('keeps matches and what leads to them', () => {
    const matches = matchSteps(tree, { ...NO_FILTER, text: 'LOOKUP ord' })!;
    expect(matches.count).toBe(1);
    expect(ids(visibleSteps(tree, new Set(), matches))).toEqual(['root', 'tools', 'lookup order']);
    expect(matchSteps(tree, { ...NO_FILTER, text: 'timed' })!.count).toBe(1);
    expect(matchSteps(tree, { ...NO_FILTER, text: 'gpt-4' })!.count).toBe(1);
    expect(matchSteps(tree, { ...NO_FILTER, types: ['GENERATION'], minLevel: 'WARNING' })!.count).toBe(1);
    expect(ids(visibleSteps(tree, new Set(), matchSteps(tree, { ...NO_FILTER, text: 'nothing like it' })))).toEqual([]);
    expect(matchSteps(tree, NO_FILTER)).toBeNull();
  });

  it('finds rows, and reveals a step inside folded ones', () => {
    const folded = new Set([0, at('tools')]);
    const rows = visibleSteps(tree, folded, null);
    expect(rowOf(rows, at('lookup user'))).toBe(-1);
    const open = unfoldTo(tree, folded, at('lookup user'));
    expect([...open]).toEqual([]);
    expect(rowOf(visibleSteps(tree, open, null), at('lookup user'))).toBe(4);
    expect(unfoldTo(tree, open, at('plan'))).toBe(open);
  });

  it('folds from a level down', () => {
    expect([...foldFrom(tree, 1)]).toEqual([at('tools')]);
    expect([...foldFrom(tree, 0)]).toEqual([0, at('tools')]);
  });

  it('goes around to the next error, both ways', () => {
    expect(nextError(tree, at('answer'))).toBe(at('lookup order'));
    expect(nextError(tree, at('lookup order'))).toBe(at('lookup order'));
    expect(nextError(tree, -1)).toBe(at('lookup order'));
    expect(nextError(tree, -1, true)).toBe(at('lookup order'));
    expect(nextError(buildStepTree([step('a', null)]), 0)).toBe(-1);
    expect(nextError(buildStepTree([]), -1)).toBe(-1);
  });

  it('flattens 50,000 steps, filtered and not, quickly', () => {
    const big = buildStepTree(syntheticSteps(50_000));
    const started = performance.now();
    const matches = matchSteps(big, { ...NO_FILTER, text: 'tool 3' })!;
    const rows = visibleSteps(big, new Set(), matches);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(rows.length).toBeGreaterThanOrEqual(matches.count);
    const expected = big.steps.filter(({ name }) => name.includes('tool') && name.includes('3')).length;
    expect(matches.count).toBe(expected);
    expect(visibleSteps(big, new Set(), null)).toHaveLength(50_000);
  });
});

describe('moveInTree', () => {
  const rows = visibleSteps(tree, new Set(), null);
  const none = new Set<number>();
  it('walks rows and stops at both ends; the trace is above the first', () => {
    expect(moveInTree(tree, rows, none, 0, 'ArrowDown')).toEqual({ select: 1 });
    expect(moveInTree(tree, rows, none, 0, 'ArrowUp')).toEqual({ select: -1 });
    expect(moveInTree(tree, rows, none, -1, 'ArrowUp')).toEqual({ select: -1 });
    expect(moveInTree(tree, rows, none, 5, 'ArrowDown')).toEqual({ select: 5 });
    expect(moveInTree(tree, rows, none, 1, 'End')).toEqual({ select: 5 });
    expect(moveInTree(tree, rows, none, 4, 'Home')).toEqual({ select: -1 });
    expect(moveInTree(tree, rows, none, 0, 'PageDown', 3)).toEqual({ select: 3 });
    expect(moveInTree(tree, rows, none, 4, 'x')).toBeNull();
  });

  it('opens, enters, closes and leaves', () => {
    const tools = at('tools');
    const folded = new Set([tools]);
    const less = visibleSteps(tree, folded, null);
    expect(moveInTree(tree, less, folded, tools, 'ArrowRight')).toEqual({ unfold: tools });
    expect(moveInTree(tree, rows, none, tools, 'ArrowRight')).toEqual({ select: at('lookup order') });
    expect(moveInTree(tree, rows, none, tools, 'ArrowLeft')).toEqual({ fold: tools });
    expect(moveInTree(tree, less, folded, tools, 'ArrowLeft')).toEqual({ select: 0 });
    expect(moveInTree(tree, rows, none, at('plan'), 'ArrowLeft')).toEqual({ select: 0 });
    expect(moveInTree(tree, rows, none, at('plan'), 'ArrowRight')).toBeNull();
    expect(moveInTree(tree, less, folded, 0, 'ArrowLeft')).toEqual({ fold: 0 });
  });
});
