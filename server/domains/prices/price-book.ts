import type { ModelTokenizer, PricedModel, TierCondition } from './model.ts';
import figures from './price-book.json' with { type: 'json' };

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');

/** Id of a built-in model: the same in every installation and release, so that rows keep pointing at their price. */
export const builtInId = (name: string) => `model-${slug(name)}`;

/**
 * The price book that ships with the product, in the order in which patterns are tried: names that pin a version before those of their
 * family. Made by scripts/make-price-book.ts.
 */
export const priceBook: readonly PricedModel[] = figures.map((figure) => {
  const id = builtInId(figure.name);
  return {
    id,
    name: figure.name,
    matchPattern: figure.matchPattern,
    owner: 'built-in',
    tokenizer: figure.tokenizer as ModelTokenizer | null,
    tiers: figure.tiers.map((tier, priority) => ({
      id: priority === 0 ? `${id}_tier_default` : `${id}_tier_${slug(tier.name)}`,
      name: tier.name,
      isDefault: priority === 0,
      priority,
      conditions: tier.conditions as TierCondition[],
      prices: tier.prices as unknown as Record<string, number>,
    })),
  };
});
