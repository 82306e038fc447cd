import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog, DialogClose } from './dialog.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: ReactNode;
  /** What will happen, and whether it can be undone. */
  description: ReactNode;
  /** The verb on the button: `Delete`, `Revoke`. */
  action: string;
  danger?: boolean;
  /** When given, it must be typed before the button works. */
  typed?: string;
  /** The dialog closes when it resolves, and shows the error's message when it rejects. */
  onConfirm(): Promise<unknown>;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ open, onOpenChange, title, description, action, danger, typed, onConfirm }: ConfirmDialogProps) {
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const ready = typed === undefined || words.trim() === typed;
  const change = (next: boolean) => {
    setWords('');
    setError(undefined);
    onOpenChange(next);
  };
  const submit = async () => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      change(false);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onOpenChange={change} title={title} description={description}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {typed !== undefined && (
          <Field
            label={
              <>
                Type <span className="select-all rounded-sm bg-hover px-1 font-mono text-sm">{typed}</span> to confirm
              </>
            }
          >
            {(control) => (
              <Input {...control} autoComplete="off" value={words} onChange={(event) => setWords(event.target.value)} />
            )}
          </Field>
        )}
        {error && (
          <p role="alert" className="text-danger">
            {error}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button size="md">Cancel</Button>
          </DialogClose>
          <Button type="submit" size="md" variant={danger ? 'danger' : 'primary'} disabled={!ready} busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
