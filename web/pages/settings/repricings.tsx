import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { listRepricings, previewRepricing, startRepricing } from '../../../contract/api/repricings.ts';
import { formatCost, formatCount } from '../../../contract/format.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';

type Preview = OutputOf<typeof previewRepricing>;
type Repricing = OutputOf<typeof listRepricings>['data'][number];

const DAY = 24 * 3600 * 1000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
/** Whole days, UTC, the last one with them. */
const spanOf = (first: string, last: string) => ({
  from: `${first}T00:00:00.000Z`,
  to: new Date(Date.parse(`${last}T00:00:00.000Z`) + DAY).toISOString(),
});

/** Prices days that are past with today's prices: first what would change, then the change itself, in the background. */
export function Repricings({ projectId, open, onClose }: { projectId: string; open: boolean; onClose(): void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      className="max-w-3xl"
      title="Price past days anew"
      description="Today’s prices for what is stored already. Costs that senders stated stay as they are, and so do estimated tokens."
    >
      <PreviewForm projectId={projectId} />
      <Runs projectId={projectId} />
    </Dialog>
  );
}

function PreviewForm({ projectId }: { projectId: string }) {
  const queries = useQueryClient();
  const [first, setFirst] = useState(() => dayOf(Date.now() - 30 * DAY));
  const [last, setLast] = useState(() => dayOf(Date.now()));
  const [preview, setPreview] = useState<Preview>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const work = async (task: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await task();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    void work(async () => setPreview(await call(previewRepricing, { projectId, ...spanOf(first, last) })));
  };
  const run = () =>
    work(async () => {
      await call(startRepricing, { projectId, ...spanOf(first, last) });
      setPreview(undefined);
      await queries.invalidateQueries({ queryKey: [listRepricings.id] });
    });
  const change = (set: (day: string) => void) => (day: string) => {
    set(day);
    setPreview(undefined);
  };

  return (
    <form className="flex flex-col gap-4" onSubmit={look}>
      <div className="flex items-end gap-3">
        <Day label="First day" value={first} onValue={change(setFirst)} />
        <Day label="Last day" value={last} onValue={change(setLast)} />
        <Button type="submit" disabled={busy}>
          Preview
        </Button>
      </div>
      {error !== undefined && <ErrorState title="That did not work" error={error as Error} />}
      {preview && <Difference preview={preview} busy={busy} onRun={() => void run()} />}
    </form>
  );
}

function Day({ label, value, onValue }: { label: string; value: string; onValue(day: string): void }) {
  return (
    <Field label={label} className="w-40">
      {(control) => <Input {...control} type="date" required value={value} onChange={(event) => onValue(event.target.value)} />}
    </Field>
  );
}

function Difference({ preview, busy, onRun }: { preview: Preview; busy: boolean; onRun(): void }) {
  const { lookedAt, changed, costBefore, costAfter, complete, changes } = preview;
  return (
    <section aria-label="What would change" className="flex flex-col gap-3">
      <p role="status">
        {changed === 0
          ? `Nothing would change in ${formatCount(lookedAt)} observations.`
          : `${formatCount(changed)} of ${formatCount(lookedAt)} observations would change: from ${formatCost(costBefore)} to ${formatCost(costAfter)}.`}
        {!complete && ' There are more in these days: these figures are of the first of them.'}
      </p>
      {changes.length > 0 && (
        <Table>
          <TableHead>
            <TableRow>
              <TableHeader>Model</TableHeader>
              <TableHeader>Price before</TableHeader>
              <TableHeader>Price after</TableHeader>
              <TableHeader className="text-right">Observations</TableHeader>
              <TableHeader className="text-right">Cost before</TableHeader>
              <TableHeader className="text-right">Cost after</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {changes.map((one) => (
              <TableRow key={`${one.model} ${one.priceBefore} ${one.priceAfter}`}>
                <TableCell>{one.model}</TableCell>
                <TableCell>{one.priceBefore ?? 'none'}</TableCell>
                <TableCell>{one.priceAfter ?? 'none'}</TableCell>
                <TableCell className="text-right">{formatCount(one.observations)}</TableCell>
                <TableCell className="text-right">{formatCost(one.costBefore)}</TableCell>
                <TableCell className="text-right">{formatCost(one.costAfter)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {(changed > 0 || !complete) && (
        <Button type="button" variant="primary" className="self-start" disabled={busy} onClick={onRun}>
          Price anew
        </Button>
      )}
    </section>
  );
}

const isOver = ({ status }: Repricing) => status === 'done' || status === 'failed';
const WORDS: Record<Repricing['status'], string> = { waiting: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed' };

/** What was asked for, newest first; asked again while anything is under way. */
function Runs({ projectId }: { projectId: string }) {
  const runs = useQuery({
    ...queryOf(listRepricings, { projectId }),
    refetchInterval: ({ state }) => (state.data?.data.every(isOver) === false ? 1000 : false),
  });
  if (!runs.data || runs.data.data.length === 0) return null;
  return (
    <section aria-label="Priced anew" className="mt-4">
      <Table>
        <TableHead>
          <TableRow>
            <TableHeader>Days</TableHeader>
            <TableHeader>State</TableHeader>
            <TableHeader className="text-right">Looked at</TableHeader>
            <TableHeader className="text-right">Changed</TableHeader>
            <TableHeader className="text-right">Difference</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {runs.data.data.map((run) => (
            <TableRow key={run.id}>
              <TableCell>
                {run.from.slice(0, 10)} to {dayOf(Date.parse(run.to) - 1)}
              </TableCell>
              <TableCell>{WORDS[run.status]}</TableCell>
              <TableCell className="text-right">{formatCount(run.lookedAt)}</TableCell>
              <TableCell className="text-right">{formatCount(run.changed)}</TableCell>
              <TableCell className="text-right">{formatCost(run.costAfter - run.costBefore)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  );
}
