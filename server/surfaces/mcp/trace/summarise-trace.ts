import { formatDuration } from '../../../../contract/format.ts';
import type { Score } from '../../../../contract/score.ts';
import type { TraceDetail } from '../../../../contract/trace.ts';
import type { StepTexts } from '../../../query/read-step-texts.ts';
import { countGroups, findHighlights } from './highlights.ts';
import { drawOutline } from './outline.ts';
import { endsOf, jsonOf, shareRoom, type Wanted } from './shorten.ts';
import { stepLine } from './step-line.ts';
import { buildTree, nameOf, pathOf, type Step, type StepTree, shortName } from './step-tree.ts';

/** Reads inputs and outputs of steps, of long ones `most` characters from either end. */
export type ReadTexts = (ids: readonly string[], most: number) => Promise<StepTexts[]>;

/** Traces of at most so many steps show the texts of all of them, as far as there is room. */
const FEW = 40;
const MOST_SCORES = 20;
const MOST_GROUPS = 30;

/** Room that the facts of a step with its texts take, beside the texts. */
const STEP_ROOM = 200;

/**
 * A trace as a model can read it, in at most `maxChars` characters of pretty JSON: its facts, the errors and the steps in which the time
 * and the money went, an outline of the tree, and inputs and outputs as far as there is room, with marks where something was cut.
 */
export async function summariseTrace(trace: TraceDetail, url: string, maxChars: number, readTexts: ReadTexts) {
  const tree = buildTree(trace.observations);
  const drawn = DENSITIES.map((density) => () => describe(trace, tree, url, maxChars, density));
  let { summary, chosen } = drawn[0]!();
  for (const again of drawn.slice(1)) {
    if (sizeOf(summary) <= 0.9 * maxChars) break;
    ({ summary, chosen } = again());
  }
  // Texts get what is left. Measured, because what the other parts need depends on the trace.
  const left = Math.max(0, maxChars - sizeOf(summary));
  const ids = chosen.slice(0, Math.floor(left / (2 * STEP_ROOM))).map(({ node }) => node.id);
  const texts = await readTexts(ids, Math.max(200, Math.min(left, Math.ceil((4 * left) / (ids.length + 1)))));
  return fillTexts(summary, { trace, texts, ids, maxChars });
}

const sizeOf = (value: unknown): number => JSON.stringify(value, null, 2).length;

/** Part of the room that the outline may take, and of the entries that lists may have; tried in this order until it fits. */
const DENSITIES = [
  { outline: 0.4, entries: 1 },
  { outline: 0.2, entries: 0.5 },
  { outline: 0.1, entries: 0.2 },
] as const;

/** Everything but the texts, with the steps whose texts come first. */
function describe(trace: TraceDetail, tree: StepTree, url: string, maxChars: number, density: (typeof DENSITIES)[number]) {
  const entries = (most: number, each: number) => Math.max(1, Math.floor(Math.min(most, maxChars / each) * density.entries));
  const { observations: _, scores, input: __, output: ___, metadata: ____, tags, ...facts } = trace;
  const found = findHighlights(tree.steps, entries(10, 1000));
  const marked = new Set([...found.errors, ...found.slowest, ...found.costliest]);
  const outline = drawOutline(tree, marked, Math.floor(maxChars * density.outline));
  const isWhole = outline.shown === tree.steps.length;
  const summary = {
    url,
    ...shortTexts(withoutNothing(facts)),
    ...(tags.length > 0 && { tags: tags.slice(0, entries(20, 200)).map(shortName) }),
    input: null as unknown,
    output: null as unknown,
    metadata: null as unknown,
    ...scoresOf(scores, entries(MOST_SCORES, 1000)),
    ...(found.errors.length > 0 && {
      errors: found.errors.map(errorOf),
      ...(trace.errorCount > found.errors.length && { errorsNotListed: trace.errorCount - found.errors.length }),
    }),
    ...(!isWhole && {
      slowest: found.slowest.map((step) => `${formatDuration(step.self ?? 0)} of its own: ${stepLine(step)}`),
      ...(found.costliest.length > 0 && { costliest: found.costliest.map(stepLine) }),
      groups: countGroups(tree.steps).slice(0, entries(MOST_GROUPS, 1000)),
    }),
    outline: outline.lines,
    steps: [] as unknown[],
    more: moreOf(trace, tree.steps.length - outline.shown),
  };
  const first = [...found.errors, ...tree.roots.slice(0, 2), ...found.slowest, ...found.costliest];
  return { summary, chosen: stepsToShow(tree.steps, first) };
}

const errorOf = (step: Step) => ({
  id: step.node.id,
  type: step.node.type,
  name: nameOf(step),
  path: pathOf(step),
  after: formatDuration(step.node.start),
  message: step.node.statusMessage,
});

/** Facts are short, but senders may say anything. */
const shortTexts = <T extends object>(facts: T): T =>
  Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' && key !== 'id' ? value.slice(0, 200) : value]),
  ) as T;

function stepsToShow(steps: readonly Step[], first: readonly Step[]): Step[] {
  return [...new Set(steps.length <= FEW ? [...first, ...steps] : first)];
}

interface Filling {
  trace: TraceDetail;
  texts: readonly StepTexts[];
  ids: readonly string[];
  maxChars: number;
}

/** Puts the texts in, and with less room again when the answer came out too long after all. */
function fillTexts<Summary extends { steps: unknown[] }>(summary: Summary, { trace, texts, ids, maxChars }: Filling): Summary {
  const byId = new Map(texts.map((each) => [each.id, each]));
  const names = new Map(trace.observations.map(({ id, name, type }) => [id, { type, name: shortName(name) }] as const));
  let shown = ids
    .map((id) => byId.get(id))
    .filter((each) => each !== undefined && each.input.length + each.output.length > 0) as StepTexts[];
  let budget = Number.POSITIVE_INFINITY;
  for (let attempt = 0; ; attempt++) {
    const rows = shown.map(({ id }) => ({ id, ...names.get(id)!, input: null as unknown, output: null as unknown }));
    const empty = { ...summary, steps: rows };
    const room = maxChars - sizeOf(empty);
    budget = Math.min(budget, room);
    const ofStep = (id: string, field: string) => `getObservation {"observationId":${JSON.stringify(id)},"fields":["${field}"]}`;
    const ofTrace = 'the root observations with getObservation';
    const wanted: Wanted[] = [
      { text: endsOf(textOf(trace.input), maxChars), whole: ofTrace },
      { text: endsOf(textOf(trace.output), maxChars), whole: ofTrace },
      { text: endsOf(textOf(Object.keys(trace.metadata).length > 0 ? trace.metadata : null), maxChars), whole: ofTrace },
      ...shown.flatMap((each) => [
        { text: each.input, whole: ofStep(each.id, 'input') },
        { text: each.output, whole: ofStep(each.id, 'output') },
      ]),
    ];
    const [input, output, metadata, ...values] = shareRoom(wanted, budget);
    const filled = {
      ...empty,
      input,
      output,
      metadata,
      steps: rows.map((step, i) => ({ ...step, input: values[2 * i], output: values[2 * i + 1] })),
    };
    const excess = sizeOf(filled) - maxChars;
    if (excess <= 0 || attempt === 8) return filled;
    if (budget > 1000) budget -= excess + 100;
    else shown = shown.slice(0, Math.floor(shown.length / 2));
  }
}

/** The text that a value of the trace was stored as, more or less. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : (jsonOf(value) ?? '[nested too deep to be shown]');
}

function scoresOf(scores: readonly Score[], most: number) {
  if (scores.length === 0) return {};
  const shown = scores
    .slice(0, most)
    .map(({ id, name, dataType, source, value, stringValue, comment, observationId }) =>
      withoutNothing({ id, name, dataType, source, value, stringValue, comment: comment?.slice(0, 200) ?? null, observationId }),
    );
  return { scores: shown, ...(scores.length > most && { scoresNotListed: scores.length - most }) };
}

function moreOf({ id, errorCount }: TraceDetail, hidden: number): string[] {
  const trace = JSON.stringify(id);
  return [
    'A step whole: getObservation {"observationId":"…"}; its texts only: "fields":["input","output"].',
    ...(hidden > 0
      ? [
          `${hidden} steps have no line of their own. Page by page: listObservations {"traceId":${trace}}, also by name, type, level.`,
        ]
      : []),
    ...(errorCount > 0 ? [`All errors: listObservations {"traceId":${trace},"level":"ERROR"}.`] : []),
    'More of all: getTrace with a larger maxTokens.',
  ];
}

/** Without fields that say nothing. */
export function withoutNothing<T extends object>(value: T): Partial<T> {
  const says = (each: unknown) => each !== null && each !== undefined && !(Array.isArray(each) && each.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, each]) => says(each))) as Partial<T>;
}
