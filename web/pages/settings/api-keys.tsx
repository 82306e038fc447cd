import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { createApiKey, deleteApiKey, listApiKeys } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { langfuseEnvironment } from '../../lib/sdk-environment.ts';
import { mayAs, useMe, useProject } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog, DialogClose } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

type ApiKey = OutputOf<typeof listApiKeys>['data'][number];

export function ApiKeySettings() {
  const { project } = useProject();
  const mayRead = mayAs(project.role, 'MEMBER');
  const mayChange = mayAs(project.role, 'ADMIN');
  const keys = useQuery({ ...queryOf(listApiKeys, { projectId: project.id }), enabled: mayRead });
  const [revoking, setRevoking] = useState<ApiKey>();
  const queries = useQueryClient();
  return (
    <PageBody>
      <Section
        title="API keys"
        description="Apps send traces and read data of this project with a key pair. The secret is shown once, when the key is created."
        actions={mayChange && <CreateKey projectId={project.id} />}
      >
        {!mayRead ? (
          <Callout>Viewers do not see keys. Ask an administrator to make you a member.</Callout>
        ) : keys.isPending ? (
          <TableSkeleton rows={3} />
        ) : keys.isError ? (
          <ErrorState title="The keys could not be loaded" error={keys.error} onRetry={() => void keys.refetch()} />
        ) : keys.data.data.length === 0 ? (
          <EmptyState
            className="rounded-lg border border-line border-dashed"
            icon={<KeyRound aria-hidden />}
            title="No keys"
            actions={mayChange && <CreateKey projectId={project.id} />}
          >
            Without a key nothing can be sent to this project.
          </EmptyState>
        ) : (
          <Table aria-label="API keys">
            <TableHead>
              <tr>
                <TableHeader>Note</TableHeader>
                <TableHeader>Public key</TableHeader>
                <TableHeader>Secret</TableHeader>
                <TableHeader>Created</TableHeader>
                <TableHeader>Last used</TableHeader>
                <TableHeader>
                  <span className="sr-only">Actions</span>
                </TableHeader>
              </tr>
            </TableHead>
            <TableBody>
              {keys.data.data.map((key) => (
                <TableRow key={key.id}>
                  <TableCell className="max-w-52 truncate">{key.note || <span className="text-faint">–</span>}</TableCell>
                  <TableCell>
                    <span className="flex items-center gap-1">
                      <code className="max-w-48 truncate" title={key.publicKey}>
                        {key.publicKey}
                      </code>
                      <CopyButton text={key.publicKey} label="Copy the public key" />
                    </span>
                  </TableCell>
                  <TableCell className="whitespace-nowrap text-muted">
                    <code>{key.displaySecretKey}</code>
                  </TableCell>
                  <TableCell className="text-muted">
                    <Timestamp time={key.createdAt} as="ago" />
                  </TableCell>
                  <TableCell className="text-muted">
                    {key.lastUsedAt ? <Timestamp time={key.lastUsedAt} as="ago" /> : 'Never'}
                  </TableCell>
                  <TableCell className="text-right">
                    {mayChange && (
                      <Button
                        variant="danger-quiet"
                        size="xs"
                        onClick={() => setRevoking(key)}
                        aria-label={`Revoke ${key.publicKey}`}
                      >
                        Revoke
                      </Button>
                    )}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </Section>
      <ConfirmDialog
        open={revoking !== undefined}
        onOpenChange={(open) => !open && setRevoking(undefined)}
        danger
        title="Revoke this key?"
        description={
          revoking && (
            <>
              <code>{revoking.publicKey}</code> stops working at once. Apps that use it are refused from then on; what they sent
              stays.
            </>
          )
        }
        action="Revoke"
        onConfirm={async () => {
          if (!revoking) return;
          await call(deleteApiKey, { projectId: project.id, apiKeyId: revoking.id });
          await queries.invalidateQueries({ queryKey: [listApiKeys.id] });
          toast.success('The key is revoked');
        }}
      />
    </PageBody>
  );
}

function CreateKey({ projectId }: { projectId: string }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [created, setCreated] = useState<OutputOf<typeof createApiKey>>();
  const queries = useQueryClient();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) {
      setNote('');
      setError(undefined);
      setCreated(undefined);
    } else if (created) {
      void queries.invalidateQueries({ queryKey: [listApiKeys.id] });
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setCreated(await call(createApiKey, { projectId, note: note.trim() || undefined }));
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      sticky={created !== undefined}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden /> Create a key
        </Button>
      }
      title={created ? 'The key is ready' : 'Create an API key'}
      className={created ? 'max-w-xl' : undefined}
    >
      {created ? (
        <div className="flex flex-col gap-4">
          <Callout tone="warning">Copy the secret now. It cannot be shown again.</Callout>
          <CodeBlock
            title=".env"
            label="Copy the environment"
            marked={[created.publicKey, created.secretKey]}
            code={langfuseEnvironment({
              host: me.server.publicUrl.replace(/\/+$/, ''),
              publicKey: created.publicKey,
              secretKey: created.secretKey,
            })}
          />
          <div className="flex justify-end gap-2">
            <CopyButton text={created.secretKey} label="Copy the secret key" variant="secondary" size="md">
              Copy the secret
            </CopyButton>
            <DialogClose asChild>
              <Button variant="primary" size="md">
                Done
              </Button>
            </DialogClose>
          </div>
        </div>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <Field label="Note" hint="Where it is used, for example “Production, EU”. May stay empty." error={error}>
            {(control) => <Input {...control} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />}
          </Field>
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button size="md">Cancel</Button>
            </DialogClose>
            <Button type="submit" variant="primary" size="md" busy={busy}>
              Create
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
