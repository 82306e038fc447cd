import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronRight, Inbox } from 'lucide-react';
import { useId, useState } from 'react';
import { getExecution, listExecutions } from '../../../contract/api/automations.ts';
import {
  type Attempt,
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionStatus,
  MAX_ATTEMPTS,
} from '../../../contract/automation.ts';
import { formatCount, formatDuration } from '../../../contract/format.ts';
import { queryOf } from '../../lib/query.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Section } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { ExecutionBadge, executionName } from './automation-status.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

const PAGE = 20;
type Shown = ExecutionStatus | 'ALL';

/** What was delivered and what was not, newest first, each with its attempts. */
export function DeliveryLog({
  projectId,
  automationId,
  refreshMs,
}: {
  projectId: string;
  automationId: string;
  refreshMs: number;
}) {
  const [shown, setShown] = useState<Shown>('ALL');
  const [page, setPage] = useState(1);
  const status = shown === 'ALL' ? undefined : shown;
  const log = useQuery({
    ...queryOf(listExecutions, { projectId, automationId, status, page, limit: PAGE }),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
  const pages = Math.max(1, Math.ceil((log.data?.totalCount ?? 0) / PAGE));
  return (
    <Section
      title="Delivery log"
      description="Each event is tried up to four times; entries are kept for 30 days. Five failed deliveries in a row disable the automation."
      actions={
        <Segmented<Shown>
          label="Show deliveries"
          value={shown}
          onValueChange={(next) => {
            setShown(next);
            setPage(1);
          }}
          options={[
            { value: 'ALL', label: 'All' },
            ...EXECUTION_STATUSES.map((value) => ({ value, label: executionName(value) })),
          ]}
        />
      }
    >
      {log.isPending ? (
        <TableSkeleton rows={4} />
      ) : log.isError && !log.data ? (
        <ErrorState title="The delivery log could not be loaded" error={log.error} onRetry={() => void log.refetch()} />
      ) : log.data.data.length === 0 ? (
        <EmptyState
          className="rounded-lg border border-line border-dashed py-9"
          icon={<Inbox aria-hidden />}
          title={status ? 'None of these' : 'Nothing was sent yet'}
        >
          {status
            ? 'No delivery has this status.'
            : 'The first event that fits appears here. A test event shows at once whether the receiver answers.'}
        </EmptyState>
      ) : (
        <>
          <ul aria-label="Deliveries" className="rounded-lg border border-line">
            {log.data.data.map((execution) => (
              <Delivery key={execution.id} projectId={projectId} execution={execution} />
            ))}
          </ul>
          {pages > 1 && (
            <div className="mt-3 flex items-center justify-end gap-2">
              <p className="mr-1 text-muted text-sm" role="status">
                Page {page} of {pages}, {formatCount(log.data.totalCount)} deliveries
              </p>
              <Button disabled={page <= 1} onClick={() => setPage(page - 1)}>
                Newer
              </Button>
              <Button disabled={page >= pages} onClick={() => setPage(page + 1)}>
                Older
              </Button>
            </div>
          )}
        </>
      )}
    </Section>
  );
}

function Delivery({ projectId, execution }: { projectId: string; execution: Execution }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { event, attempts } = execution;
  const last = attempts.at(-1);
  return (
    <li className="border-line border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 w-full items-center gap-3 px-3 py-1.5 text-left hover:bg-hover"
      >
        <ChevronRight aria-hidden className={cn('size-3.5 shrink-0 text-faint transition-transform', open && 'rotate-90')} />
        <span className="w-20 shrink-0">
          <ExecutionBadge status={execution.status} />
        </span>
        <span className="w-18 shrink-0 text-muted">{event.action}</span>
        <span className="min-w-0 flex-1 truncate">
          {event.subject} {execution.test && <Badge size="sm">Test</Badge>}
        </span>
        <span className="shrink-0 text-muted text-sm">{summaryOf(execution, last)}</span>
        <Timestamp time={execution.createdAt} as="ago" className="w-24 shrink-0 text-right text-faint text-sm" />
      </button>
      {open && (
        <div id={id} className="flex flex-col gap-3 border-line border-t bg-sunken px-3 py-3 pl-9.5">
          {execution.error && <p className="[overflow-wrap:anywhere]">{execution.error}</p>}
          {execution.status === 'PENDING' && execution.nextAttemptAt && (
            <p className="text-muted">
              Next attempt: <Timestamp time={execution.nextAttemptAt} />
            </p>
          )}
          {attempts.map((attempt) => (
            <AttemptView key={attempt.attempt} attempt={attempt} />
          ))}
          {attempts.length === 0 && <p className="text-muted">Not tried.</p>}
          <PayloadView projectId={projectId} execution={execution} />
        </div>
      )}
    </li>
  );
}

function summaryOf({ attempts, test }: Execution, last: Attempt | undefined): string {
  if (!last) return '';
  const answer = last.responseStatus === null ? 'no answer' : `HTTP ${last.responseStatus}`;
  return test || attempts.length === 1 ? answer : `${answer}, attempt ${last.attempt} of ${MAX_ATTEMPTS}`;
}

function AttemptView({ attempt }: { attempt: Attempt }) {
  const { responseStatus, responseBody, error } = attempt;
  return (
    <div>
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <span className="font-medium">Attempt {attempt.attempt}</span>
        <span className={error === null ? 'text-success' : 'text-danger'}>
          {responseStatus === null ? 'No answer' : `HTTP ${responseStatus}`}
        </span>
        <span className="text-muted text-sm">{formatDuration(attempt.durationMs)}</span>
        <Timestamp time={attempt.startedAt} className="text-muted text-sm" />
      </p>
      {error !== null && <p className="mt-0.5 text-muted text-sm [overflow-wrap:anywhere]">{error}</p>}
      {responseBody && <CodeBlock className="mt-1.5 bg-surface" title="Answer" label="Copy the answer" code={responseBody} />}
    </div>
  );
}

/** The payload is asked for when somebody wants to see it: it may be large. */
function PayloadView({ projectId, execution }: { projectId: string; execution: Execution }) {
  const [wanted, setWanted] = useState(false);
  const input = { projectId, automationId: execution.automationId, executionId: execution.id };
  const detail = useQuery({ ...queryOf(getExecution, input), enabled: wanted, staleTime: Number.POSITIVE_INFINITY });
  if (!wanted || detail.isPending) {
    return (
      <div>
        <Button size="xs" onClick={() => setWanted(true)} busy={wanted}>
          Show the payload
        </Button>
      </div>
    );
  }
  if (detail.isError) {
    return <ErrorState title="The payload could not be loaded" error={detail.error} onRetry={() => void detail.refetch()} />;
  }
  return (
    <CodeBlock
      className="bg-surface [&_pre]:max-h-96 [&_pre]:overflow-auto"
      title="Payload"
      label="Copy the payload"
      code={JSON.stringify(detail.data.payload, null, 2)}
    />
  );
}
