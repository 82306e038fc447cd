import type { listPrices } from '../../../contract/api/prices.ts';
import type { OutputOf } from '../../../contract/operation.ts';

export type Price = OutputOf<typeof listPrices>['data'][number];
export type Tier = Price['tiers'][number];

/** Names under which senders report tokens read from a cache, the most common first; one price stands behind all of them. */
const CACHED = ['input_cache_read', 'input_cached_tokens', 'cache_read_input_tokens', 'input_cached_text_tokens'];

/** The tier that applies when no other one's conditions hold. */
export const defaultTier = (price: Price): Tier | undefined => price.tiers.find((tier) => tier.isDefault) ?? price.tiers[0];

/** The three prices that a list of models shows, USD per unit. */
export function headlinePrices(price: Price): { input?: number; output?: number; cached?: number } {
  const prices = defaultTier(price)?.prices ?? {};
  const cached = CACHED.map((type) => prices[type]).find((usd) => usd !== undefined);
  return { input: prices.input ?? prices.input_tokens, output: prices.output ?? prices.output_tokens, cached };
}

/** One line for all names of usage that cost the same in every tier, in the order of their first name: input, output, the rest. */
export function priceLines(price: Price): { usageTypes: string[]; byTier: (number | undefined)[] }[] {
  const tiers = [...price.tiers].sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.priority - b.priority);
  const names = [...new Set(tiers.flatMap((tier) => Object.keys(tier.prices)))];
  const place = (name: string) => (name === 'input' ? 0 : name === 'output' ? 1 : name.startsWith('output') ? 3 : 2);
  names.sort((a, b) => place(a) - place(b) || a.localeCompare(b));
  const lines = new Map<string, { usageTypes: string[]; byTier: (number | undefined)[] }>();
  for (const name of names) {
    const byTier = tiers.map((tier) => tier.prices[name]);
    const alike = lines.get(byTier.join(' '));
    if (alike) alike.usageTypes.push(name);
    else lines.set(byTier.join(' '), { usageTypes: [name], byTier });
  }
  return [...lines.values()];
}

/** The tiers in the order of the columns of `priceLines`. */
export const sortedTiers = (price: Price): Tier[] =>
  [...price.tiers].sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.priority - b.priority);

/** Models whose name, or owner, has all words of the query. */
export function findPrices(prices: readonly Price[], query: string): Price[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return prices.filter((price) => {
    const text = `${price.modelName} ${price.owner}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
