import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { getBlobExport, putBlobExport } from '../../../contract/api/blob-exports.ts';
import { call } from '../../lib/client.ts';
import { errorBeside, fieldErrors } from '../../lib/field-errors.ts';
import { Callout } from '../../ui/callout.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { toast } from '../../ui/toaster.tsx';
import { type BlobExport, type Draft, draftOf, EMPTY, givenBy, startsAnew } from './blob-export-draft.ts';
import { ContentFields, DestinationFields } from './blob-export-fields.tsx';

export interface BlobExportFormProps {
  projectId: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  /** The export to change; null for a new one. */
  edited: BlobExport | null;
}

/** Sets up the export of a project, or changes it. */
export function BlobExportForm({ projectId, open, onOpenChange, edited }: BlobExportFormProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      sticky
      className="max-w-xl"
      title={edited ? 'Edit the export' : 'Set up an export'}
    >
      <Form projectId={projectId} edited={edited} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

const SHOWN = [
  'bucketName',
  'endpoint',
  'region',
  'accessKeyId',
  'secretAccessKey',
  'prefix',
  'exportStartDate',
  'exportFieldGroups',
];

function Form({ projectId, edited, onDone }: { projectId: string; edited: BlobExport | null; onDone(): void }) {
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited) : EMPTY));
  // What the export was when the form was opened: a run that ends meanwhile changes nothing here.
  const [former] = useState(edited);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const queries = useQueryClient();
  const errors = fieldErrors(error);
  const part = {
    draft,
    edited: former,
    onChange: (next: Partial<Draft>) => setDraft((old) => ({ ...old, ...next })),
    problem: (field: string) => errors.get(field),
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const saved = await call(putBlobExport, { projectId, ...givenBy(draft, former) });
      queries.setQueryData([getBlobExport.id, { projectId }], { blobExport: saved });
      toast.success(former ? 'Saved' : 'The export is set up');
      onDone();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const rest = errorBeside(error, (field) => SHOWN.includes(field));
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <DestinationFields {...part} />
      <ContentFields {...part} />
      {former && startsAnew(draft, former) && (
        <Callout tone="warning" role="status">
          This begins anew: everything is written once more, to the place and from the time that stand here.
        </Callout>
      )}
      <DialogFormEnd problem={rest} busy={busy}>
        {former ? 'Save' : 'Set up'}
      </DialogFormEnd>
    </form>
  );
}
