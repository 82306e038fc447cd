import { formatCost, formatDuration } from '../../../../contract/format.ts';
import { groupOf } from './highlights.ts';
import { stepLine } from './step-line.ts';
import type { Step, StepTree } from './step-tree.ts';

export interface Outline {
  /** One step a line, indented by depth. */
  lines: string[];
  /** Steps that have a line of their own. */
  shown: number;
}

/** How much of a large tree is drawn. */
interface Detail {
  /** Steps of one name below one parent that are drawn one by one. */
  each: number;
  depth: number;
  /** Whether the steps of interest are drawn wherever they are. */
  withMarked: boolean;
}

const EVERYTHING: Detail = { each: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY, withMarked: false };

/** From the finest to the coarsest. */
const DETAILS: readonly Detail[] = [
  { each: 5, depth: 10, withMarked: true },
  { each: 3, depth: 6, withMarked: true },
  { each: 2, depth: 4, withMarked: true },
  { each: 1, depth: 3, withMarked: true },
  { each: 1, depth: 2, withMarked: false },
  { each: 1, depth: 1, withMarked: false },
];

/** Indentation beyond this says the depth in a number. */
const DEEPEST_INDENT = 12;

/**
 * The tree as lines of at most `budget` characters: all steps where they fit, else equal siblings are counted together and what lies deep
 * is said as a number, while the marked steps keep their lines.
 */
export function drawOutline(tree: StepTree, marked: ReadonlySet<Step>, budget: number): Outline {
  const details = tree.steps.length * 20 > budget ? DETAILS : [EVERYTHING, ...DETAILS];
  const wanted = withAncestors(marked);
  let last: Outline = { lines: [], shown: 0 };
  for (const detail of details) {
    const drawing = draw(tree, detail.withMarked ? wanted : new Set(), detail, budget);
    if (drawing.whole) return drawing;
    last = drawing;
  }
  return { ...last, lines: [...last.lines, '… the rest does not fit'] };
}

function withAncestors(marked: ReadonlySet<Step>): Set<Step> {
  const wanted = new Set<Step>();
  for (const step of marked) {
    for (let at: Step | null = step; at && !wanted.has(at); at = at.parent) wanted.add(at);
  }
  return wanted;
}

type Task = { step: Step; depth: number } | { line: string };

function draw(tree: StepTree, wanted: ReadonlySet<Step>, detail: Detail, budget: number): Outline & { whole: boolean } {
  const lines: string[] = [];
  let shown = 0;
  let used = 0;
  const open: Task[] = siblings(tree.roots, wanted, detail, 0).reverse();
  for (let task = open.pop(); task; task = open.pop()) {
    const line = 'line' in task ? task.line : lineAt(task.step, task.depth, wanted, detail);
    // What the line costs as an element of pretty JSON.
    used += JSON.stringify(line).length + 6;
    if (used > budget) return { lines, shown, whole: false };
    lines.push(line);
    if ('line' in task) continue;
    shown += 1;
    open.push(...siblings(task.step.children, wanted, detail, task.depth + 1).reverse());
  }
  return { lines, shown, whole: true };
}

/** Children of one parent, in start order, with lines that count those that are not drawn. */
function siblings(steps: readonly Step[], wanted: ReadonlySet<Step>, detail: Detail, depth: number): Task[] {
  const tasks: Task[] = [];
  const skipped: Step[] = [];
  const count = new Map<string, number>();
  const isOpen = depth < detail.depth || steps.some((step) => wanted.has(step));
  for (const step of steps) {
    const key = `${step.node.type} ${step.node.name}`;
    const before = count.get(key) ?? 0;
    count.set(key, before + 1);
    if (wanted.has(step) || (depth < detail.depth && before < detail.each)) tasks.push({ step, depth });
    else if (isOpen) skipped.push(step);
  }
  for (const group of Map.groupBy(skipped, ({ node }) => `${node.type} ${node.name}`).values()) {
    tasks.push({ line: `${indent(depth)}${countLine(group)}` });
  }
  return tasks;
}

function lineAt(step: Step, depth: number, wanted: ReadonlySet<Step>, detail: Detail): string {
  const hidden = step.children.length > 0 && depth + 1 >= detail.depth && !step.children.some((child) => wanted.has(child));
  return `${indent(depth)}${stepLine(step)}${hidden ? ` (${step.below} more below)` : ''}`;
}

function countLine(steps: readonly Step[]): string {
  const { type, name, count, errors, totalSeconds, slowestSeconds, totalCost } = groupOf(steps);
  const below = steps.reduce((sum, step) => sum + step.below, 0);
  const facts = [
    errors ? `${errors} with errors` : null,
    totalSeconds > 0 ? `${formatDuration(totalSeconds * 1000)} together, slowest ${formatDuration(slowestSeconds * 1000)}` : null,
    totalCost ? formatCost(totalCost) : null,
    below > 0 ? `${below} more below` : null,
  ].filter((fact) => fact !== null);
  return `… ${count} more ${type} ${name}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

const indent = (depth: number): string =>
  depth <= DEEPEST_INDENT ? '  '.repeat(depth) : `${'  '.repeat(DEEPEST_INDENT)}(depth ${depth}) `;
