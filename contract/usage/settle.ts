import { isCache, isTotal, isWhole, modalityOf, type Quantity, quantityOf, type Side } from './quantities.ts';

/** What a usage map comes to when no token is counted twice. */
export interface Settled {
  /** Units of each usage type that nothing else here counts; aliases and totals left out. */
  units: Record<string, number>;
  input: number;
  output: number;
  /** As given, else all of it. */
  total: number;
  /** Details that were found to lie inside a whole. */
  inside: ReadonlySet<string>;
  /** Details that lie inside another one, with that. */
  nested: ReadonlyMap<string, string>;
}

interface Part {
  name: string;
  quantity: Quantity;
  units: number;
  /** Of `units`, what parts of this part do not count. */
  rest: number;
}

export type InsideByDefault = (name: string, quantity: Quantity) => boolean;

/**
 * Finds out what contains what. In this order:
 *
 * 1. Two names of one quantity with one amount are one. Of a whole (`input` and `prompt_tokens`) the larger contains the other.
 * 2. A sum of cache writes contains those of five minutes and of an hour when it is as large as they are; likewise cached tokens contain
 *    those that say what they are of.
 * 3. The total is evidence: of all ways in which details lie inside their wholes, one that comes to it is right, and of several, the one
 *    nearest to what is usual.
 * 4. A detail larger than its whole is not inside it.
 * 5. Else what is usual: `byDefault`.
 *
 * What lies inside is taken out of the whole, or, where that is used up, out of the text beside it: OpenAI's details tell modalities and the
 * cache as two partitions of one prompt.
 */
export function settle(usage: Readonly<Record<string, number>>, byDefault: InsideByDefault): Settled {
  const { parts, given } = partsOf(usage);
  const everything = parts.reduce((sum, { units }) => sum + units, 0);
  const tokens = parts.reduce((sum, part) => (part.quantity.side === 'other' ? sum : sum + part.units), 0);
  const nested = new Map<string, string>();
  const details = withoutNested(parts, nested);
  const usual = details.filter(({ name, quantity }) => byDefault(name, quantity));
  const comesTo = comesToTotal(parts, details, given, everything - tokens);
  let chosen: readonly Part[] = usual;
  if (!comesTo(usual)) {
    if (given === tokens || given === everything) {
      // Everything stands beside everything.
      chosen = [];
      nested.clear();
      for (const part of parts) part.rest = part.units;
    } else chosen = (given === undefined ? undefined : nearest(details, usual, comesTo)) ?? repaired(usual, parts);
  }
  for (const detail of chosen) takeOut(detail, parts);

  const units: Record<string, number> = {};
  const sums = { input: 0, output: 0, total: 0, other: 0 };
  for (const part of parts) {
    units[part.name] = part.rest;
    sums[part.quantity.side] += part.rest;
  }
  return {
    units,
    input: sums.input,
    output: sums.output,
    total: given ?? sums.input + sums.output + sums.other,
    inside: new Set(chosen.map(({ name }) => name)),
    nested,
  };
}

function partsOf(usage: Readonly<Record<string, number>>): { parts: Part[]; given: number | undefined } {
  const parts: Part[] = [];
  const byKey = new Map<string, Part[]>();
  let given: number | undefined = usage.total;
  for (const name in usage) {
    const units = usage[name]!;
    const quantity = quantityOf(name);
    if (isTotal(quantity)) {
      given ??= units;
      continue;
    }
    const same = byKey.get(quantity.key);
    const twin = same?.find((other) => other.units === units || isWhole(quantity));
    if (twin) {
      if (units > twin.units || (units === twin.units && isPreferred(name, twin.name)))
        Object.assign(twin, { name, units, rest: units });
      continue;
    }
    const part = { name, quantity, units, rest: units };
    parts.push(part);
    if (same) same.push(part);
    else byKey.set(quantity.key, [part]);
  }
  return { parts, given };
}

/** Of two names of one quantity: the one that says its side, then `input` and `output` alone, then what names tokens, then the first. */
function isPreferred(name: string, other: string): boolean {
  const rank = (one: string) =>
    one === 'input' || one === 'output' ? 3 : Number(/^(input|output)/.test(one)) + Number(/^(input|output).*_tokens$/.test(one));
  return rank(name) > rank(other);
}

const isOfSide = (side: Side): boolean => side === 'input' || side === 'output';

/** Details of the sides; those that lie inside another detail are taken out of it and left out. */
function withoutNested(parts: readonly Part[], nestedIn: Map<string, string>): Part[] {
  const details = parts.filter(({ quantity, units }) => units > 0 && isOfSide(quantity.side) && !isWhole(quantity));
  const nested = new Set<Part>();
  for (const sum of details) {
    if (!isCache(sum.quantity) || sum.quantity.traits.length !== 1) continue;
    const [trait] = sum.quantity.traits;
    const within = details.filter(
      (part) =>
        part.quantity.side === sum.quantity.side &&
        part.quantity.traits.length > 1 &&
        part.quantity.traits.includes(trait!) &&
        !nested.has(part),
    );
    const units = within.reduce((all, part) => all + part.units, 0);
    if (units === 0 || units > sum.units) continue;
    sum.rest -= units;
    for (const part of within) {
      nested.add(part);
      nestedIn.set(part.name, sum.name);
    }
  }
  return nested.size === 0 ? details : details.filter((part) => !nested.has(part));
}

/** Whether a set of details inside makes the usage come to its total; never true of a usage without one. */
function comesToTotal(parts: readonly Part[], details: readonly Part[], given: number | undefined, others: number) {
  const sum = (list: readonly Part[]) => list.reduce((all, { units }) => all + units, 0);
  const all = sum(details) + sum(parts.filter(({ quantity }) => isWhole(quantity)));
  return (inside: readonly Part[]): boolean => {
    const rest = all - sum(inside);
    return (rest === given || rest + others === given) && fits(inside, parts);
  };
}

/** A search through all sets of details doubles with each. */
const MAX_DETAILS = 8;

/** The set of details nearest to the usual one that holds; bare names are suspected before those that say their side. */
function nearest(details: readonly Part[], usual: readonly Part[], holds: (inside: Part[]) => boolean): Part[] | undefined {
  if (details.length === 0 || details.length > MAX_DETAILS) return undefined;
  const isBare = ({ name }: Part) => Number(!/^(input|output)/.test(name));
  const suspects = [...details].sort((a, b) => isBare(b) - isBare(a));
  const start = suspects.reduce((mask, part, at) => (usual.includes(part) ? mask | (1 << at) : mask), 0);
  let best: Part[] | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 1 << suspects.length; mask += 1) {
    const flips = bits(mask ^ start);
    if (flips >= fewest) continue;
    const inside = suspects.filter((_, at) => mask & (1 << at));
    if (!holds(inside)) continue;
    best = inside;
    fewest = flips;
  }
  return best;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** Whether there is room for what is to lie inside: kinds of content in the whole, the rest in the whole or in kinds of content. */
function fits(inside: readonly Part[], parts: readonly Part[]): boolean {
  return (['input', 'output'] as const).every((side) => {
    const of = inside.filter(({ quantity }) => quantity.side === side);
    if (of.length === 0) return true;
    const sum = (list: readonly Part[]) => list.reduce((all, { units }) => all + units, 0);
    const hosts = parts.filter(({ quantity }) => quantity.side === side);
    const whole = sum(hosts.filter(({ quantity }) => isWhole(quantity)));
    const kinds = (list: readonly Part[]) => list.filter(({ quantity }) => isHost(quantity));
    const kindsInside = sum(kinds(of));
    return kindsInside <= whole && sum(of) - kindsInside <= whole - kindsInside + sum(kinds(hosts));
  });
}

/** A kind of content, or what no cache held: other details may be a part of it. */
const isHost = (quantity: Quantity): boolean =>
  !isCache(quantity) && (modalityOf(quantity) !== undefined || quantity.traits.includes('uncached'));

/** The usual, without what there is no room for: the cache first, for it is what senders leave out of the input. */
function repaired(usual: readonly Part[], parts: readonly Part[]): Part[] {
  let inside = [...usual];
  for (const side of ['input', 'output'] as const) {
    const onlySide = () => inside.filter(({ quantity }) => quantity.side === side);
    if (fits(onlySide(), parts)) continue;
    inside = inside.filter(({ quantity }) => quantity.side !== side || !isCache(quantity));
    if (!fits(onlySide(), parts)) inside = inside.filter(({ quantity }) => quantity.side !== side);
  }
  return inside;
}

/** Takes a detail out of what holds it, the likeliest first. */
function takeOut(detail: Part, parts: readonly Part[]): void {
  const { quantity } = detail;
  const modality = modalityOf(quantity);
  const hosts = parts.filter((part) => part !== detail && part.quantity.side === quantity.side);
  const isKind = (part: Part, kind?: string) =>
    isHost(part.quantity) && (kind === undefined || modalityOf(part.quantity) === kind);
  const order = isHost(quantity)
    ? [hosts.filter((part) => isWhole(part.quantity))]
    : [
        hosts.filter((part) => modality !== undefined && isKind(part, modality)),
        hosts.filter((part) => isWhole(part.quantity)),
        hosts.filter((part) => isKind(part, 'text')),
        hosts.filter((part) => isKind(part)),
      ];
  let left = detail.units;
  for (const host of order.flat()) {
    const taken = Math.min(left, host.rest);
    host.rest -= taken;
    left -= taken;
  }
}
