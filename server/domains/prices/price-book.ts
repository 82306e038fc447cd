import type { ModelTokenizer, PricedModel, TierCondition } from './model.ts';
import figures from './price-book.json' with { type: 'json' };
import more from './price-book-more.json' with { type: 'json' };

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');

/** Id of a built-in model: the same in every installation and release, so that rows keep pointing at their price. */
export const builtInId = (name: string) => `model-${slug(name)}`;

interface Figure {
  name: string;
  matchPattern: string;
  tokenizer: unknown;
  tiers: readonly { name: string; conditions: readonly unknown[]; prices: unknown }[];
}

function builtIn(figure: Figure): PricedModel {
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
      prices: tier.prices as Record<string, number>,
    })),
  };
}

/** What stands before a name: routers that pass a provider's price on, and the provider. Not who runs the weights at a price of their own. */
const ROUTERS = 'openrouter|litellm|litellm_proxy|vercel|vercel_ai_gateway|gateway|portkey|helicone';
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai|azure|azure_ai',
  google: 'google|gemini|google-gla|google_genai|googleai|vertex_ai|models',
  amazon: 'amazon|amazon-bedrock|bedrock|bedrock_converse|converse|aws',
  mistral: 'mistral|mistralai',
  deepseek: 'deepseek',
  xai: 'xai|x-ai',
  cohere: 'cohere|cohere_chat',
};

/**
 * The price book that ships with the product, in the order in which patterns are tried: names that pin a version before those of their
 * family. `price-book.json` is made by scripts/make-price-book.ts; `price-book-more.json` is kept by hand, each price with the day on which it
 * was public and where.
 */
export const priceBook: readonly PricedModel[] = [
  ...figures.map(builtIn),
  ...more.map((figure) =>
    builtIn({ ...figure, matchPattern: `(?i)^(?:(?:${ROUTERS}|${PROVIDERS[figure.vendor]})[/:])*${figure.core}$` }),
  ),
];
