import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Activity, SearchX } from 'lucide-react';
import { listTraces } from '../../../contract/api/traces.ts';
import { queryOf } from '../../lib/query.ts';
import { Button, buttonStyle } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { List } from './use-list.ts';

export interface NothingProps {
  projectId: string;
  list: List;
  narrowed: boolean;
  bounded: boolean;
  onClear(): void;
  onAllTime(): void;
}

/** Why there are no rows, and what to do about it. */
export function Nothing({ projectId, list, narrowed, bounded, onClear, onAllTime }: NothingProps) {
  // A project that holds nothing at all needs another word than a quiet week.
  const anything = useQuery({ ...queryOf(listTraces, { projectId, limit: 1 }), enabled: bounded && !narrowed });
  const isEmpty = !narrowed && (!bounded || anything.data?.data.length === 0);
  if (!narrowed && bounded && anything.isPending) return null;
  if (!isEmpty) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title={narrowed ? `No ${list} match` : `No ${list} in this time`}
        actions={
          <>
            {narrowed && <Button onClick={onClear}>Clear the filters</Button>}
            {bounded && <Button onClick={onAllTime}>Show all time</Button>}
          </>
        }
      >
        {narrowed ? 'Nothing fits all of the conditions at once.' : 'There may be older ones.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Activity aria-hidden />}
      title="No traces yet"
      actions={
        <Link to="/project/$projectId/setup" params={{ projectId }} className={buttonStyle({ variant: 'primary', size: 'md' })}>
          Send the first one
        </Link>
      }
    >
      Point a Langfuse SDK or an OpenTelemetry exporter at this project; the snippet with your own key is one click away.
    </EmptyState>
  );
}
