import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DialogClose } from '../../ui/dialog.tsx';

/** The secret that signs a webhook, shown this once; the body of a dialog. */
export function SigningSecret({ secret }: { secret: string }) {
  return (
    <div className="flex flex-col gap-4">
      <Callout tone="warning">Copy the signing secret now. It cannot be shown again.</Callout>
      <div className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 select-all break-all text-sm">{secret}</code>
        <CopyButton text={secret} label="Copy the signing secret" />
      </div>
      <p className="text-muted">
        Your receiver checks with it that a request comes from here: header <code>x-langfuse-signature</code> holds{' '}
        <code>t=time,v1=HMAC</code>, the HMAC-SHA256 of time, a dot and the body.
      </p>
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
