import type { Score } from '../../contract/score.ts';
import type { Experiment, ExperimentItem } from '../client/experiments.ts';
import { counted, formatNumber, formatSeconds, formatTime, NOTHING } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { cut, oneLine } from '../terminal/text.ts';
import { compare, itemMean, namesOf, type ScoreComparison, summarise } from './compare.ts';

export interface ShownExperiment {
  experiment: Experiment;
  items: readonly ExperimentItem[];
}

const PREVIEW = 60;

const preview = (value: unknown) =>
  value === null || value === undefined
    ? NOTHING
    : cut(oneLine(typeof value === 'string' ? value : JSON.stringify(value)), PREVIEW);

const secondsOf = ({ startTime, endTime }: ExperimentItem) =>
  endTime ? (Date.parse(endTime) - Date.parse(startTime)) / 1000 : null;

const signed = (value: number) => (value > 0 ? `+${formatNumber(value)}` : formatNumber(value));

/** An experiment: what it was, its scores, its items; with what a baseline had when there is one. */
export function showExperiment(
  shown: ShownExperiment,
  baseline: ShownExperiment | undefined,
  style: Style,
  width: number,
): string[] {
  const { experiment, items } = shown;
  const lines = [
    `${style.bold(oneLine(experiment.name))}  ${style.dim(experiment.id)}`,
    [formatTime(experiment.startTime), counted(experiment.itemCount, 'item'), experiment.description]
      .filter((part) => part)
      .map((part) => oneLine(part!))
      .join(' · '),
  ];
  if (baseline) lines.push(style.dim(`against ${oneLine(baseline.experiment.name)}  ${baseline.experiment.id}`));
  if (experiment.scores.length > 0)
    lines.push('', style.dim('SCORES OF THE RUN'), ...experiment.scores.map((score) => runScore(score, style)));
  const summaries = baseline ? comparisonLines(compare(items, baseline.items), style, width) : summaryLines(items, style, width);
  if (summaries.length > 1) lines.push('', ...summaries);
  if (items.length > 0) lines.push('', ...itemLines(items, baseline?.items, style, width));
  return lines;
}

const runScore = ({ name, value, stringValue, comment }: Score, style: Style) =>
  `${oneLine(name)}  ${style.bold(oneLine(stringValue ?? formatNumber(value)))}${comment ? style.dim(`  ${oneLine(comment)}`) : ''}`;

function summaryLines(items: readonly ExperimentItem[], style: Style, width: number): string[] {
  const categories = (each: Record<string, number>) =>
    Object.entries(each)
      .sort(([, a], [, b]) => b - a)
      .map(([category, count]) => `${category} ${count}`)
      .join(', ');
  return renderTable(
    summarise(items),
    [
      { title: 'SCORE', value: ({ name }) => name },
      { title: 'ITEMS', value: ({ count }) => String(count), align: 'right' },
      { title: 'MEAN', value: ({ mean }) => formatNumber(mean), align: 'right', optional: true, paint: () => style.bold },
      { title: 'VALUES', value: (summary) => categories(summary.categories), optional: true, shrinkTo: 12 },
    ],
    style,
    width,
  );
}

function comparisonLines(rows: readonly ScoreComparison[], style: Style, width: number): string[] {
  return renderTable(
    rows,
    [
      { title: 'SCORE', value: ({ name }) => name },
      { title: 'BASELINE', value: ({ baselineMean }) => formatNumber(baselineMean), align: 'right' },
      { title: 'MEAN', value: ({ mean }) => formatNumber(mean), align: 'right', paint: () => style.bold },
      { title: 'DELTA', value: ({ delta }) => (delta === null ? NOTHING : signed(delta)), align: 'right' },
      { title: 'HIGHER', value: ({ higher }) => String(higher), align: 'right' },
      { title: 'LOWER', value: ({ lower }) => String(lower), align: 'right' },
      { title: 'SAME', value: ({ same }) => String(same), align: 'right' },
    ],
    style,
    width,
  );
}

function itemLines(
  items: readonly ExperimentItem[],
  baseline: readonly ExperimentItem[] | undefined,
  style: Style,
  width: number,
) {
  const before = new Map(baseline?.map((item) => [item.experimentItemId, item]));
  const scoreText = (item: ExperimentItem, name: string): string => {
    const value = itemMean(item, name);
    if (value === null) return item.scores.find((score) => score.name === name)?.stringValue ?? '';
    const other = before.get(item.experimentItemId);
    const then = other ? itemMean(other, name) : null;
    return then === null || then === value ? formatNumber(value) : `${formatNumber(value)} (${signed(value - then)})`;
  };
  const columns: Column<ExperimentItem>[] = [
    { title: 'ITEM', value: ({ experimentItemId }) => experimentItemId, shrinkTo: 8 },
    { title: 'INPUT', value: ({ input }) => preview(input), optional: true, shrinkTo: 12, droppable: 3 },
    {
      title: 'OUTPUT',
      value: ({ output }) => preview(output),
      shrinkTo: 12,
      paint: ({ level }) => (level === 'ERROR' ? style.red : undefined),
    },
    { title: 'EXPECTED', value: ({ expectedOutput }) => preview(expectedOutput), optional: true, shrinkTo: 10, droppable: 2 },
    ...namesOf(items).map(
      (name): Column<ExperimentItem> => ({ title: name, value: (item) => scoreText(item, name), align: 'right' }),
    ),
    { title: 'LATENCY', value: (item) => formatSeconds(secondsOf(item)), align: 'right' },
    { title: 'TRACE', value: ({ traceId }) => traceId, droppable: 1, paint: () => style.dim },
  ];
  return renderTable(items, columns, style, width);
}
