import type { Score } from '../../contract/score.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import { counted, formatCost, formatCount, formatDuration, formatNumber, formatSeconds, formatTime } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { cut, oneLine, severalLines } from '../terminal/text.ts';
import { type TreeLine, treeLines } from './step-tree.ts';
import { paintOf } from './trace-columns.ts';

/** A trace as a person reads it: what it was, its steps as a tree, its scores; input and output when asked for. */
export function showTrace(trace: TraceDetail, style: Style, width: number, withContent: boolean): string[] {
  const lines = [`${style.bold(oneLine(trace.name ?? '(no name)'))}  ${style.dim(trace.id)}`, facts(trace, style)];
  const about = aboutLine(trace);
  if (about) lines.push(style.dim(about));
  lines.push('', ...showSteps(trace, style, width));
  if (trace.scores.length > 0)
    lines.push('', style.dim('SCORES'), ...trace.scores.map((score) => showScore(score, trace, style, width)));
  if (withContent) {
    lines.push('', style.dim('INPUT'), ...showContent(trace.input));
    lines.push('', style.dim('OUTPUT'), ...showContent(trace.output));
  }
  return lines;
}

function facts(trace: TraceDetail, style: Style): string {
  const { inputTokens, outputTokens, totalTokens, errorCount, warningCount } = trace;
  return [
    formatTime(trace.timestamp),
    formatSeconds(trace.latency),
    formatCost(trace.totalCost),
    `${counted(totalTokens, 'token')} (${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out)`,
    counted(trace.observationCount, 'step'),
    errorCount > 0 && style.red(counted(errorCount, 'error')),
    warningCount > 0 && style.yellow(counted(warningCount, 'warning')),
  ]
    .filter(Boolean)
    .join(' · ');
}

function aboutLine(trace: TraceDetail): string {
  return [
    trace.userId && `user ${trace.userId}`,
    trace.sessionId && `session ${trace.sessionId}`,
    trace.environment !== 'default' && `environment ${trace.environment}`,
    trace.release && `release ${trace.release}`,
    trace.version && `version ${trace.version}`,
    trace.tags.length > 0 && `tags ${trace.tags.join(', ')}`,
  ]
    .filter((part) => typeof part === 'string')
    .map(oneLine)
    .join(' · ');
}

function showSteps(trace: TraceDetail, style: Style, width: number): string[] {
  const tree = treeLines(trace.observations);
  if (tree.length === 0) return [style.dim('No steps.')];
  const number = (value: number) => (value === 0 ? '' : formatCount(value));
  const columns: Column<TreeLine>[] = [
    {
      title: 'STEP',
      value: ({ node, branch }) => branch + oneLine(node.name),
      shrinkTo: 24,
      paint: ({ node }) => paintOf(style)(node),
    },
    { title: 'TYPE', value: ({ node }) => node.type.toLowerCase(), paint: () => style.dim },
    { title: 'MODEL', value: ({ node }) => node.model ?? '', optional: true, shrinkTo: 8, paint: () => style.cyan },
    {
      title: 'START',
      value: ({ node }) => `+${formatDuration(Math.max(0, node.start))}`,
      align: 'right',
      paint: () => style.dim,
    },
    { title: 'DURATION', value: ({ node }) => formatDuration(node.duration), align: 'right' },
    { title: 'TOKENS', value: ({ node }) => number(node.totalTokens), align: 'right', optional: true },
    {
      title: 'COST',
      value: ({ node }) => (node.totalCost === null ? '' : formatCost(node.totalCost)),
      align: 'right',
      optional: true,
    },
  ];
  const [title, ...rows] = renderTable(tree, columns, style, width);
  const lines = [title!];
  rows.forEach((row, i) => {
    const { node, below } = tree[i]!;
    lines.push(row);
    if (!node.statusMessage) return;
    const paint = node.level === 'ERROR' ? style.red : node.level === 'WARNING' ? style.yellow : style.dim;
    lines.push(
      below + paint(cut(`${node.level.toLowerCase()}: ${oneLine(node.statusMessage)}`, Math.max(20, width - below.length))),
    );
  });
  return lines;
}

function showScore(score: Score, trace: TraceDetail, style: Style, width: number): string {
  const value = score.stringValue ?? (score.dataType === 'BOOLEAN' ? String(score.value === 1) : formatNumber(score.value));
  const step = trace.observations.find(({ id }) => id === score.observationId);
  const rest = [step && `on ${step.name}`, score.source.toLowerCase(), score.comment].filter((part) => part).join(' · ');
  const head = `${oneLine(score.name)}  ${oneLine(value)}`;
  return `${oneLine(score.name)}  ${style.bold(oneLine(value))}  ${style.dim(cut(oneLine(rest), Math.max(20, width - head.length - 2)))}`;
}

/** A text as it is, everything else as JSON. */
function showContent(value: unknown): string[] {
  if (value === null || value === undefined) return ['–'];
  return severalLines(typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}
