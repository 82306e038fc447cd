import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { getIngestion } from '../../../contract/api/ingestion.ts';
import { queryOf } from '../../lib/query.ts';
import type { Project } from '../../lib/session.ts';
import { useTail } from '../../lib/tail.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { StatusLight } from '../../ui/status-light.tsx';

/** Waits for the first trace and turns green with it. Demo data does not count as one. */
export function FirstTrace({ project }: { project: Project }) {
  const [arrived, setArrived] = useState<{ projectId: string; traceId: string }>();
  const newest = arrived?.projectId === project.id ? arrived.traceId : undefined;
  useTail(project.id, newest === undefined, ([traceId]) => {
    if (traceId !== undefined) setArrived({ projectId: project.id, traceId });
  });
  // The stream may be cut off by a proxy; asking now and then gets there too.
  const ingestion = useQuery({
    ...queryOf(getIngestion, { projectId: project.id }),
    refetchInterval: (query) => (newest !== undefined || query.state.data?.hasTraces ? false : 5000),
    retry: true,
  });
  const before = !project.demo && ingestion.data?.hasTraces === true;
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
