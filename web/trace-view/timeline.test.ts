import { describe, expect, it } from 'vitest';
import { buildStepTree } from '../../contract/trace/step-tree.ts';
import { step, syntheticSteps } from '../../contract/trace/synthetic-steps.ts';
import { barIn, criticalPath, extentOf, pan, ticksIn, within, zoom } from './timeline.ts';

describe('extentOf', () => {
  it('spans all steps, also those before the trace began and those without an end', () => {
    const tree = buildStepTree([
      step('a', null, { start: -5, duration: 10 }),
      step('b', null, { start: 30 }),
      step('c', null, { start: 2, duration: 3 }),
    ]);
    expect(extentOf(tree)).toEqual({ from: -5, to: 30 });
    expect(extentOf(buildStepTree([]))).toEqual({ from: 0, to: 1 });
    expect(extentOf(buildStepTree([step('point', null, { start: 4 })]))).toEqual({ from: 4, to: 5 });
  });
});

describe('barIn', () => {
  const window = { from: 100, to: 200 };
  it('places a step and its first token', () => {
    expect(barIn(window, { start: 125, duration: 50, firstToken: 25 })).toEqual({
      left: 0.25,
      width: 0.5,
      firstToken: 0.5,
      cutLeft: false,
      cutRight: false,
    });
  });
  it('cuts at both sides and drops what is outside', () => {
    const bar = barIn(window, { start: 50, duration: 300, firstToken: 10 })!;
    expect(bar).toEqual({ left: 0, width: 1, firstToken: null, cutLeft: true, cutRight: true });
    expect(barIn(window, { start: 50, duration: 20, firstToken: null })).toBeNull();
    expect(barIn(window, { start: 201, duration: null, firstToken: null })).toBeNull();
  });
  it('gives a step without a duration no width', () => {
    expect(barIn(window, { start: 150, duration: null, firstToken: null })).toMatchObject({ left: 0.5, width: 0 });
  });
});

describe('ticksIn', () => {
  it('uses round steps', () => {
    expect(ticksIn({ from: 0, to: 1_000 }, 5)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(ticksIn({ from: 0, to: 90_000 }, 6)).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000, 90_000]);
    expect(ticksIn({ from: 130, to: 170 }, 4)).toEqual([130, 140, 150, 160, 170]);
  });
  it.each([0.004, 0.5, 3, 77, 4_321, 250_000, 9e6, 3e8, 9e11])('is never empty nor crowded for %d ms', (length) => {
    const ticks = ticksIn({ from: 13, to: 13 + length }, 6);
    expect(ticks.length).toBeGreaterThanOrEqual(1);
    expect(ticks.length).toBeLessThanOrEqual(8);
  });
});

describe('zoom and pan', () => {
  const extent = { from: 0, to: 1_000 };
  it('keeps the anchored time in place', () => {
    expect(zoom(extent, extent, 0.5, 0.25)).toEqual({ from: 125, to: 625 });
    expect(zoom({ from: 100, to: 200 }, extent, 2, 0.5)).toEqual({ from: 50, to: 250 });
  });
  it('never leaves the extent nor collapses', () => {
    expect(zoom({ from: 0, to: 600 }, extent, 4, 0)).toEqual(extent);
    expect(pan({ from: 800, to: 1_000 }, extent, 0.5)).toEqual({ from: 800, to: 1_000 });
    expect(pan({ from: 400, to: 600 }, extent, -0.5)).toEqual({ from: 300, to: 500 });
    const tiny = zoom({ from: 5, to: 5.001 }, extent, 0.1, 0.5);
    expect(tiny.to - tiny.from).toBeCloseTo(0.001, 9);
    expect(within({ from: -50, to: 3_000 }, extent)).toEqual(extent);
  });
});

describe('criticalPath', () => {
  it('is the chain that the end waited for', () => {
    const tree = buildStepTree([
      step('root', null, { start: 0, duration: 100 }),
      step('plan', 'root', { start: 0, duration: 20 }),
      step('slow tool', 'root', { start: 20, duration: 60 }),
      step('fast tool', 'root', { start: 20, duration: 10 }),
      step('inner', 'slow tool', { start: 25, duration: 50 }),
      step('answer', 'root', { start: 80, duration: 19 }),
      step('background', 'root', { start: 85, duration: 500 }),
    ]);
    const ids = [...criticalPath(tree)].map((position) => tree.steps[position]!.id).sort();
    expect(ids).toEqual(['answer', 'inner', 'plan', 'root', 'slow tool']);
  });
  it('takes 50,000 steps and 5,000 levels', () => {
    expect(criticalPath(buildStepTree(syntheticSteps(50_000))).size).toBeGreaterThan(0);
    const deep = Array.from({ length: 5_000 }, (_, n) =>
      step(`${n}`, n === 0 ? null : `${n - 1}`, { start: n, duration: 20_000 - 2 * n }),
    );
    expect(criticalPath(buildStepTree(deep)).size).toBe(5_000);
    expect(criticalPath(buildStepTree([])).size).toBe(0);
  });
});
