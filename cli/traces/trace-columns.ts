import type { TraceSummary } from '../../contract/trace.ts';
import { formatCost, formatCount, formatMoment, formatNumber, formatSeconds } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import type { Column } from '../terminal/table.ts';

/** How a list shows traces. */
export function traceColumns(style: Style): Column<TraceSummary>[] {
  return [
    { title: 'TIME', value: ({ timestamp }) => formatMoment(timestamp), paint: () => style.dim },
    { title: 'NAME', value: ({ name }) => name ?? '–', shrinkTo: 10, keep: 20, paint: paintOf(style) },
    { title: 'LATENCY', value: ({ latency }) => formatSeconds(latency), align: 'right' },
    { title: 'COST', value: ({ totalCost }) => formatCost(totalCost), align: 'right', droppable: 1 },
    { title: 'TOKENS', value: ({ totalTokens }) => formatCount(totalTokens), align: 'right', droppable: 2 },
    { title: 'STEPS', value: ({ observationCount }) => formatCount(observationCount), align: 'right', droppable: 3 },
    {
      title: 'ERRORS',
      value: ({ errorCount }) => (errorCount > 0 ? formatCount(errorCount) : ''),
      align: 'right',
      optional: true,
      paint: () => style.red,
    },
    { title: 'USER', value: ({ userId }) => userId ?? '', optional: true, shrinkTo: 8, droppable: 4 },
    { title: 'SESSION', value: ({ sessionId }) => sessionId ?? '', optional: true, shrinkTo: 8, droppable: 6 },
    {
      title: 'ENV',
      value: ({ environment }) => (environment === 'default' ? '' : environment),
      optional: true,
      shrinkTo: 8,
      droppable: 5,
    },
    { title: 'TAGS', value: ({ tags }) => tags.join(', '), optional: true, shrinkTo: 8, droppable: 7 },
    { title: 'SCORES', value: ({ scores }) => scores.map(scoreText).join(', '), optional: true, shrinkTo: 8, droppable: 8 },
    { title: 'ID', value: ({ id }) => id, paint: () => style.dim },
  ];
}

const scoreText = ({ name, mean, values }: TraceSummary['scores'][number]) =>
  `${name} ${mean === null ? values.join('|') : formatNumber(mean)}`;

/** Errors and warnings stand out. */
export const paintOf =
  (style: Style) =>
  ({ level }: Pick<TraceSummary, 'level'>) =>
    level === 'ERROR' ? style.red : level === 'WARNING' ? style.yellow : undefined;
