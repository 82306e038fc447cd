import { counted, formatCount } from '../terminal/format.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { oneLine } from '../terminal/text.ts';
import type { Counts } from './count.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Count, TallyState } from './tally.ts';

/** Problems that are shown; `--json` has more. */
const SHOWN = 20;

/** What was copied from where to where. */
export interface Sides {
  from: { host: string; projectId: string; projectName: string };
  to: { host: string; projectId: string };
}

interface Row {
  kind: Kind;
  count: Count;
}

/** What an import did, as `--json` prints it. */
export function reportJson(sides: Sides, { counts, problems, notes }: TallyState) {
  const failed = Object.values(counts).reduce((sum, each) => sum + each.failed, 0);
  return {
    ...sides,
    dryRun: false,
    complete: failed === 0,
    counts,
    failed,
    /** The first thousand, with the ids they have at the source. */
    problems,
    notes: Object.entries(notes).map(([text, times]) => ({ text, times })),
  };
}

/** What an import did, for people. */
export function printReport(terminal: Terminal, { from, to }: Sides, { counts, problems, notes }: TallyState): void {
  const rows = KINDS.flatMap((kind): Row[] => (counts[kind] ? [{ kind, count: counts[kind] }] : []));
  const { style, noteStyle } = terminal;
  const column = (title: string, key: keyof Count): Column<Row> => ({
    title,
    align: 'right',
    value: ({ count }) => formatCount(count[key]),
    paint: ({ count }) => (key === 'failed' && count.failed > 0 ? style.red : undefined),
  });
  terminal.out(`${style.bold(oneLine(from.projectName))} of ${from.host} → ${to.host}`);
  const columns: Column<Row>[] = [
    { title: 'KIND', value: ({ kind }) => kind },
    column('COPIED', 'copied'),
    column('ALREADY THERE', 'alreadyThere'),
    column('COULD NOT COME', 'failed'),
  ];
  for (const line of renderTable(rows, columns, style, terminal.width)) terminal.out(line);
  for (const [text, times] of Object.entries(notes))
    terminal.note(`${noteStyle.yellow('note:')} ${formatCount(times)} × ${text}`);
  const failed = rows.reduce((sum, { count }) => sum + count.failed, 0);
  for (const { kind, id, reason } of problems.slice(0, SHOWN))
    terminal.note(`${noteStyle.red(`${kind}, ${oneLine(id)}:`)} ${oneLine(reason)}`);
  if (failed > SHOWN) terminal.note(`… and ${formatCount(failed - SHOWN)} more; --json names them`);
  if (failed > 0) terminal.note(`${noteStyle.red('error:')} ${counted(failed, 'thing')} could not come.`);
}

export function printCounts(terminal: Terminal, { from, to }: Sides, counts: Counts): void {
  const { style } = terminal;
  terminal.out(`${style.bold(oneLine(from.projectName))} of ${from.host} → ${to.host}, nothing written`);
  const rows = KINDS.flatMap((kind) => (counts[kind] === undefined ? [] : [{ kind, count: counts[kind] }]));
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'AT THE SOURCE', align: 'right', value: ({ count }) => (count === null ? '?' : formatCount(count)) },
  ];
  for (const line of renderTable(rows, columns, style, terminal.width)) terminal.out(line);
  if (rows.some(({ count }) => count === null)) terminal.note('? is known only by copying.');
}
