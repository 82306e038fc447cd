import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { listAutomations } from '../../../contract/api/automations.ts';
import { deleteSlackConnection, getSlackConnection } from '../../../contract/api/slack.ts';
import type { Automation } from '../../../contract/automation.ts';
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
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { AutomationDetail } from './automation-detail.tsx';
import { promptsInWords, TYPE_NAMES, targetOf } from './automation-draft.ts';
import { AutomationForm } from './automation-form.tsx';
import { AutomationStatus, ExecutionBadge } from './automation-status.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

const route = getRouteApi('/app/project/$projectId/settings/automations');

/** The most that one page of the API has; nobody has that many. */
const LIMIT = 100;

/** Webhooks, Slack messages and GitHub dispatches on changes of prompts: a list, or one with its delivery log. */
export function AutomationSettings() {
  const { project } = useProject();
  const { automation } = route.useSearch();
  if (!mayAs(project.role, 'MEMBER')) {
    return (
      <PageBody>
        <Section title="Automations">
          <Callout>
            Viewers do not see automations: their addresses may hold secrets. Ask an administrator to make you a member.
          </Callout>
        </Section>
      </PageBody>
    );
  }
  return automation === undefined ? (
    <AutomationList projectId={project.id} />
  ) : (
    <AutomationDetail key={automation} automationId={automation} />
  );
}

function AutomationList({ projectId }: { projectId: string }) {
  const automations = useQuery(queryOf(listAutomations, { projectId, limit: LIMIT }));
  const [creating, setCreating] = useState(false);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden /> Create an automation
    </Button>
  );
  return (
    <PageBody className="max-w-5xl">
      <Section
        title="Automations"
        description="Tell others when a prompt changes: a signed webhook, a message in Slack, or a workflow on GitHub."
        actions={create}
      >
        {automations.isPending ? (
          <TableSkeleton rows={3} />
        ) : automations.isError ? (
          <ErrorState
            title="The automations could not be loaded"
            error={automations.error}
            onRetry={() => void automations.refetch()}
          />
        ) : automations.data.data.length === 0 ? (
          <EmptyState
            className="rounded-lg border border-line border-dashed"
            icon={<Webhook aria-hidden />}
            title="No automations"
            actions={create}
          >
            When a version of a prompt is created, gets another label or is deleted, an automation can start your deployment,
            clear a cache or tell your team.
          </EmptyState>
        ) : (
          <Table aria-label="Automations">
            <TableHead>
              <tr>
                <TableHeader>Name</TableHeader>
                <TableHeader>Sends to</TableHeader>
                <TableHeader>On</TableHeader>
                <TableHeader>Status</TableHeader>
                <TableHeader>Last delivery</TableHeader>
              </tr>
            </TableHead>
            <TableBody>
              {automations.data.data.map((automation) => (
                <AutomationRow key={automation.id} automation={automation} />
              ))}
            </TableBody>
          </Table>
        )}
      </Section>
      <SlackWorkspace projectId={projectId} />
      <AutomationForm projectId={projectId} open={creating} onOpenChange={setCreating} edited={null} />
    </PageBody>
  );
}

/** The workspace that the project is connected to; nothing where it is to none. */
function SlackWorkspace({ projectId }: { projectId: string }) {
  const connection = useQuery(queryOf(getSlackConnection, { projectId }));
  const [leaving, setLeaving] = useState(false);
  const queries = useQueryClient();
  const workspace = connection.data?.workspace;
  if (!workspace) return null;
  return (
    <Section title="Slack workspace" description="Automations may post in its channels.">
      <p className="flex items-center gap-3 rounded-lg border border-line px-3.5 py-2.5">
        <span className="font-medium">{workspace.teamName}</span>
        <span className="text-muted">
          connected <Timestamp time={workspace.connectedAt} as="ago" />
        </span>
        <Button variant="danger-quiet" size="xs" className="ml-auto" onClick={() => setLeaving(true)}>
          Disconnect
        </Button>
      </p>
      <ConfirmDialog
        open={leaving}
        onOpenChange={setLeaving}
        danger
        title={`Disconnect ${workspace.teamName}?`}
        description="Automations that post in its channels fail from then on. Those with an incoming webhook go on."
        action="Disconnect"
        onConfirm={async () => {
          await call(deleteSlackConnection, { projectId });
          await queries.invalidateQueries({ queryKey: [getSlackConnection.id] });
          toast.success('Disconnected');
        }}
      />
    </Section>
  );
}

function AutomationRow({ automation }: { automation: Automation }) {
  const { trigger, lastExecution } = automation;
  return (
    <TableRow>
      <TableCell className="max-w-44">
        <Link
          from="/project/$projectId/settings/automations"
          to="."
          search={{ automation: automation.id }}
          className="block truncate font-medium underline-offset-3 hover:underline"
          title={automation.name}
        >
          {automation.name}
        </Link>
      </TableCell>
      <TableCell className="max-w-52 py-1.5">
        <p>{TYPE_NAMES[automation.action.type]}</p>
        <p className="truncate text-muted text-sm" title={targetOf(automation)}>
          <code>{targetOf(automation)}</code>
        </p>
      </TableCell>
      <TableCell className="max-w-48 py-1.5">
        <p className="truncate">{trigger.eventActions.join(', ')}</p>
        <p className="truncate text-muted text-sm" title={promptsInWords(trigger.filter)}>
          {promptsInWords(trigger.filter)}
        </p>
      </TableCell>
      <TableCell>
        <AutomationStatus automation={automation} />
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted">
        {lastExecution ? (
          <span className="flex items-center gap-2">
            <ExecutionBadge status={lastExecution.status} />
            <Timestamp time={lastExecution.createdAt} as="ago" />
          </span>
        ) : (
          'None yet'
        )}
      </TableCell>
    </TableRow>
  );
}
