import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FolderOutput, Pencil } from 'lucide-react';
import { useId, useState } from 'react';
import { deleteBlobExport, getBlobExport, putBlobExport } from '../../../contract/api/blob-exports.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { StatusLight } from '../../ui/status-light.tsx';
import { Switch } from '../../ui/switch.tsx';
import { toast } from '../../ui/toaster.tsx';
import { type BlobExport, FILE_TYPES, FREQUENCIES, MODES, placeOf, SOURCES, switched, TYPES } from './blob-export-draft.ts';
import { BlobExportForm } from './blob-export-form.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

const STATUS = {
  idle: { tone: 'waiting', text: 'Waits for its first run' },
  queued: { tone: 'waiting', text: 'Due: begins within a minute' },
  running: { tone: 'waiting', text: 'Running' },
  up_to_date: { tone: 'good', text: 'Up to date' },
  disabled: { tone: 'idle', text: 'Paused' },
  error: { tone: 'bad', text: 'Failing: it is tried again at the next run' },
} as const;

/** Copies of a project's facts in a bucket of the user's own, kept up to date. */
export function BlobExportSettings() {
  const { project } = useProject();
  return (
    <PageBody>
      <Section
        title="Export to blob storage"
        description="Writes steps, traces and scores into a bucket of yours, over and over: for a data warehouse, or as a copy."
      >
        {mayAs(project.role, 'ADMIN') ? (
          <Export key={project.id} projectId={project.id} />
        ) : (
          <Callout>Only administrators see and change the export: it holds the way to a bucket.</Callout>
        )}
      </Section>
    </PageBody>
  );
}

function Export({ projectId }: { projectId: string }) {
  const current = useQuery({
    ...queryOf(getBlobExport, { projectId }),
    // A run in sight is followed.
    refetchInterval: ({ state }) => (['queued', 'running'].includes(state.data?.blobExport?.syncStatus ?? '') ? 2000 : 30_000),
  });
  const [editing, setEditing] = useState(false);
  const saved = current.data?.blobExport;
  return (
    <>
      {current.isPending ? (
        <TableSkeleton rows={5} />
      ) : current.isError && !current.data ? (
        <ErrorState title="The export could not be loaded" error={current.error} onRetry={() => void current.refetch()} />
      ) : saved ? (
        <Saved projectId={projectId} saved={saved} onEdit={() => setEditing(true)} />
      ) : (
        <EmptyState
          className="rounded-lg border border-line border-dashed"
          icon={<FolderOutput aria-hidden />}
          title="No export"
          actions={
            <Button variant="primary" onClick={() => setEditing(true)}>
              Set up an export
            </Button>
          }
        >
          Amazon S3, anything that speaks its protocol, or Azure Blob Storage; as Parquet, JSON lines, JSON or CSV.
        </EmptyState>
      )}
      <BlobExportForm projectId={projectId} open={editing} edited={saved ?? null} onOpenChange={setEditing} />
    </>
  );
}

function Saved({ projectId, saved, onEdit }: { projectId: string; saved: BlobExport; onEdit(): void }) {
  const id = useId();
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const turn = useMutation({
    mutationFn: (enabled: boolean) => call(putBlobExport, { projectId, ...switched(saved, enabled) }),
    onSuccess: (next) => {
      queries.setQueryData([getBlobExport.id, { projectId }], { blobExport: next });
      toast.success(next.enabled ? 'The export goes on' : 'The export is paused');
    },
    onError: (error) => toast.error('The export was not changed', { description: error.message }),
  });
  const { tone, text } = STATUS[saved.syncStatus];
  const failed = saved.lastError !== null && saved.lastErrorAt !== null && saved.lastErrorAt > (saved.lastSyncAt ?? '');
  const place = placeOf(saved);
  return (
    <>
      {failed && (
        <Callout tone="danger" role="alert" className="mb-4">
          <p className="font-medium">
            The last run failed <Timestamp time={saved.lastErrorAt!} as="ago" />
          </p>
          <p className="mt-0.5 text-muted [overflow-wrap:anywhere]">{saved.lastError}</p>
        </Callout>
      )}
      <div className="rounded-lg border border-line">
        <div className="flex flex-wrap items-center gap-3 border-line border-b px-3.5 py-2.5">
          <StatusLight tone={tone} />
          <p className="font-medium" role="status">
            {text}
          </p>
          <span className="ml-auto flex items-center gap-2">
            <label htmlFor={id} className="text-muted">
              Enabled
            </label>
            <Switch
              id={id}
              checked={turn.isPending ? turn.variables : saved.enabled}
              disabled={turn.isPending}
              onCheckedChange={(enabled) => turn.mutate(enabled)}
            />
          </span>
        </div>
        <dl className="grid grid-cols-[9rem_1fr] gap-y-2 px-3.5 py-3">
          <dt className="text-muted">To</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            {TYPES[saved.type].name}, <code>{place}</code>
          </dd>
          <dt className="text-muted">What</dt>
          <dd>
            {SOURCES[saved.exportSource].name}, as {FILE_TYPES[saved.fileType]}
            {saved.compressed && saved.fileType !== 'PARQUET' && ', compressed'}
          </dd>
          <dt className="text-muted">Since</dt>
          <dd>
            {saved.exportMode === 'FROM_CUSTOM_DATE' ? (
              <>{saved.exportStartDate?.slice(0, 10)} (UTC)</>
            ) : saved.exportMode === 'FROM_TODAY' ? (
              'The day that it was set up'
            ) : (
              MODES[saved.exportMode].name
            )}
          </dd>
          <dt className="text-muted">How often</dt>
          <dd>{FREQUENCIES[saved.exportFrequency]}</dd>
          <dt className="text-muted">Last run</dt>
          <dd>{saved.lastSyncAt ? <Timestamp time={saved.lastSyncAt} as="ago" /> : 'None yet'}</dd>
          <dt className="text-muted">Next run</dt>
          <dd>{saved.nextSyncAt ? <Timestamp time={saved.nextSyncAt} /> : 'None while it is paused'}</dd>
        </dl>
        <div className="flex items-center gap-2 border-line border-t px-3.5 py-2.5">
          <Button onClick={onEdit}>
            <Pencil aria-hidden /> Edit
          </Button>
          <Button variant="danger-quiet" onClick={() => setDeleting(true)}>
            Delete …
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        danger
        title="Delete this export?"
        description={
          <>
            Nothing more is written to <code className="[overflow-wrap:anywhere]">{place}</code>, and its key is forgotten. Files
            that are there stay.
          </>
        }
        action="Delete"
        onConfirm={async () => {
          await call(deleteBlobExport, { projectId });
          queries.setQueryData([getBlobExport.id, { projectId }], { blobExport: null });
          toast.success('The export is deleted');
        }}
      />
    </>
  );
}
