import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Pause, Play, Send } from 'lucide-react';
import { useState } from 'react';
import {
  deleteAutomation,
  getAutomation,
  listAutomations,
  listExecutions,
  regenerateSigningSecret,
  testAutomation,
  updateAutomation,
} from '../../../contract/api/automations.ts';
import type { Automation } from '../../../contract/automation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { useProject } from '../../lib/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { toast } from '../../ui/toaster.tsx';
import { promptsInWords, TYPE_NAMES, targetOf } from './automation-draft.ts';
import { AutomationForm } from './automation-form.tsx';
import { AutomationStatus } from './automation-status.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { SigningSecret } from './signing-secret.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

const either = new Intl.ListFormat('en', { type: 'disjunction' });

/** How often an open page asks again, ms. */
const REFRESH_MS = 5000;

/** One automation: what it does, whether it works, and what it delivered. */
export function AutomationDetail({ automationId }: { automationId: string }) {
  const { project } = useProject();
  const input = { projectId: project.id, automationId };
  const found = useQuery({ ...queryOf(getAutomation, input), refetchInterval: REFRESH_MS });
  return (
    <PageBody className="max-w-5xl">
      <Link
        from="/project/$projectId/settings/automations"
        to="."
        search={{}}
        className="mb-3 inline-flex items-center gap-1.5 text-muted text-sm underline-offset-3 hover:text-fg hover:underline"
      >
        <ArrowLeft aria-hidden className="size-3.5" /> All automations
      </Link>
      {found.data ? (
        <Found automation={found.data} />
      ) : found.isError ? (
        <ErrorState title="The automation could not be loaded" error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <TableSkeleton rows={4} />
      )}
    </PageBody>
  );
}

function Found({ automation }: { automation: Automation }) {
  const { project } = useProject();
  const input = { projectId: project.id, automationId: automation.id };
  const [open, setOpen] = useState<'edit' | 'delete' | 'secret'>();
  const [secret, setSecret] = useState<string>();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refresh = () => {
    for (const { id } of [listAutomations, getAutomation, listExecutions]) void queries.invalidateQueries({ queryKey: [id] });
  };
  const test = useMutation({
    mutationFn: () => call(testAutomation, input),
    onSuccess: ({ error }) =>
      error === null
        ? toast.success('The test event was delivered')
        : toast.error('The test event failed', { description: error }),
    onError: (error) => toast.error('The test event was not sent', { description: error.message }),
    onSettled: refresh,
  });
  const changeStatus = useMutation({
    mutationFn: (status: 'ACTIVE' | 'PAUSED') => call(updateAutomation, { ...input, status }),
    onSuccess: ({ status }) => toast.success(status === 'ACTIVE' ? 'The automation is active' : 'The automation is paused'),
    onError: (error) => toast.error('The status was not changed', { description: error.message }),
    onSettled: refresh,
  });
  const { status, trigger, action } = automation;
  const enable = (
    <Button onClick={() => changeStatus.mutate('ACTIVE')} busy={changeStatus.isPending}>
      <Play aria-hidden /> {status === 'DISABLED' ? 'Enable it again' : 'Resume'}
    </Button>
  );
  return (
    <>
      <Section
        title={automation.name}
        actions={
          <>
            <Button onClick={() => test.mutate()} busy={test.isPending}>
              <Send aria-hidden /> Send a test event
            </Button>
            {status === 'ACTIVE' && (
              <Button onClick={() => changeStatus.mutate('PAUSED')} busy={changeStatus.isPending}>
                <Pause aria-hidden /> Pause
              </Button>
            )}
            {status === 'PAUSED' && enable}
            <Button onClick={() => setOpen('edit')}>Edit</Button>
            <Button variant="danger-quiet" onClick={() => setOpen('delete')}>
              Delete
            </Button>
          </>
        }
      >
        {status === 'DISABLED' && (
          <Callout tone="danger" role="alert" className="mb-4">
            <p className="font-medium">This automation was disabled</p>
            <p className="mt-0.5 [overflow-wrap:anywhere]">
              {automation.disabledReason} Events since then were not recorded. Send a test event to see whether the receiver works
              again.
            </p>
            <div className="mt-2.5">{enable}</div>
          </Callout>
        )}
        <dl className="grid grid-cols-[8rem_1fr] items-baseline gap-y-2 rounded-lg border border-line px-3.5 py-3">
          <dt className="text-muted">Status</dt>
          <dd>
            <AutomationStatus automation={automation} />
          </dd>
          <dt className="text-muted">When</dt>
          <dd>A prompt version is {either.format(trigger.eventActions)}</dd>
          <dt className="text-muted">Prompts</dt>
          <dd className="[overflow-wrap:anywhere]">{promptsInWords(trigger.filter)}</dd>
          <dt className="text-muted">{TYPE_NAMES[action.type]}</dt>
          <dd className="[overflow-wrap:anywhere]">
            <code>{targetOf(automation)}</code>
          </dd>
          {action.type === 'WEBHOOK' && (
            <>
              {action.headers.length > 0 && (
                <>
                  <dt className="text-muted">Headers</dt>
                  <dd className="flex flex-col gap-1">
                    {action.headers.map(({ name, value, secret: isSecret }) => (
                      <span key={name} className="[overflow-wrap:anywhere]">
                        <code>
                          {name}: {isSecret ? '' : value}
                        </code>
                        {isSecret && <Badge size="sm">secret</Badge>}
                      </span>
                    ))}
                  </dd>
                </>
              )}
              <dt className="text-muted">Signing secret</dt>
              <dd className="flex items-baseline gap-3">
                <code>{action.displaySigningSecret}</code>
                <Button variant="link" onClick={() => setOpen('secret')}>
                  Make a new one
                </Button>
              </dd>
            </>
          )}
          {action.type === 'GITHUB_DISPATCH' && (
            <>
              <dt className="text-muted">Event type</dt>
              <dd>
                <code>{action.eventType}</code>
              </dd>
              <dt className="text-muted">Token</dt>
              <dd>
                <code>{action.displayToken}</code>
              </dd>
            </>
          )}
        </dl>
      </Section>
      <DeliveryLog projectId={project.id} automationId={automation.id} refreshMs={REFRESH_MS} />

      <AutomationForm
        projectId={project.id}
        open={open === 'edit'}
        onOpenChange={(next) => setOpen(next ? 'edit' : undefined)}
        edited={automation}
      />
      <ConfirmDialog
        open={open === 'delete'}
        onOpenChange={(next) => setOpen(next ? 'delete' : undefined)}
        danger
        title={`Delete “${automation.name}”?`}
        description="Nothing more is sent. Its delivery log goes with it. This cannot be undone."
        action="Delete"
        onConfirm={async () => {
          await call(deleteAutomation, input);
          await navigate({ to: '/project/$projectId/settings/automations', params: { projectId: project.id }, search: {} });
          queries.removeQueries({ queryKey: [getAutomation.id] });
          void queries.invalidateQueries({ queryKey: [listAutomations.id] });
          toast.success(`“${automation.name}” is deleted`);
        }}
      />
      <ConfirmDialog
        open={open === 'secret'}
        onOpenChange={(next) => setOpen(next ? 'secret' : undefined)}
        title="Make a new signing secret?"
        description="Everything is signed with the new one from then on. A receiver that still checks with the old one will refuse it."
        action="Make a new one"
        onConfirm={async () => {
          const made = await call(regenerateSigningSecret, input);
          setSecret(made.signingSecret);
          refresh();
        }}
      />
      <Dialog
        open={secret !== undefined}
        onOpenChange={(next) => !next && setSecret(undefined)}
        sticky
        className="max-w-xl"
        title="The new signing secret"
      >
        {secret !== undefined && <SigningSecret secret={secret} />}
      </Dialog>
    </>
  );
}
