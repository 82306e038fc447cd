import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { getSession } from '../../../contract/api/sessions.ts';
import { listTraces } from '../../../contract/api/traces.ts';
import { formatCompact, formatCost, formatCount, formatSeconds } from '../../../contract/format.ts';
import type { TraceSummary } from '../../../contract/trace.ts';
import { queryOf } from '../../lib/query.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { LevelCell, PreviewCell, ScoresCell } from '../../trace-view/cells.tsx';
import { Badge } from '../../ui/badge.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { sumOf } from './sums.ts';

const ROUTE = '/app/project/$projectId/sessions/$sessionId';
/** Traces that are shown; a session of more says so. */
const MOST = 200;

/** A session: its traces in the order in which they happened, and what they took together. */
export function SessionPage() {
  const { projectId, sessionId } = useParams({ from: ROUTE });
  const session = useQuery(queryOf(getSession, { projectId, sessionId }));
  const traces = useQuery(
    queryOf(listTraces, {
      projectId,
      filter: [{ type: 'string', column: 'sessionId', operator: '=', value: sessionId }],
      orderBy: { column: 'timestamp', direction: 'asc' },
      limit: MOST,
    }),
  );
  const error = session.error ?? traces.error;
  const rows = traces.data?.data;
  const count = session.data?.traceIds.length;
  return (
    <Page>
      <PageHeader
        title={`Session ${sessionId}`}
        detail={session.data && <Badge>{session.data.environment}</Badge>}
        actions={
          session.data && (
            <span className="text-muted">
              Began <Timestamp time={session.data.createdAt} />
            </span>
          )
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        {error ? (
          <ErrorState title="The session could not be loaded" error={error} onRetry={() => void traces.refetch()} />
        ) : rows === undefined ? (
          <Skeleton className="h-40 w-full" />
        ) : (
          <>
            <Sums traces={rows} count={count ?? rows.length} />
            <TraceTable projectId={projectId} traces={rows} />
            {traces.data?.nextCursor != null && (
              <p className="mt-3 text-muted">
                The first {MOST} of {formatCount(count)} traces; the sums are theirs.
              </p>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function Sums({ traces, count }: { traces: readonly TraceSummary[]; count: number }) {
  const { cost, tokens, latency, errors } = sumOf(traces);
  const facts: [string, string][] = [
    ['Traces', formatCount(count)],
    ['Cost', formatCost(cost)],
    ['Tokens', formatCount(tokens)],
    ['Time in traces', formatSeconds(latency)],
    ['Errors', formatCount(errors)],
  ];
  return (
    <dl className="mb-4 flex flex-wrap gap-x-10 gap-y-3">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-muted text-xs">{name}</dt>
          <dd className="font-semibold text-md tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function TraceTable({ projectId, traces }: { projectId: string; traces: readonly TraceSummary[] }) {
  return (
    <Table className="table-fixed">
      <TableHead>
        <tr>
          <TableHeader className="w-36">Time</TableHeader>
          <TableHeader className="w-36">Name</TableHeader>
          <TableHeader>Input</TableHeader>
          <TableHeader>Output</TableHeader>
          <TableHeader className="w-32">Scores</TableHeader>
          <TableHeader className="w-22 text-right">Latency</TableHeader>
          <TableHeader className="w-18 text-right">Tokens</TableHeader>
          <TableHeader className="w-22 text-right">Cost</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {traces.map((trace) => (
          <TableRow key={trace.id}>
            <TableCell className="text-muted">
              <Timestamp time={trace.timestamp} />
            </TableCell>
            <TableCell className="truncate">
              <Link
                to="/project/$projectId/traces/$traceId"
                params={{ projectId, traceId: trace.id }}
                search={{}}
                className="text-accent hover:underline"
              >
                {trace.name ?? trace.id}
              </Link>{' '}
              <LevelCell level={trace.level} />
            </TableCell>
            <TableCell className="truncate">
              <PreviewCell preview={trace.inputPreview} />
            </TableCell>
            <TableCell className="truncate">
              <PreviewCell preview={trace.outputPreview} />
            </TableCell>
            <TableCell>
              <ScoresCell scores={trace.scores} />
            </TableCell>
            <TableCell className="text-right tabular-nums">{formatSeconds(trace.latency)}</TableCell>
            <TableCell className="text-right tabular-nums">{formatCompact(trace.totalTokens)}</TableCell>
            <TableCell className="text-right tabular-nums">{formatCost(trace.totalCost)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
