import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { listApiKeys } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { langfuseEnvironment } from '../../lib/sdk-environment.ts';
import { useMe } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog, DialogClose } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Section } from '../../ui/page.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

type ApiKey = OutputOf<typeof listApiKeys>['data'][number];

export interface KeyListProps<Key extends ApiKey> {
  title: string;
  description: string;
  /** What is said where there are none. */
  empty: string;
  keys: UseQueryResult<{ data: Key[] }>;
  /** Of the query, to ask again after a change. */
  queryKey: readonly unknown[];
  mayChange: boolean;
  create(note: string | undefined): Promise<Key & { secretKey: string }>;
  revoke(apiKeyId: string): Promise<unknown>;
  /** What stops when a key is revoked, a sentence. */
  revoked: string;
  /** A further column. */
  detail?: { title: string; show(key: Key): ReactNode };
  /** Said in place of the list to who may not see it. */
  hidden?: string;
}

/** API keys: made with a secret that is shown once, recognised by its end, revoked. */
export function KeyList<Key extends ApiKey>(props: KeyListProps<Key>) {
  const { title, keys, mayChange, detail } = props;
  const [revoking, setRevoking] = useState<Key>();
  const queries = useQueryClient();
  return (
    <>
      <Section title={title} description={props.description} actions={mayChange && <CreateKey {...props} />}>
        {props.hidden !== undefined ? (
          <Callout>{props.hidden}</Callout>
        ) : keys.isPending ? (
          <TableSkeleton rows={3} />
        ) : keys.isError ? (
          <ErrorState title="The keys could not be loaded" error={keys.error} onRetry={() => void keys.refetch()} />
        ) : keys.data.data.length === 0 ? (
          <EmptyState
            className="rounded-lg border border-line border-dashed"
            icon={<KeyRound aria-hidden />}
            title="No keys"
            actions={mayChange && <CreateKey {...props} />}
          >
            {props.empty}
          </EmptyState>
        ) : (
          <Table aria-label={title}>
            <TableHead>
              <tr>
                <TableHeader>Note</TableHeader>
                <TableHeader>Public key</TableHeader>
                <TableHeader>Secret</TableHeader>
                {detail && <TableHeader>{detail.title}</TableHeader>}
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
                  {detail && <TableCell className="text-muted">{detail.show(key)}</TableCell>}
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
              <code>{revoking.publicKey}</code> stops working at once. {props.revoked}
            </>
          )
        }
        action="Revoke"
        onConfirm={async () => {
          if (!revoking) return;
          await props.revoke(revoking.id);
          await queries.invalidateQueries({ queryKey: props.queryKey });
          toast.success('The key is revoked');
        }}
      />
    </>
  );
}

function CreateKey<Key extends ApiKey>({ create, queryKey }: KeyListProps<Key>) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [created, setCreated] = useState<Key & { secretKey: string }>();
  const queries = useQueryClient();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) {
      setNote('');
      setError(undefined);
      setCreated(undefined);
    } else if (created) {
      void queries.invalidateQueries({ queryKey });
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setCreated(await create(note.trim() || undefined));
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
          <DialogFormEnd busy={busy}>Create</DialogFormEnd>
        </form>
      )}
    </Dialog>
  );
}
