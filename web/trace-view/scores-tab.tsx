import { formatNumber, NOTHING } from '../../contract/format.ts';
import type { Score } from '../../contract/score.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { Timestamp } from '../lib/timestamp.tsx';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

const SOURCES: Readonly<Record<Score['source'], string>> = { API: 'API', EVAL: 'Evaluator', ANNOTATION: 'Annotation' };

/** A score's value as it reads: true and false as words, numbers short, texts as they are. */
export function scoreValue(score: Pick<Score, 'dataType' | 'value' | 'stringValue'>): string {
  if (score.dataType === 'BOOLEAN')
    return score.value === null ? (score.stringValue ?? NOTHING) : score.value === 1 ? 'true' : 'false';
  if (score.stringValue !== null && score.dataType !== 'NUMERIC') return score.stringValue;
  return formatNumber(score.value);
}

export interface ScoresTabProps {
  scores: readonly Score[];
  tree: StepTree;
  /** On the trace's own tab each score says which step it is about. */
  onSelect?(position: number): void;
}

/** Judgements with their comments. */
export function ScoresTab({ scores, tree, onSelect }: ScoresTabProps) {
  if (scores.length === 0) {
    return (
      <EmptyState title="No scores">
        Judgements of evaluators, people and your own code stand here, with their comments.
      </EmptyState>
    );
  }
  return (
    <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
      {scores.map((score) => {
        const position = score.observationId ? tree.positionOf.get(score.observationId) : undefined;
        return (
          <li key={score.id} className="px-3 py-2">
            <div className="flex items-center gap-2">
              <span className="truncate font-medium">{score.name}</span>
              <Badge tone="outline" size="sm">
                {SOURCES[score.source]}
              </Badge>
              <span className="ml-auto shrink-0 font-medium">{scoreValue(score)}</span>
            </div>
            <div className="mt-0.5 flex gap-2 text-faint text-xs">
              <Timestamp time={score.timestamp} />
              {onSelect && position !== undefined && (
                <button type="button" className="truncate text-accent hover:underline" onClick={() => onSelect(position)}>
                  on {tree.steps[position]!.name}
                </button>
              )}
            </div>
            {score.comment && <p className="mt-1 whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">{score.comment}</p>}
          </li>
        );
      })}
    </ul>
  );
}
