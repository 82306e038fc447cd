import { formatCompact, formatCost, formatCount, formatSeconds } from '../../../contract/format.ts';
import type { ObservationSummary } from '../../../contract/observation.ts';
import { ObservationTypeIcon, observationTypeName } from '../../lib/observation-type.tsx';
import { Timestamp } from '../../lib/timestamp.tsx';
import { LevelCell, ListCell, PreviewCell, TextCell } from '../../trace-view/cells.tsx';
import { dataColumnHelper } from '../../ui/data-table.tsx';

/** A step as a row: ids of steps are unique only within their trace. */
export interface ObservationRow extends ObservationSummary {
  readonly observationId: string;
}

/** The row's identity carries the trace, so that picking and peeking know both. */
export const toRow = (step: ObservationSummary): ObservationRow => ({
  ...step,
  observationId: step.id,
  id: `${step.traceId} ${step.id}`,
});

const helper = dataColumnHelper<ObservationRow>();

/** Columns of the list of observations, in the order in which the table and the picker show them. */
export const OBSERVATION_TABLE = helper.columns([
  helper.accessor('startTime', {
    size: 130,
    meta: { label: 'Time', sort: 'startTime' },
    cell: ({ row }) => <Timestamp time={row.original.startTime} className="text-muted" />,
  }),
  helper.accessor('type', {
    size: 112,
    meta: { label: 'Type', sort: 'type' },
    cell: ({ row }) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <ObservationTypeIcon type={row.original.type} />
        <span className="truncate text-muted">{observationTypeName(row.original.type)}</span>
      </span>
    ),
  }),
  helper.accessor('name', {
    size: 140,
    meta: { label: 'Name', sort: 'name' },
    cell: ({ row }) => <TextCell text={row.original.name} className="font-medium" />,
  }),
  helper.accessor('inputPreview', {
    size: 200,
    meta: { label: 'Input', grow: true },
    cell: ({ row }) => <PreviewCell preview={row.original.inputPreview} />,
  }),
  helper.accessor('outputPreview', {
    size: 200,
    meta: { label: 'Output', grow: true },
    cell: ({ row }) => <PreviewCell preview={row.original.outputPreview} />,
  }),
  helper.accessor('level', {
    size: 92,
    meta: { label: 'Level', sort: 'level' },
    cell: ({ row }) => <LevelCell level={row.original.level} message={row.original.statusMessage} />,
  }),
  helper.accessor('statusMessage', {
    size: 180,
    meta: { label: 'Status message' },
    cell: ({ row }) => (
      <TextCell text={row.original.statusMessage} className={row.original.level === 'ERROR' ? 'text-danger' : 'text-muted'} />
    ),
  }),
  helper.accessor('model', {
    size: 150,
    meta: { label: 'Model', sort: 'model' },
    cell: ({ row }) => <TextCell text={row.original.model} />,
  }),
  helper.accessor('latency', {
    size: 84,
    meta: { label: 'Latency', align: 'end', sort: 'latency' },
    cell: ({ row }) => (row.original.latency === null ? null : formatSeconds(row.original.latency)),
  }),
  helper.accessor('timeToFirstToken', {
    size: 78,
    meta: { label: 'TTFT', hint: 'Time to first token', align: 'end', sort: 'timeToFirstToken' },
    cell: ({ row }) => (row.original.timeToFirstToken === null ? null : formatSeconds(row.original.timeToFirstToken)),
  }),
  helper.accessor('totalTokens', {
    size: 78,
    meta: { label: 'Tokens', align: 'end', sort: 'totalTokens' },
    cell: ({ row }) =>
      row.original.totalTokens === 0 ? null : (
        <span title={`${formatCount(row.original.inputTokens)} in, ${formatCount(row.original.outputTokens)} out`}>
          {formatCompact(row.original.totalTokens)}
        </span>
      ),
  }),
  helper.accessor('totalCost', {
    size: 88,
    meta: { label: 'Cost', align: 'end', sort: 'totalCost' },
    cell: ({ row }) => (row.original.totalCost === null ? null : formatCost(row.original.totalCost)),
  }),
  helper.accessor('traceName', {
    size: 140,
    meta: { label: 'Trace' },
    cell: ({ row }) => <TextCell text={row.original.traceName ?? row.original.traceId} className="text-muted" />,
  }),
  helper.accessor('userId', { size: 104, meta: { label: 'User' }, cell: ({ row }) => <TextCell text={row.original.userId} /> }),
  helper.accessor('sessionId', {
    size: 116,
    meta: { label: 'Session' },
    cell: ({ row }) => <TextCell text={row.original.sessionId} />,
  }),
  helper.accessor('environment', {
    size: 104,
    meta: { label: 'Environment', sort: 'environment' },
    cell: ({ row }) => <TextCell text={row.original.environment} className="text-muted" />,
  }),
  helper.accessor('version', {
    size: 88,
    meta: { label: 'Version', sort: 'version' },
    cell: ({ row }) => <TextCell text={row.original.version} className="text-muted" />,
  }),
  helper.accessor('promptName', {
    size: 130,
    meta: { label: 'Prompt', sort: 'promptName' },
    cell: ({ row }) => (
      <TextCell
        text={
          row.original.promptName &&
          `${row.original.promptName}${row.original.promptVersion === null ? '' : ` v${row.original.promptVersion}`}`
        }
      />
    ),
  }),
  helper.accessor('tags', { size: 120, meta: { label: 'Tags' }, cell: ({ row }) => <ListCell values={row.original.tags} /> }),
  helper.accessor('observationId', {
    size: 150,
    meta: { label: 'Step id' },
    cell: ({ row }) => <TextCell text={row.original.observationId} className="font-mono text-faint text-xs" />,
  }),
]);

/** Shown until somebody chooses otherwise. */
export const OBSERVATION_COLUMNS_SHOWN: readonly string[] = [
  'startTime',
  'type',
  'name',
  'inputPreview',
  'outputPreview',
  'level',
  'model',
  'latency',
  'timeToFirstToken',
  'totalTokens',
  'totalCost',
  'traceName',
];
