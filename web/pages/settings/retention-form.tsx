import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getProject, updateProject } from '../../../contract/api/access.ts';
import { queryMetrics } from '../../../contract/api/metrics.ts';
import { formatCount } from '../../../contract/format.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { MAX_RETENTION_DAYS, nextRetentionSweep, retentionBoundary } from '../../../contract/retention.ts';
import { call } from '../../lib/client.ts';
import { formatMoment } from '../../lib/time.ts';
import { useNow } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { toast } from '../../ui/toaster.tsx';
import { daysOf, mayDeleteMore } from './retention-draft.ts';

type Settings = OutputOf<typeof getProject>;

/** Midnight UTC as people of UTC write it: `1 May 2026`. */
const dayOf = (ms: number) =>
  new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** How many steps started before a moment. */
async function countBefore(projectId: string, before: number): Promise<number> {
  const { data } = await call(queryMetrics, {
    projectId,
    view: 'observations',
    metrics: [{ measure: 'count', aggregation: 'count' }],
    fromTimestamp: '1970-01-01T00:00:00.000Z',
    toTimestamp: new Date(before - 1).toISOString(),
  });
  return Number(data[0]?.count_count ?? 0);
}

/** How many days a project keeps its facts. Asks before a change by which something would be deleted. */
export function RetentionForm({ settings, disabled }: { settings: Settings; disabled: boolean }) {
  const stored = settings.retentionDays;
  const [typed, setTyped] = useState(stored === null ? '' : String(stored));
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState<{ days: number; count: number | null }>();
  const now = useNow();
  const queries = useQueryClient();
  const write = async (days: number | null) => {
    const saved = await call(updateProject, { projectId: settings.id, retention: days ?? 0 });
    queries.setQueryData([getProject.id, { projectId: settings.id }], saved);
    toast.success(days === null ? 'Everything is kept from now on' : `Kept for ${inDays(days)} from now on`);
  };
  const save = useMutation({
    mutationFn: async (days: number | null) => {
      if (days === null || !mayDeleteMore(stored, days)) return write(days);
      const before = retentionBoundary(nextRetentionSweep(Date.now()), days);
      // Without the number it is asked all the same.
      const count = await countBefore(settings.id, before).catch(() => null);
      if (count === 0) return write(days);
      setAsking({ days, count });
    },
  });
  const days = daysOf(typed);
  const sweep = nextRetentionSweep(now);
  return (
    <>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          setProblem('problem' in days ? days.problem : undefined);
          if ('days' in days) save.mutate(days.days);
        }}
      >
        <div className="flex max-w-md items-start gap-2">
          <Field
            className="w-40"
            label="Days"
            hint={disabled ? 'Only administrators can change it.' : undefined}
            error={problem ?? save.error?.message}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                placeholder="Forever"
                autoComplete="off"
                maxLength={String(MAX_RETENTION_DAYS).length}
                readOnly={disabled}
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value);
                  setProblem(undefined);
                }}
              />
            )}
          </Field>
          {!disabled && (
            <Button
              type="submit"
              size="md"
              className="mt-6"
              aria-label="Save the retention"
              disabled={'days' in days && days.days === stored}
              busy={save.isPending}
            >
              Save
            </Button>
          )}
        </div>
        <p className="max-w-2xl text-muted" role="status">
          {'problem' in days || days.days === null ? (
            'Empty: everything is kept forever.'
          ) : (
            <>
              Every night at 03:17 UTC, what is older than {inDays(days.days)} is deleted for good. The next time,{' '}
              <time dateTime={new Date(sweep).toISOString()} title={formatMoment(sweep)}>
                {dayOf(sweep)}
              </time>
              , that is everything from before {dayOf(retentionBoundary(sweep, days.days))}.
            </>
          )}
        </p>
      </form>
      {/* Beside the form: what is submitted in it would be submitted here as well. */}
      <ConfirmDialog
        open={asking !== undefined}
        onOpenChange={(open) => !open && setAsking(undefined)}
        danger
        title={asking ? `Keep everything for ${inDays(asking.days)} only?` : ''}
        description={
          asking && (
            <>
              {asking.count === null ? 'Steps' : `${formatCount(asking.count)} ${asking.count === 1 ? 'step' : 'steps'}`} from
              before {dayOf(retentionBoundary(sweep, asking.days))}, with their scores and media, will be deleted in the night to{' '}
              {dayOf(sweep)}, at 03:17 UTC, and more every night after. This cannot be undone.
            </>
          )
        }
        action="Save and delete"
        onConfirm={async () => {
          if (asking) await write(asking.days);
        }}
      />
    </>
  );
}

const inDays = (days: number) => (days === 1 ? 'one day' : `${formatCount(days)} days`);
