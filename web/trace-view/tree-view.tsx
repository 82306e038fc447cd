import { formatCost, formatDuration } from '../../contract/format.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { StepRows, type StepRowsProps, TRACE_ROW } from './step-rows.tsx';
import { TreeSide } from './tree-side.tsx';

type Props = Omit<StepRowsProps, 'side' | 'header' | 'nameClass' | 'dimmed' | 'label'> & {
  /** Length of the trace, ms. */
  total: number;
  totalCost: number | null;
  /** Number of scores by observation id. */
  scores: ReadonlyMap<string, number>;
};

/** The nesting of the steps, with what each took and cost. */
export function TreeView({ total, totalCost, scores, ...rest }: Props) {
  const { tree, folded } = rest;
  return (
    <StepRows
      {...rest}
      label="Steps"
      className="@container"
      side={(position) =>
        position === TRACE_ROW ? (
          <TraceSide tree={tree} total={total} cost={totalCost} />
        ) : (
          <TreeSide
            tree={tree}
            position={position}
            folded={folded.has(position)}
            total={total}
            scores={scores.get(tree.steps[position]!.id) ?? 0}
          />
        )
      }
    />
  );
}

function TraceSide({ tree, total, cost }: { tree: StepTree; total: number; cost: number | null }) {
  if (tree.steps.length === 0) return null;
  return (
    <div className="ml-2 flex shrink-0 items-center gap-2.5 pr-2 text-muted text-xs">
      {cost !== null && <span className="@max-md:hidden">{formatCost(cost)}</span>}
      <span className="min-w-11 text-right">{formatDuration(total)}</span>
    </div>
  );
}
