import { type Quantity, quantityOf, SEARCHES, type Trait } from '../../../contract/usage/quantities.ts';
import type { PriceTier } from './model.ts';

/** A tier's prices by what they are the price of. */
interface Prices {
  /** By `Quantity.key`; the first name of a quantity counts. */
  byKey: Map<string, number>;
  bySide: Record<'input' | 'output', Listed[]>;
}

interface Listed {
  traits: ReadonlySet<Trait>;
  price: number;
}

const read = new WeakMap<PriceTier, Prices>();

function pricesOf(tier: PriceTier): Prices {
  let prices = read.get(tier);
  if (prices) return prices;
  prices = { byKey: new Map(), bySide: { input: [], output: [] } };
  for (const [name, price] of Object.entries(tier.prices)) {
    const quantity = quantityOf(name);
    if (prices.byKey.has(quantity.key)) continue;
    prices.byKey.set(quantity.key, price);
    const { side, traits, unknown } = quantity;
    if ((side === 'input' || side === 'output') && unknown === '') prices.bySide[side].push({ traits: new Set(traits), price });
  }
  read.set(tier, prices);
  return prices;
}

/**
 * The price of one unit of a usage type: that of its name; else that of its quantity under another name; else that of what it is a part
 * of, the most special part that has a price (an hour's cache write as a cache write, cached audio as audio, and last as input). Where a
 * model prices text apart, plain input and output are text. The same for the book and for a project's own models; undefined when not even
 * the whole has a price.
 */
export function unitPrice(tier: PriceTier, name: string): number | undefined {
  const own = tier.prices[name];
  if (own !== undefined) return own;
  const quantity = quantityOf(name);
  const prices = pricesOf(tier);
  const same = prices.byKey.get(quantity.key);
  if (same !== undefined) return same;
  const { side } = quantity;
  if (side === 'input' || side === 'output') return partPrice(quantity, prices.bySide[side]);
  if (SEARCHES.includes(name)) for (const other of SEARCHES) if (tier.prices[other] !== undefined) return tier.prices[other];
  return undefined;
}

function partPrice(quantity: Quantity, listed: readonly Listed[]): number | undefined {
  const own = new Set(quantity.traits);
  let best: Listed | undefined;
  for (const one of listed) {
    if (![...one.traits].every((trait) => own.has(trait))) continue;
    if (!best || isNearer(one, best)) best = one;
  }
  if (best) return best.price;
  // A model that prices kinds of content only: what does not say its kind is text, and a kind without a price costs as much.
  return listed.find(({ traits }) => traits.size === 1 && traits.has('text'))?.price;
}

/** More traits are nearer; of as many, what a thing is (audio) before where it came from (a cache): no discount is made up. */
function isNearer(one: Listed, other: Listed): boolean {
  if (one.traits.size !== other.traits.size) return one.traits.size > other.traits.size;
  return other.traits.has('cache read') && !one.traits.has('cache read');
}
