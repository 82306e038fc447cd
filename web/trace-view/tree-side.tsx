import { CircleX, TriangleAlert } from 'lucide-react';
import { formatCompact, formatCost, formatDuration } from '../../contract/format.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { hasChildren } from '../../contract/trace/step-tree.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { heatOf } from './heat.ts';

export interface TreeSideProps {
  tree: StepTree;
  position: number;
  folded: boolean;
  /** Length of the whole trace, ms. */
  total: number;
  /** Scores of the step. */
  scores: number;
}

/** What stands at the right of a row of the tree: errors inside when folded, tokens, cost, duration with its share of the whole. */
export function TreeSide({ tree, position, folded, total, scores }: TreeSideProps) {
  const step = tree.steps[position]!;
  // Deep in the tree the name needs the room.
  const deep = tree.depth[position]! > 7;
  const inside = folded && hasChildren(tree, position) ? tree.errors[position]! - (step.level === 'ERROR' ? 1 : 0) : 0;
  const share = step.duration === null ? 0 : Math.min(1, step.duration / total);
  return (
    <div className="ml-2 flex shrink-0 items-center gap-2.5 pr-2 text-muted text-xs">
      {inside > 0 && <span className="text-danger">{inside} inside</span>}
      {scores > 0 && (
        <span className="@max-md:hidden rounded-sm bg-hover px-1">{scores === 1 ? '1 score' : `${scores} scores`}</span>
      )}
      {step.totalTokens > 0 && !deep && <span className="@max-lg:hidden">{formatCompact(step.totalTokens)} tok</span>}
      {step.totalCost !== null && !deep && <span className="@max-md:hidden">{formatCost(step.totalCost)}</span>}
      {step.duration !== null && (
        <span className="flex items-center gap-1.5">
          <span className="@max-sm:hidden h-1 w-9 overflow-hidden rounded-full bg-active" aria-hidden>
            <span className={`block h-full rounded-full ${heatOf(share)}`} style={{ width: `${Math.max(4, share * 100)}%` }} />
          </span>
          <span className="min-w-11 text-right">{formatDuration(step.duration)}</span>
        </span>
      )}
    </div>
  );
}

/** The sign of a level that matters. */
export function LevelSign({ level, message }: { level: string; message: string | null }) {
  if (level !== 'ERROR' && level !== 'WARNING') return null;
  const Icon = level === 'ERROR' ? CircleX : TriangleAlert;
  return (
    <Tooltip content={message ?? level}>
      <Icon
        role="img"
        aria-label={level === 'ERROR' ? 'Error' : 'Warning'}
        className={`size-3.5 shrink-0 ${level === 'ERROR' ? 'text-danger' : 'text-warning'}`}
      />
    </Tooltip>
  );
}
