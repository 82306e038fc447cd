import { describe, expect, it } from 'vitest';
import type { ObservationNode } from '../../contract/observation.ts';
import { treeLines } from './step-tree.ts';

const node = (id: string, parentId: string | null, start: number) => ({ id, parentId, start, name: id }) as ObservationNode;
const drawn = (nodes: ObservationNode[]) => treeLines(nodes).map(({ branch, node }) => branch + node.id);

describe('the steps of a trace', () => {
  it('are a tree in the order of their beginnings', () => {
    const nodes = [
      node('b', 'root', 5),
      node('root', null, 0),
      node('a', 'root', 1),
      node('a1', 'a', 2),
      node('b1', 'b', 6),
      node('b2', 'b', 7),
    ];
    expect(drawn(nodes)).toEqual(['root', '├─ a', '│  └─ a1', '└─ b', '   ├─ b1', '   └─ b2']);
    expect(treeLines(nodes).map(({ below }) => below)).toEqual([
      '│  ',
      '│  │  ',
      '│        ',
      '   │  ',
      '   │     ',
      '         ',
    ]);
  });
  it('hang from nothing when their parent is not there, or they are their own; a ring is opened at its first step', () => {
    expect(drawn([node('a', 'gone', 1), node('b', 'b', 0)])).toEqual(['b', 'a']);
    expect(drawn([node('x', 'y', 0), node('y', 'x', 1)])).toEqual(['x', '└─ y']);
  });
  it('may be nested deeper than the stack', () => {
    const deep = Array.from({ length: 20_000 }, (_, i) => node(`n${i}`, i === 0 ? null : `n${i - 1}`, i));
    expect(treeLines(deep)).toHaveLength(20_000);
  });
});
