import { X } from 'lucide-react';
import type { FilterCondition } from '../../../contract/filter/condition.ts';

export interface ChipsProps {
  /** Conditions with their text in the filter language. */
  conditions: readonly { condition: FilterCondition; text: string }[];
  search: string | undefined;
  onRemove(condition: FilterCondition): void;
  onRemoveSearch(): void;
  onClear(): void;
}

/** The active conditions, each with a cross. */
export function Chips({ conditions, search, onRemove, onRemoveSearch, onClear }: ChipsProps) {
  if (conditions.length === 0 && !search) return null;
  return (
    <ul aria-label="Active filters" className="flex min-w-0 flex-wrap items-center gap-1.5">
      {search && <Chip label={`words: ${search}`} onRemove={onRemoveSearch} />}
      {conditions.map(({ condition, text }) => (
        <Chip key={text} label={text} onRemove={() => onRemove(condition)} />
      ))}
      <li>
        <button type="button" className="h-6 rounded-sm px-1.5 text-muted text-sm hover:bg-hover hover:text-fg" onClick={onClear}>
          Clear all
        </button>
      </li>
    </ul>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove(): void }) {
  return (
    <li className="inline-flex h-6 min-w-0 max-w-md items-center rounded-md border border-line bg-sunken pl-2 text-sm">
      <span className="truncate" title={label}>
        {label}
      </span>
      <button
        type="button"
        aria-label={`Remove ${label}`}
        className="flex h-full w-6 shrink-0 items-center justify-center text-faint hover:text-fg"
        onClick={onRemove}
      >
        <X aria-hidden className="size-3" />
      </button>
    </li>
  );
}
