import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DialogClose } from '../../ui/dialog.tsx';

/** A password or a link that is shown once, in a dialog. */
export function HandedOver({ text, what }: { text: string; what: 'password' | 'link' }) {
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 select-all truncate text-md">{text}</code>
        <CopyButton text={text} label={`Copy the ${what}`} />
      </div>
      <div className="flex justify-end">
        <DialogClose asChild>
          <Button variant="primary" size="md">
            Done
          </Button>
        </DialogClose>
      </div>
    </div>
  );
}
