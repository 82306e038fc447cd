import type { Level, ObservationType } from '../observation.ts';
import { modelFamily } from './model-family.ts';

/*
 * Which steps of one trace say again what other steps of it say: counted, every call to a model counts once. docs/usage-and-cost.md tells
 * the rule in prose; the reasons for it are at the functions here.
 *
 * For whoever stores or sums (lists, metrics, dashboards): ask for all steps of ONE trace at once, in any order, rows of type TRACE left
 * out. A step in the answer keeps what its sender said and shows it as a repeat; sums leave out its tokens where `usage` is true, and its
 * cost where `cost` is true (a step may repeat tokens and still be the only one to state a cost, and the other way round). The answer
 * depends on nothing but the set of steps, so it may be computed anew whenever a step of the trace arrives, hours later too.
 */

/** What is asked of a step. Fields are those of a stored row; times are microseconds. */
export interface UsageStep {
  id: string;
  /** Empty when it has none. */
  parentId: string;
  type: ObservationType;
  /** `gen_ai.response.id` or what a dialect has of its kind; empty when it was not told. */
  responseId: string;
  model: string;
  /** Sides as they are billed: details (cached, reasoned, …) are in their side. All 0 when the step tells no usage. */
  usage: { input: number; output: number; total: number };
  /** USD; null when it is not known. */
  cost: number | null;
  /** The sender stated the cost. */
  costProvided: boolean;
  /** We counted the tokens. */
  estimated: boolean;
  startTime: number;
  endTime: number | null;
  /** A call that failed and tells no usage used none. */
  level: Level;
}

export type RepeatReason =
  /** Another step tells of the same response. */
  | 'same response'
  /** Another step above, below or beside it tells the same counts. */
  | 'same counts'
  /** It sums up what steps below it tell. */
  | 'sum of descendants'
  /** Steps below it tell what was used, though not the same. */
  | 'told by descendants'
  /** A step above it tells of more calls than those that are here. */
  | 'part of ancestor'
  /** It was estimated, and another step above or below it knows. */
  | 'estimated';

export interface Repeat {
  /** The step that counts in place of this one; `descendants` when several do. */
  of: string;
  reason: RepeatReason;
  /** Its tokens do not count. */
  usage: boolean;
  /** Its cost does not count. */
  cost: boolean;
}

export const DESCENDANTS = 'descendants';

const isCall = ({ type }: UsageStep): boolean => type === 'GENERATION' || type === 'EMBEDDING';
const saysUsage = ({ usage }: UsageStep): boolean => usage.total > 0 || usage.input > 0 || usage.output > 0;
const isReal = (step: UsageStep): boolean => saysUsage(step) && !step.estimated;
/** A cost that does not merely price an estimate. */
const saysCost = (step: UsageStep): boolean => step.cost !== null && (step.costProvided || !step.estimated);

/**
 * Steps whose calls are their own and no agent's above them: an agent that tells what it used does not tell what a tool of it, or a judge,
 * asked of a model.
 */
const ON_THEIR_OWN: ReadonlySet<ObservationType> = new Set(['TOOL', 'EVALUATOR', 'GUARDRAIL', 'RETRIEVER']);

/** Costs are equal when they differ by what adding doubles in another order makes of them. */
const sameCost = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1e-6, Math.abs(a), Math.abs(b));

type Measure = 'usage' | 'cost';

/** Steps that count, out of one subtree: each is in one such set only, and sets are poured into each other, the smaller into the larger. */
class Counted {
  steps = new Set<UsageStep>();
  input = 0;
  output = 0;
  total = 0;
  cost = 0;
  /** By what is told, with and without the model, the first step that tells it. */
  private first = new Map<string, UsageStep>();
  private models = new Map<string, number>();

  private readonly measure: Measure;

  constructor(measure: Measure) {
    this.measure = measure;
  }

  add(step: UsageStep): void {
    this.steps.add(step);
    this.sum(step, 1);
    for (const key of this.keysOf(step)) {
      const known = this.first.get(key);
      if (!known || isBefore(step, known)) this.first.set(key, step);
    }
  }

  remove(step: UsageStep): void {
    if (!this.steps.delete(step)) return;
    this.sum(step, -1);
    for (const key of this.keysOf(step)) if (this.first.get(key) === step) this.first.delete(key);
  }

  private sum({ usage, cost, model }: UsageStep, sign: 1 | -1): void {
    this.input += sign * usage.input;
    this.output += sign * usage.output;
    this.total += sign * usage.total;
    this.cost += sign * (cost ?? 0);
    const family = modelFamily(model);
    this.models.set(family, (this.models.get(family) ?? 0) + sign);
  }

  private keysOf(step: UsageStep): [exact: string, any: string] {
    const key = keyOf(step, this.measure);
    return [`${key} ${modelFamily(step.model)}`, key];
  }

  /** The first step that tells the same counts, of the same model if there is one. */
  twinOf(step: UsageStep): UsageStep | undefined {
    const [exact, any] = this.keysOf(step);
    return this.first.get(exact) ?? this.first.get(any);
  }

  /** Whether any of these may be a call of the model that the step names. */
  sharesModel({ model }: UsageStep): boolean {
    return model === '' || (this.models.get('') ?? 0) > 0 || (this.models.get(modelFamily(model)) ?? 0) > 0;
  }

  /** This and the other in one; neither may be used afterwards but for the result. */
  pour(other: Counted): Counted {
    const [small, large] = this.steps.size < other.steps.size ? [this, other] : [other, this];
    for (const step of small.steps) large.add(step);
    return large;
  }
}

const keyOf = ({ usage, cost }: UsageStep, measure: Measure): string =>
  measure === 'cost'
    ? (cost ?? 0).toPrecision(9)
    : usage.input > 0 || usage.output > 0
      ? `${usage.input}/${usage.output}`
      : `${usage.total}`;

const isBefore = (a: UsageStep, b: UsageStep): boolean =>
  a.startTime < b.startTime || (a.startTime === b.startTime && a.id < b.id);

/**
 * Whether two calls that tell the same counts may be one. Two models that have their prices are two; a name that we have no price for may
 * be another name of the same model (a deployment, a router's alias).
 */
function mayBeOneCall(a: UsageStep, b: UsageStep): boolean {
  if (a.model === '' || b.model === '' || modelFamily(a.model) === modelFamily(b.model)) return true;
  if (a.costProvided && b.costProvided) return sameCost(a.cost ?? 0, b.cost ?? 0);
  const priced = ({ cost, costProvided }: UsageStep) => cost !== null && !costProvided;
  return !priced(a) || !priced(b);
}

/** What is known of a subtree when its top has been looked at. */
interface Below {
  usage: Counted;
  cost: Counted;
  /** What tools and their like used below. */
  usageOfTools: Counted;
  costOfTools: Counted;
  /** Estimated steps that count so far. */
  estimated: UsageStep[];
  /** Calls that tell nothing and have nothing below them that does. */
  withoutUsage: number;
  withoutCost: number;
}

const nothing = (): Below => ({
  usage: new Counted('usage'),
  cost: new Counted('cost'),
  usageOfTools: new Counted('usage'),
  costOfTools: new Counted('cost'),
  estimated: [],
  withoutUsage: 0,
  withoutCost: 0,
});

/**
 * The steps of one trace that repeat others, by id. Pure, independent of the order of `steps`, and of n log n time. Rings of parents and
 * ids that are there twice do no harm.
 */
export function findRepeats(steps: readonly UsageStep[]): Map<string, Repeat> {
  const repeats = new Map<string, Repeat>();
  // Most traces have one step that tells anything, or none.
  let telling = 0;
  for (const step of steps) if (saysUsage(step) || step.cost !== null) telling += 1;
  if (telling < 2) return repeats;

  const { order, children } = orderOf(steps);
  const mark = (step: UsageStep, measure: Measure, of: string, reason: RepeatReason) => {
    const known = repeats.get(step.id);
    // What is said of the tokens names the reason, for they are what proves it.
    if (!known) repeats.set(step.id, { of, reason, usage: measure === 'usage', cost: measure === 'cost' });
    else if (measure === 'cost') known.cost = true;
    else Object.assign(known, { of, reason, usage: true });
  };

  const told = markSameResponses(order, mark);
  for (const siblings of children.values()) markNotes(siblings, children, repeats, mark);
  markUnderKnown(order, children, repeats, mark);

  const work: Work = { repeats, mark, told, payers: new Map() };
  const belows = new Map<string, Below>();
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const step = order[at]!;
    const below = gather(children.get(step.id) ?? [], belows);
    decide(step, below, work);
    belows.set(step.id, below);
  }
  return repeats;
}

type Mark = (step: UsageStep, measure: Measure, of: string, reason: RepeatReason) => void;

/** Parents before children; the children of each step, and of nobody under ''. A ring is cut before its smallest id. */
function orderOf(given: readonly UsageStep[]): { order: UsageStep[]; children: Map<string, UsageStep[]> } {
  const byId = new Map<string, UsageStep>();
  for (const step of [...given].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    if (!byId.has(step.id)) byId.set(step.id, step);
  }
  const children = new Map<string, UsageStep[]>();
  for (const step of byId.values()) {
    const parent = step.parentId !== step.id && byId.has(step.parentId) ? step.parentId : '';
    const siblings = children.get(parent);
    if (siblings) siblings.push(step);
    else children.set(parent, [step]);
  }
  const order: UsageStep[] = [];
  const seen = new Set<string>();
  const walk = (top: UsageStep) => {
    const waiting = [top];
    seen.add(top.id);
    while (waiting.length > 0) {
      const step = waiting.pop()!;
      order.push(step);
      for (const child of children.get(step.id) ?? []) {
        if (seen.has(child.id)) continue;
        seen.add(child.id);
        waiting.push(child);
      }
    }
  };
  for (const root of children.get('') ?? []) walk(root);
  if (order.length < byId.size) for (const step of byId.values()) if (!seen.has(step.id)) walk(step);
  return { order, children };
}

const overlap = (a: UsageStep, b: UsageStep): boolean =>
  a.startTime <= (b.endTime ?? b.startTime) && b.startTime <= (a.endTime ?? a.startTime);

/**
 * Two instrumentations of one call know the same response. Which of them counts: the one that knows, then that which states a cost, then
 * that which tells more, then the first. An id alone is not enough, for a server of tests may give every answer the same one: the two must
 * also tell the same counts or go on at the same time. A step that is no call names the last response of several: it is the same only with
 * the same counts.
 * @returns ids of responses whose usage somebody tells
 */
function markSameResponses(order: readonly UsageStep[], mark: Mark): ReadonlySet<string> {
  const byResponse = new Map<string, UsageStep[]>();
  const told = new Set<string>();
  for (const step of order) {
    if (step.responseId === '') continue;
    if (isReal(step)) told.add(step.responseId);
    if (!saysUsage(step) && step.cost === null) continue;
    const same = byResponse.get(step.responseId);
    if (same) same.push(step);
    else byResponse.set(step.responseId, [step]);
  }
  for (const group of byResponse.values()) {
    if (group.length < 2) continue;
    for (const measure of ['usage', 'cost'] as const) markGroup(group, measure, mark);
  }
  return told;
}

/** Steps of one response are compared with the few that count of it: a response told a thousand times costs no million. */
const MOST_KEEPERS = 16;

function markGroup(group: readonly UsageStep[], measure: Measure, mark: Mark): void {
  const says = measure === 'usage' ? saysUsage : (step: UsageStep) => step.cost !== null;
  const keepers: UsageStep[] = [];
  for (const step of group.filter(says).sort((a, b) => compareKnowledge(a, b, measure))) {
    const keeper = keepers.find((other) => {
      const same = keyOf(other, 'usage') === keyOf(step, 'usage');
      return same || (isCall(other) && isCall(step) && overlap(other, step));
    });
    if (keeper) mark(step, measure, keeper.id, 'same response');
    else if (keepers.length < MOST_KEEPERS) keepers.push(step);
  }
}

/** The step that knows better comes first. */
function compareKnowledge(a: UsageStep, b: UsageStep, measure: Measure): number {
  const known = Number(a.estimated) - Number(b.estimated);
  const stated = Number(b.costProvided) - Number(a.costProvided);
  const more = measure === 'usage' ? b.usage.total - a.usage.total : (b.cost ?? 0) - (a.cost ?? 0);
  return (
    known || (measure === 'cost' ? stated || more : more) || Number(isCall(b)) - Number(isCall(a)) || (isBefore(a, b) ? -1 : 1)
  );
}

/** An estimate below a step that knows what was used guesses at a part of it. */
function markUnderKnown(
  order: readonly UsageStep[],
  children: ReadonlyMap<string, readonly UsageStep[]>,
  repeats: ReadonlyMap<string, Repeat>,
  mark: Mark,
): void {
  const knowing = new Map<string, string>();
  for (const step of order) {
    const above = knowing.get(step.id);
    if (above !== undefined && step.estimated && saysUsage(step) && !repeats.has(step.id)) {
      mark(step, 'usage', above, 'estimated');
      if (step.cost !== null && !step.costProvided) mark(step, 'cost', above, 'estimated');
    }
    const knows = isReal(step) ? step.id : above;
    if (knows === undefined) continue;
    for (const child of children.get(step.id) ?? []) if (!knowing.has(child.id)) knowing.set(child.id, knows);
  }
}

/**
 * A step that is no call, has nothing below it, has begun with or after a call beside it and tells the same counts is a note on that call
 * (AG2 records usage so). Two calls beside each other with the same counts are two calls.
 */
function markNotes(
  siblings: readonly UsageStep[],
  children: ReadonlyMap<string, readonly UsageStep[]>,
  repeats: ReadonlyMap<string, Repeat>,
  mark: Mark,
): void {
  if (siblings.length < 2) return;
  const isNote = (step: UsageStep) =>
    (step.type === 'SPAN' || step.type === 'EVENT') && isReal(step) && !children.has(step.id) && !repeats.has(step.id);
  const notes = siblings.filter(isNote);
  if (notes.length === 0) return;
  const calls = new Counted('usage');
  for (const step of siblings) if (isCall(step) && isReal(step)) calls.add(step);
  for (const note of notes) {
    const call = calls.twinOf(note);
    if (!call || note.startTime < call.startTime || !mayBeOneCall(call, note)) continue;
    mark(note, 'usage', call.id, 'same counts');
    if (note.cost !== null && call.cost !== null) mark(note, 'cost', call.id, 'same counts');
  }
}

function gather(offspring: readonly UsageStep[], belows: Map<string, Below>): Below {
  const all = nothing();
  for (const child of offspring) {
    const below = belows.get(child.id);
    // In a ring, the child that is above.
    if (!below) continue;
    belows.delete(child.id);
    const [few, many] = all.estimated.length < below.estimated.length ? [all, below] : [below, all];
    for (const step of few.estimated) many.estimated.push(step);
    all.estimated = many.estimated;
    all.usageOfTools = all.usageOfTools.pour(below.usageOfTools);
    all.costOfTools = all.costOfTools.pour(below.costOfTools);
    if (ON_THEIR_OWN.has(child.type)) {
      all.usageOfTools = all.usageOfTools.pour(below.usage);
      all.costOfTools = all.costOfTools.pour(below.cost);
    } else {
      all.usage = all.usage.pour(below.usage);
      all.cost = all.cost.pour(below.cost);
      all.withoutUsage += below.withoutUsage;
      all.withoutCost += below.withoutCost;
    }
  }
  return all;
}

interface Work {
  repeats: ReadonlyMap<string, Repeat>;
  mark: Mark;
  /** Ids of responses whose usage somebody tells. */
  told: ReadonlySet<string>;
  /** The step whose cost counts for a call, by the step whose usage counts for it, where these are two. */
  payers: Map<string, UsageStep>;
}

/** Looks at one step whose descendants are settled, and adds it to what counts, or marks it, or marks them. */
function decide(step: UsageStep, below: Below, work: Work): void {
  const { repeats, mark, told } = work;
  const known = repeats.get(step.id);
  let relation: Relation | undefined;
  if (isReal(step) && !known?.usage) relation = decideUsage(step, below, mark);
  else if (saysUsage(step) && step.estimated && !known?.usage) decideEstimate(step, below, mark);
  if (saysCost(step) && !known?.cost) decideCost(step, below, relation, work);

  // A failed call used nothing, and what another step tells of the same response is not missing.
  if (!isCall(step) || step.level === 'ERROR' || told.has(step.responseId)) return;
  const none = (own: Counted, ofTools: Counted) => own.steps.size === 0 && ofTools.steps.size === 0;
  if (!isReal(step) && none(below.usage, below.usageOfTools)) below.withoutUsage += 1;
  if (!saysCost(step) && none(below.cost, below.costOfTools)) below.withoutCost += 1;
}

/** Whoever is nearer to the call has the better text to count. */
function decideEstimate(step: UsageStep, below: Below, mark: Mark): void {
  const covered = below.usage.steps.size > 0 || below.usageOfTools.steps.size > 0 || below.estimated.length > 0;
  if (!covered) {
    below.estimated.push(step);
    return;
  }
  mark(step, 'usage', DESCENDANTS, 'estimated');
  if (step.cost !== null && !step.costProvided) mark(step, 'cost', DESCENDANTS, 'estimated');
}

/** What a step's own telling is to that of the steps below it. */
type Relation =
  /** It is told below, by one step or by several. */
  | { is: 'told'; of: string; reason: RepeatReason; twin?: UsageStep }
  /** It tells of more calls than are here: the steps below tell parts of it. */
  | { is: 'whole' }
  /** A call of its own. */
  | { is: 'apart' };

/**
 * - Equal to one of the steps that count below, or to the sum of them, with or without tools' calls: told below.
 * - A call is otherwise a call: one model may well be asked while another's answer is under way.
 * - A step that is no call uses nothing itself, so it tells what its calls used. Where the calls below are of other models, or only those of
 *   tools, they are not its calls (an agent whose own calls nobody instruments, with a tool that asks a model).
 * - Its calls are here, and differ. When all of them tell what they used they are right: they are measured at the call and priced by its
 *   details, while frameworks' sums run on over several runs, or name the last call only. When a call tells nothing, the sum may hold what
 *   that call used: the larger side counts, never both.
 */
function relate(step: UsageStep, measure: Measure, own: Counted, ofTools: Counted, missing: number): Relation {
  if (own.steps.size === 0 && ofTools.steps.size === 0) return { is: 'apart' };
  const twin = own.twinOf(step) ?? ofTools.twinOf(step);
  if (twin && (!isCall(step) || mayBeOneCall(step, twin))) return { is: 'told', of: twin.id, reason: 'same counts', twin };
  const several = (parts: readonly Counted[]) => parts.reduce((all, { steps }) => all + steps.size, 0) > 1;
  for (const parts of [[own], [own, ofTools]]) {
    if (several(parts) && isSumOf(step, measure, parts)) return { is: 'told', of: DESCENDANTS, reason: 'sum of descendants' };
  }
  if (isCall(step) && isReal(step)) return { is: 'apart' };
  if (own.steps.size === 0 || !own.sharesModel(step)) return { is: 'apart' };
  const more = measure === 'usage' ? step.usage.total > own.total : (step.cost ?? 0) > own.cost;
  if (more && missing > 0) return { is: 'whole' };
  const [only] = own.steps;
  return { is: 'told', of: only && own.steps.size === 1 ? only.id : DESCENDANTS, reason: 'told by descendants' };
}

function isSumOf({ usage, cost }: UsageStep, measure: Measure, parts: readonly Counted[]): boolean {
  const sum = (key: 'input' | 'output' | 'total' | 'cost') => parts.reduce((all, part) => all + part[key], 0);
  if (measure === 'cost') return sameCost(cost ?? 0, sum('cost'));
  if (usage.input === 0 && usage.output === 0) return usage.total === sum('total');
  return usage.input === sum('input') && usage.output === sum('output');
}

function decideUsage(step: UsageStep, below: Below, mark: Mark): Relation {
  const relation = relate(step, 'usage', below.usage, below.usageOfTools, below.withoutUsage);
  if (relation.is === 'told') {
    mark(step, 'usage', relation.of, relation.reason);
    return relation;
  }
  if (relation.is === 'whole') {
    for (const part of below.usage.steps) mark(part, 'usage', step.id, 'part of ancestor');
    below.usage = new Counted('usage');
  }
  // What is missing below is in this.
  if (below.usage.steps.size === 0) below.withoutUsage = 0;
  below.usage.add(step);
  return relation;
}

/** A cost goes the way of the usage that it prices, as far as there is a cost below at all; a stated one without usage goes its own way. */
function decideCost(step: UsageStep, below: Below, usage: Relation | undefined, work: Work): void {
  const { mark, payers } = work;
  const relation = relateCost(step, below, usage, work);
  if (relation.is === 'told') {
    // Of one call told twice, what a sender states is better than what we compute.
    const { twin } = relation;
    if (!twin || !step.costProvided || twin.costProvided) {
      mark(step, 'cost', relation.of, relation.reason);
      return;
    }
    mark(twin, 'cost', step.id, relation.reason);
    below.cost.remove(twin);
    below.costOfTools.remove(twin);
  } else if (relation.is === 'whole') {
    for (const part of below.cost.steps) mark(part, 'cost', step.id, 'part of ancestor');
    below.cost = new Counted('cost');
  }
  if (below.cost.steps.size === 0) below.withoutCost = 0;
  below.cost.add(step);
  if (usage?.is === 'told' && usage.twin) payers.set(usage.twin.id, step);
}

function relateCost(
  step: UsageStep,
  { cost: own, costOfTools: ofTools, withoutCost }: Below,
  usage: Relation | undefined,
  { repeats, payers }: Work,
): Relation {
  if (own.steps.size === 0 && ofTools.steps.size === 0) return { is: 'apart' };
  if (usage?.is === 'apart') return usage;
  if (usage?.is === 'whole') {
    return (step.cost ?? 0) > own.cost ? usage : { is: 'told', of: DESCENDANTS, reason: 'told by descendants' };
  }
  if (usage?.twin) {
    const { twin, reason } = usage;
    const elsewhere = repeats.get(twin.id);
    const payer = payers.get(twin.id) ?? (twin.cost === null || elsewhere?.cost ? undefined : twin);
    if (payer) return { is: 'told', of: payer.id, reason, twin: payer };
    return twin.cost === null || !elsewhere ? { is: 'apart' } : { is: 'told', of: elsewhere.of, reason };
  }
  // Of its response, this is the step whose cost counts.
  if (repeats.get(step.id)?.reason === 'same response') return { is: 'apart' };
  if (usage && withoutCost === 0) return usage;
  return relate(step, 'cost', own, ofTools, withoutCost);
}
