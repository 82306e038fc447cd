import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { getIngestion } from '../../../contract/api/ingestion.ts';
import { listTraces } from '../../../contract/api/traces.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { queryOf } from '../../lib/query.ts';
import type { Project } from '../../lib/session.ts';
import { useTail } from '../../lib/tail.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { StatusLight } from '../../ui/status-light.tsx';

const WAITING_MS = 1000;
/** How far back the newest trace is looked for: the clocks of sender and browser differ. */
const LOOK_BACK_MS = 10 * 60_000;

/**
 * Waits for the first trace and turns green with it. Demo data does not count as one: it comes in while the page is open, so that in a
 * demo project the receipts decide, which count what came with a key and leave the demo out.
 */
export function FirstTrace({ project }: { project: Project }) {
  const [arrived, setArrived] = useState<string>();
  const [openedAt] = useState(() => Date.now());
  const queries = useQueryClient();
  const ingestion = useQuery({
    ...queryOf(getIngestion, { projectId: project.id }),
    // The stream may be cut off by a proxy; asking now and then gets there too.
    refetchInterval: (query) =>
      arrived !== undefined ? false : project.demo || !query.state.data?.hasTraces ? WAITING_MS : 5 * WAITING_MS,
    retry: true,
  });
  const stored = ingestion.data && storedIn(ingestion.data);
  const [atFirst, setAtFirst] = useState<number>();
  if (stored !== undefined && atFirst === undefined) setAtFirst(stored);

  useTail(project.id, arrived === undefined, ([traceId]) => {
    if (project.demo) void ingestion.refetch({ cancelRefetch: false });
    else if (traceId !== undefined) setArrived(traceId);
  });

  const came = stored !== undefined && atFirst !== undefined && stored > atFirst;
  useEffect(() => {
    if (!came || arrived !== undefined) return;
    let stale = false;
    const from = new Date(openedAt - LOOK_BACK_MS).toISOString();
    queries
      .fetchQuery({ ...queryOf(listTraces, { projectId: project.id, from, limit: 1 }), staleTime: 0 })
      .then(({ data: [newest] }) => {
        if (newest && !stale) setArrived(newest.id);
      })
      .catch(() => {
        // The light is green all the same, with a link to the list instead of to the trace.
      });
    return () => {
      stale = true;
    };
  }, [came, arrived, openedAt, project.id, queries]);

  const newest = arrived;
  const before = project.demo ? (stored ?? 0) > 0 : ingestion.data?.hasTraces === true;
  const good = newest !== undefined || before;
  return (
    <div
      role="status"
      className={cn(
        'flex min-h-13 items-center gap-3 rounded-lg border px-3.5 transition-colors',
        good ? 'border-success/30 bg-success-soft' : 'border-line bg-sunken',
      )}
    >
      <StatusLight tone={good ? 'good' : 'waiting'} pulse={!good} className="mx-1" />
      <div className="min-w-0 flex-1 py-2">
        <p className="font-medium">
          {newest !== undefined ? 'Your trace is here' : before ? 'Traces are arriving' : 'Waiting for your first trace'}
        </p>
        <p className="truncate text-muted text-sm">
          {newest !== undefined ? (
            <code>{newest}</code>
          ) : before ? (
            'This project has traces already. The next one shows up here the moment it comes.'
          ) : ingestion.isError ? (
            'The server does not answer right now; trying again.'
          ) : (
            'Listening. It shows up here within a second of being sent.'
          )}
        </p>
      </div>
      {newest !== undefined ? (
        <Button asChild variant="primary">
          <Link to="/project/$projectId/traces/$traceId" params={{ projectId: project.id, traceId: newest }}>
            Open the trace <ArrowRight aria-hidden />
          </Link>
        </Button>
      ) : (
        before && (
          <Button asChild>
            <Link to="/project/$projectId/traces" params={{ projectId: project.id }}>
              See the traces <ArrowRight aria-hidden />
            </Link>
          </Button>
        )
      )}
    </div>
  );
}

/** What was stored of what came in with the project's keys, since the server started. */
const storedIn = (ingestion: OutputOf<typeof getIngestion> | undefined): number =>
  ingestion?.keys.reduce((total, key) => total + key.stored, 0) ?? 0;
