import type { Score } from '../../../../contract/score.ts';
import type { TraceDetail } from '../../../../contract/trace.ts';
import type { StepTexts } from '../../../query/read-step-texts.ts';
import { countGroups, findHighlights } from './highlights.ts';
import { drawOutline } from './outline.ts';
import { endsOf, shareRoom, type Wanted } from './shorten.ts';
import { duration, stepLine } from './step-line.ts';
import { buildTree, nameOf, pathOf, type Step, shortName } from './step-tree.ts';

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
  const { observations, scores, input, output, metadata, ...facts } = trace;
  const tree = buildTree(observations);
  const most = Math.min(10, Math.max(3, Math.floor(maxChars / 4000)));
  const found = findHighlights(tree.steps, most);
  const marked = new Set([...found.errors, ...found.slowest, ...found.costliest]);
  const outline = drawOutline(tree, marked, Math.floor(maxChars * 0.4));
  const isWhole = outline.shown === tree.steps.length;

  const summary = {
    url,
    ...withoutNothing(facts),
    input: null as unknown,
    output: null as unknown,
    metadata: null as unknown,
    ...scoresOf(scores, Math.min(MOST_SCORES, Math.ceil(maxChars / 1000))),
    ...(found.errors.length > 0 && {
      errors: found.errors.map((step) => ({
        id: step.node.id,
        type: step.node.type,
        name: nameOf(step),
        path: pathOf(step),
        after: duration(step.node.start),
        message: step.node.statusMessage,
      })),
      ...(trace.errorCount > found.errors.length && { errorsNotListed: trace.errorCount - found.errors.length }),
    }),
    ...(!isWhole && {
      slowest: found.slowest.map((step) => `${duration(step.self ?? 0)} of its own: ${stepLine(step)}`),
      ...(found.costliest.length > 0 && { costliest: found.costliest.map(stepLine) }),
      groups: countGroups(tree.steps).slice(0, Math.min(MOST_GROUPS, Math.ceil(maxChars / 1500))),
    }),
    outline: outline.lines,
    steps: [] as unknown[],
    more: moreOf(trace, tree.steps.length - outline.shown),
  };

  const chosen = stepsToShow(tree.steps, [...found.errors, ...tree.roots.slice(0, 2), ...found.slowest, ...found.costliest]);
  // Texts get what is left. Measured, because what the parts before need depends on the trace.
  const left = maxChars - JSON.stringify(summary, null, 2).length;
  const ids = chosen.slice(0, Math.max(0, Math.floor(left / (2 * STEP_ROOM)))).map(({ node }) => node.id);
  const texts = await readTexts(ids, Math.max(200, Math.min(left, Math.ceil((4 * left) / (ids.length + 1)))));
  return fillTexts(summary, { trace, texts, ids, maxChars });
}

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
    const room = maxChars - JSON.stringify(empty, null, 2).length;
    budget = Math.min(budget, room);
    const ofStep = (id: string, field: string) => `getObservation {"observationId":${JSON.stringify(id)},"fields":["${field}"]}`;
    const ofTrace = 'the root observations with getObservation';
    const wanted: Wanted[] = [
      { text: endsOf(textOf(trace.input)), whole: ofTrace },
      { text: endsOf(textOf(trace.output)), whole: ofTrace },
      { text: endsOf(textOf(Object.keys(trace.metadata).length > 0 ? trace.metadata : null)), whole: ofTrace },
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
    const excess = JSON.stringify(filled, null, 2).length - maxChars;
    if (excess <= 0 || attempt === 8) return filled;
    if (budget > 1000) budget -= excess + 100;
    else shown = shown.slice(0, Math.floor(shown.length / 2));
  }
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

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
    'One step whole: getObservation {"observationId":"…"}; only its texts: add "fields":["input","output"].',
    ...(hidden > 0
      ? [
          `${hidden} steps have no line of their own. All steps, page by page: listObservations {"traceId":${trace}}, narrowed by name, type or level.`,
        ]
      : []),
    ...(errorCount > 0 ? [`All errors: listObservations {"traceId":${trace},"level":"ERROR"}.`] : []),
    'More of all this: call getTrace with a larger maxTokens.',
  ];
}

/** Without fields that say nothing. */
export function withoutNothing<T extends object>(value: T): Partial<T> {
  const says = (each: unknown) => each !== null && each !== undefined && !(Array.isArray(each) && each.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, each]) => says(each))) as Partial<T>;
}
