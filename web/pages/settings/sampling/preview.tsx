import type { previewSampling } from '../../../../contract/api/sampling.ts';
import { formatBytes, formatCost, formatCount, formatPercent } from '../../../../contract/format.ts';
import type { OutputOf } from '../../../../contract/operation.ts';
import { PROTECTED, REST } from '../../../../contract/sampling.ts';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../../ui/table.tsx';

/** What the names that are no rule's mean. */
const spoken = (rule: string) => (rule === REST ? 'Everything else' : rule === PROTECTED ? 'Needed by somebody' : rule);

/** Kept and dropped by rule. */
export function RuleCounts({
  label,
  counts,
}: {
  label: string;
  counts: readonly { rule: string; kept: number; dropped: number }[];
}) {
  return (
    <Table aria-label={label}>
      <TableHead>
        <tr>
          <TableHeader>Decided by</TableHeader>
          <TableHeader className="text-right">Kept</TableHeader>
          <TableHeader className="text-right">Dropped</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {counts.map(({ rule, kept, dropped }) => (
          <TableRow key={rule}>
            <TableCell className="max-w-80 truncate" title={rule}>
              {spoken(rule)}
            </TableCell>
            <TableCell className="text-right tabular-nums">{formatCount(kept)}</TableCell>
            <TableCell className="text-right tabular-nums">{formatCount(dropped)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** What the rules would have done with the last day. */
export function PreviewResult({ preview }: { preview: OutputOf<typeof previewSampling> }) {
  const { looked, total, kept, dropped, droppedBytes, droppedCost, droppedObservations } = preview;
  if (looked === 0)
    return <p className="text-muted">No trace came in over the last 24 hours: there is nothing to try the rules on.</p>;
  return (
    <div className="flex flex-col gap-3">
      <p>
        Of {looked < total ? `the newest ${formatCount(looked)} of ${formatCount(total)}` : formatCount(looked)} traces of the
        last 24 hours, <b className="font-medium">{formatCount(kept)} would be kept</b> ({formatPercent(kept / looked)}) and{' '}
        {formatCount(dropped)} dropped
        {dropped > 0 &&
          `: ${formatCount(droppedObservations)} observations with ${formatBytes(droppedBytes)} of text. They cost ${formatCost(droppedCost)}, which would no longer show in sums`}
        .
      </p>
      <RuleCounts label="Preview by rule" counts={preview.byRule} />
    </div>
  );
}
