import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { deleteLlmConnection, listLlmConnections } from '../../../contract/api/llm-connections.ts';
import { formatCount } from '../../../contract/format.ts';
import type { LlmConnection } from '../../../contract/llm-connection.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { ADAPTERS, shownSecret } from './llm-connection-draft.ts';
import { LlmConnectionForm } from './llm-connection-form.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

/** The most that one page of the API has. */
const LIMIT = 100;

/** Ways to models of providers, with the project's own keys. */
export function LlmConnectionSettings() {
  const { project } = useProject();
  const queries = useQueryClient();
  const mayChange = mayAs(project.role, 'MEMBER');
  const connections = useQuery(queryOf(listLlmConnections, { projectId: project.id, limit: LIMIT }));
  /** Null: a new one. */
  const [editing, setEditing] = useState<LlmConnection | null>();
  const [deleting, setDeleting] = useState<LlmConnection>();
  const list = connections.data?.data ?? [];
  const add = mayChange && (
    <Button variant="primary" onClick={() => setEditing(null)}>
      <Plus aria-hidden /> Add a connection
    </Button>
  );
  return (
    <PageBody className="max-w-5xl">
      <Section
        title="LLM connections"
        description="The models that evaluators of this project ask, with your own keys. Keys are stored encrypted and never shown again."
        actions={add}
      >
        {connections.isPending ? (
          <TableSkeleton rows={3} />
        ) : connections.isError ? (
          <ErrorState
            title="The connections could not be loaded"
            error={connections.error}
            onRetry={() => void connections.refetch()}
          />
        ) : list.length === 0 ? (
          <EmptyState
            className="rounded-lg border border-line border-dashed"
            icon={<Sparkles aria-hidden />}
            title="No connections"
            actions={add}
          >
            Evaluators that let a model judge need one. Nothing is ever asked of a model without a connection.
          </EmptyState>
        ) : (
          <Table aria-label="LLM connections">
            <TableHead>
              <tr>
                <TableHeader>Name</TableHeader>
                <TableHeader>Provider</TableHeader>
                <TableHeader>Key</TableHeader>
                <TableHeader>Models</TableHeader>
                <TableHeader>Changed</TableHeader>
                <TableHeader>
                  <span className="sr-only">Actions</span>
                </TableHeader>
              </tr>
            </TableHead>
            <TableBody>
              {list.map((connection) => (
                <ConnectionRow
                  key={connection.id}
                  connection={connection}
                  mayChange={mayChange}
                  onEdit={() => setEditing(connection)}
                  onDelete={() => setDeleting(connection)}
                />
              ))}
            </TableBody>
          </Table>
        )}
        {connections.data && connections.data.totalCount > list.length && (
          <p className="mt-2 text-muted">
            The newest {formatCount(list.length)} of {formatCount(connections.data.totalCount)}. The API has the others.
          </p>
        )}
      </Section>
      <LlmConnectionForm
        projectId={project.id}
        edited={editing}
        taken={list.map(({ provider }) => provider)}
        onClose={() => setEditing(undefined)}
      />
      <ConfirmDialog
        open={deleting !== undefined}
        onOpenChange={(open) => !open && setDeleting(undefined)}
        danger
        title={`Delete “${deleting?.provider}”?`}
        description="Its key is forgotten. Evaluators that ask a model of this connection cannot run until there is another of this name."
        action="Delete"
        onConfirm={async () => {
          if (!deleting) return;
          await call(deleteLlmConnection, { projectId: project.id, connectionId: deleting.id });
          await queries.invalidateQueries({ queryKey: [listLlmConnections.id] });
          toast.success(`“${deleting.provider}” is deleted`);
        }}
      />
    </PageBody>
  );
}

function ConnectionRow({
  connection,
  mayChange,
  onEdit,
  onDelete,
}: {
  connection: LlmConnection;
  mayChange: boolean;
  onEdit(): void;
  onDelete(): void;
}) {
  const { provider, adapter, baseURL, updatedAt } = connection;
  const models = modelsInWords(connection);
  return (
    <TableRow>
      <TableCell className="max-w-44 truncate font-medium" title={provider}>
        {provider}
      </TableCell>
      <TableCell className="max-w-56 py-1.5">
        <p>{ADAPTERS[adapter].name}</p>
        {baseURL && (
          <p className="truncate text-muted text-sm" title={baseURL}>
            <code>{baseURL}</code>
          </p>
        )}
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted">
        <code>{shownSecret(connection)}</code>
      </TableCell>
      <TableCell className="max-w-56 truncate text-muted" title={models}>
        {models}
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted">
        <Timestamp time={updatedAt} as="ago" />
      </TableCell>
      <TableCell className="whitespace-nowrap text-right">
        {mayChange && (
          <>
            <Button variant="ghost" size="xs" aria-label={`Edit ${provider}`} onClick={onEdit}>
              Edit
            </Button>
            <Button variant="danger-quiet" size="xs" aria-label={`Delete ${provider}`} onClick={onDelete}>
              Delete
            </Button>
          </>
        )}
      </TableCell>
    </TableRow>
  );
}

/** Which models may be asked for. */
function modelsInWords({ customModels, withDefaultModels }: LlmConnection): string {
  if (customModels.length === 0) return withDefaultModels ? 'All of the provider' : 'None';
  const named = customModels.join(', ');
  return withDefaultModels ? `${named}, and all of the provider` : named;
}
