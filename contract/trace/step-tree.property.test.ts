import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildStepTree } from './step-tree.ts';
import { step } from './synthetic-steps.ts';

/** Steps of few names, so that parents are missing, come later, name themselves or each other, and ids come twice. */
const steps = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 12 }),
      parent: fc.option(fc.integer({ min: 0, max: 14 })),
      start: fc.integer({ min: 0, max: 20 }),
    }),
    { maxLength: 25 },
  )
  .map((given) => given.map(({ id, parent, start }) => step(`s${id}`, parent === null ? null : `s${parent}`, { start })));

describe('a tree of any steps', () => {
  it('has every step once, parents before what is below them, siblings by start; who is no root hangs where it said', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const tree = buildStepTree(given);
        expect(new Set(tree.steps)).toEqual(new Set(given));
        expect(tree.steps).toHaveLength(given.length);
        const last = new Map<number, number>();
        tree.steps.forEach((node, position) => {
          const parent = tree.parent[position]!;
          expect(parent).toBeLessThan(position);
          expect(tree.end[position]).toBeGreaterThan(position);
          expect(tree.depth[position]).toBe(parent < 0 ? 0 : tree.depth[parent]! + 1);
          if (parent >= 0) {
            expect(tree.steps[parent]!.id).toBe(node.parentId);
            expect(tree.end[position]).toBeLessThanOrEqual(tree.end[parent]!);
          }
          expect(node.start).toBeGreaterThanOrEqual(last.get(parent) ?? 0);
          last.set(parent, node.start);
          // A root says that it has no parent, has one that is not here, or opens a ring.
          const ids = new Set(given.map(({ id }) => id));
          if (parent < 0) {
            expect(tree.orphans.has(position)).toBe(node.parentId !== null && !ids.has(node.parentId));
            expect(tree.rings.has(position)).toBe(node.parentId !== null && ids.has(node.parentId));
          }
        });
      }),
    );
  });
});
