import { Bookmark, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export interface SelectionBarProps {
  /** Rows that are picked, and the traces that they belong to. */
  rows: number;
  traces: number;
  mayChange: boolean;
  busy: boolean;
  onBookmark(): void;
  onDelete(): Promise<unknown>;
  onClear(): void;
}

const plural = (count: number, word: string) => `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;

/** What can be done with the picked rows. */
export function SelectionBar({ rows, traces, mayChange, busy, onBookmark, onDelete, onClear }: SelectionBarProps) {
  const [asking, setAsking] = useState(false);
  if (rows === 0) return null;
  return (
    <section
      aria-label="Picked rows"
      className="absolute bottom-4 left-1/2 z-20 flex h-11 -translate-x-1/2 animate-appear items-center gap-2 rounded-xl border border-line bg-raised pr-2 pl-4 shadow-pop"
    >
      <span className="mr-2 whitespace-nowrap font-medium">
        {plural(rows, 'row')}
        {traces !== rows && <span className="font-normal text-muted"> of {plural(traces, 'trace')}</span>}
      </span>
      <Button disabled={!mayChange} busy={busy} onClick={onBookmark}>
        <Bookmark aria-hidden /> Bookmark
      </Button>
      <Button variant="danger-quiet" disabled={!mayChange} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden /> Delete
      </Button>
      <IconButton label="Pick none" shortcut="esc" onClick={onClear}>
        <X aria-hidden />
      </IconButton>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${plural(traces, 'trace')}?`}
        description="Their steps and scores go with them. This cannot be undone."
        action="Delete"
        danger
        typed={traces > 20 ? String(traces) : undefined}
        onConfirm={onDelete}
      />
    </section>
  );
}
