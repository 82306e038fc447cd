import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { getExperiment, listExperimentItems } from '../../../contract/api/experiments.ts';
import { formatCount } from '../../../contract/format.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { keyOf, queryOf } from '../../lib/query.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { scoreValue } from '../../trace-view/scores-tab.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { plainText } from './plain-text.ts';

const ROUTE = '/app/project/$projectId/datasets/$datasetId/runs/$runId';

type Item = OutputOf<typeof listExperimentItems>['data'][number];

/** A run over a dataset: what came of each item, beside what was expected of it. */
export function RunPage() {
  const { projectId, runId } = useParams({ from: ROUTE });
  const run = useQuery(queryOf(getExperiment, { projectId, experimentId: runId }));
  const input = { projectId, experimentId: runId, limit: 100 };
  const items = useInfiniteQuery({
    queryKey: keyOf(listExperimentItems, input),
    queryFn: ({ pageParam, signal }) =>
      call(listExperimentItems, { ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled: run.isSuccess,
  });
  const error = run.error ?? items.error;
  const rows = items.data?.pages.flatMap(({ data }) => data);
  return (
    <Page>
      <PageHeader
        title={run.data ? `Run ${run.data.name}` : 'Run'}
        detail={run.data && <span>{formatCount(run.data.itemCount)} items</span>}
        actions={run.data && <Timestamp time={run.data.startTime} className="text-muted" />}
      />
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        {run.data?.description && <p className="mb-3 max-w-3xl text-muted">{run.data.description}</p>}
        {run.data && run.data.scores.length > 0 && (
          <div className="mb-3">
            <Scores scores={run.data.scores} />
          </div>
        )}
        {error ? (
          <ErrorState title="The run could not be loaded" error={error} onRetry={() => void items.refetch()} />
        ) : rows === undefined ? (
          <Skeleton className="h-40 w-full" />
        ) : rows.length === 0 ? (
          <EmptyState title="No items yet">The items of this run appear here when their traces have come in.</EmptyState>
        ) : (
          <ItemTable projectId={projectId} items={rows} />
        )}
        {items.hasNextPage && (
          <Button className="mt-3" onClick={() => void items.fetchNextPage()} disabled={items.isFetchingNextPage}>
            More items
          </Button>
        )}
      </div>
    </Page>
  );
}

function ItemTable({ projectId, items }: { projectId: string; items: readonly Item[] }) {
  return (
    <Table className="table-fixed">
      <TableHead>
        <tr>
          <TableHeader className="w-40">Trace</TableHeader>
          <TableHeader>Input</TableHeader>
          <TableHeader>Output</TableHeader>
          <TableHeader>Expected</TableHeader>
          <TableHeader className="w-52">Scores</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {items.map((item) => (
          <TableRow key={item.id}>
            <TableCell className="py-2 align-top">
              <Link
                to="/project/$projectId/traces/$traceId"
                params={{ projectId, traceId: item.traceId }}
                search={{}}
                className="block truncate text-accent hover:underline"
                title={item.traceId}
              >
                {item.experimentItemId}
              </Link>
              {item.level === 'ERROR' && <Badge tone="danger">error</Badge>}
            </TableCell>
            {[item.input, item.output, item.expectedOutput].map((value, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: three fixed columns
              <TableCell key={at} className="py-2 align-top">
                <span className="line-clamp-4 whitespace-pre-wrap [overflow-wrap:anywhere]" title={plainText(value)}>
                  {plainText(value)}
                </span>
              </TableCell>
            ))}
            <TableCell className="py-2 align-top">
              <Scores scores={item.scores} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Scores({ scores }: { scores: Item['scores'] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {scores.map((score) => (
        <Badge key={score.id} tone="outline" title={score.comment ?? undefined}>
          {score.name} <span className="text-fg">{scoreValue(score)}</span>
        </Badge>
      ))}
    </span>
  );
}
