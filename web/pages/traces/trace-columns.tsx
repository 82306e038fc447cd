import { formatCompact, formatCost, formatCount, formatSeconds } from '../../../contract/format.ts';
import type { TraceSummary } from '../../../contract/trace.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { BookmarkSign, LevelCell, ListCell, PreviewCell, ScoresCell, TextCell } from '../../trace-view/cells.tsx';
import { dataColumnHelper } from '../../ui/data-table.tsx';

const helper = dataColumnHelper<TraceSummary>();
const tokens = (row: TraceSummary) => `${formatCount(row.inputTokens)} in, ${formatCount(row.outputTokens)} out`;

/** Columns of the list of traces, in the order in which the table and the picker show them. */
export const TRACE_TABLE = helper.columns([
  helper.accessor('timestamp', {
    size: 130,
    meta: { label: 'Time', sort: 'timestamp' },
    cell: ({ row }) => <Timestamp time={row.original.timestamp} className="text-muted" />,
  }),
  helper.accessor('name', {
    size: 144,
    meta: { label: 'Name', sort: 'name' },
    cell: ({ row }) => (
      <>
        {row.original.bookmarked && <BookmarkSign />}
        <TextCell
          text={row.original.name ?? row.original.id}
          className={row.original.name ? 'font-medium' : 'font-mono text-xs'}
        />
      </>
    ),
  }),
  helper.accessor('inputPreview', {
    size: 220,
    meta: { label: 'Input', grow: true },
    cell: ({ row }) => <PreviewCell preview={row.original.inputPreview} />,
  }),
  helper.accessor('outputPreview', {
    size: 220,
    meta: { label: 'Output', grow: true },
    cell: ({ row }) => <PreviewCell preview={row.original.outputPreview} />,
  }),
  helper.accessor('level', {
    size: 96,
    meta: { label: 'Level' },
    cell: ({ row }) => (
      <LevelCell
        level={row.original.level}
        count={row.original.level === 'ERROR' ? row.original.errorCount : row.original.warningCount}
      />
    ),
  }),
  helper.accessor('latency', {
    size: 76,
    meta: { label: 'Latency', align: 'end', sort: 'latency' },
    cell: ({ row }) => (row.original.latency === null ? null : formatSeconds(row.original.latency)),
  }),
  helper.accessor('totalCost', {
    size: 84,
    meta: { label: 'Cost', align: 'end', sort: 'totalCost' },
    cell: ({ row }) => (row.original.totalCost === null ? null : formatCost(row.original.totalCost)),
  }),
  helper.accessor('totalTokens', {
    size: 78,
    meta: { label: 'Tokens', align: 'end', sort: 'totalTokens' },
    cell: ({ row }) =>
      row.original.totalTokens === 0 ? null : <span title={tokens(row.original)}>{formatCompact(row.original.totalTokens)}</span>,
  }),
  helper.accessor('userId', {
    size: 140,
    meta: { label: 'User', sort: 'userId' },
    cell: ({ row }) => <TextCell text={row.original.userId} />,
  }),
  helper.accessor('sessionId', {
    size: 116,
    meta: { label: 'Session', sort: 'sessionId' },
    cell: ({ row }) => <TextCell text={row.original.sessionId} />,
  }),
  helper.accessor('tags', { size: 170, meta: { label: 'Tags' }, cell: ({ row }) => <ListCell values={row.original.tags} /> }),
  helper.accessor('scores', {
    size: 200,
    meta: { label: 'Scores' },
    cell: ({ row }) => <ScoresCell scores={row.original.scores} />,
  }),
  helper.accessor('environment', {
    size: 104,
    meta: { label: 'Environment', sort: 'environment' },
    cell: ({ row }) => <TextCell text={row.original.environment} className="text-muted" />,
  }),
  helper.accessor('models', {
    size: 150,
    meta: { label: 'Models' },
    cell: ({ row }) => <ListCell values={row.original.models} />,
  }),
  helper.accessor('observationCount', {
    size: 72,
    meta: { label: 'Steps', align: 'end', sort: 'observationCount' },
    cell: ({ row }) => formatCount(row.original.observationCount),
  }),
  helper.accessor('errorCount', {
    size: 72,
    meta: { label: 'Errors', align: 'end', sort: 'errorCount' },
    cell: ({ row }) => (row.original.errorCount === 0 ? null : formatCount(row.original.errorCount)),
  }),
  helper.accessor('version', {
    size: 88,
    meta: { label: 'Version', sort: 'version' },
    cell: ({ row }) => <TextCell text={row.original.version} className="text-muted" />,
  }),
  helper.accessor('release', {
    size: 100,
    meta: { label: 'Release', sort: 'release' },
    cell: ({ row }) => <TextCell text={row.original.release} className="text-muted" />,
  }),
  helper.accessor('id', {
    size: 150,
    meta: { label: 'Trace id' },
    cell: ({ row }) => <TextCell text={row.original.id} className="font-mono text-faint text-xs" />,
  }),
]);

/** Shown until somebody chooses otherwise. */
export const TRACE_COLUMNS_SHOWN: readonly string[] = [
  'timestamp',
  'name',
  'inputPreview',
  'outputPreview',
  'level',
  'latency',
  'totalTokens',
  'totalCost',
  'userId',
  'tags',
  'scores',
];
