import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Callout } from './callout.tsx';
import { DialogClose } from './dialog.tsx';

export interface DialogFormEndProps {
  /** What is wrong with the form as a whole; what belongs to a field stands there. */
  problem?: ReactNode;
  busy: boolean;
  disabled?: boolean;
  /** What the form does: `Save`. */
  children: ReactNode;
}

/** The end of a form in a dialog: what is wrong, Cancel, and the button that submits. */
export function DialogFormEnd({ problem, busy, disabled, children }: DialogFormEndProps) {
  return (
    <>
      {problem && (
        <Callout tone="danger" role="alert">
          {problem}
        </Callout>
      )}
      <div className="flex justify-end gap-2">
        <DialogClose asChild>
          <Button size="md">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" size="md" busy={busy} disabled={disabled}>
          {children}
        </Button>
      </div>
    </>
  );
}
