import { z } from 'zod';
import { hasNestedRepetition } from './nested-repetition.ts';
import { storable } from './storable.ts';
import { givenDate } from './time.ts';

export const MODEL_UNITS = ['CHARACTERS', 'TOKENS', 'MILLISECONDS', 'SECONDS', 'IMAGES', 'REQUESTS'] as const;
export type ModelUnit = (typeof MODEL_UNITS)[number];

const price = z.number().min(0);

const MAX_USAGE_PATTERN = 200;

/** On the sum of the usage types whose name matches. */
const usageCondition = z.object({
  usageDetailPattern: z
    .string()
    .min(1)
    .max(MAX_USAGE_PATTERN)
    .refine(
      (pattern) => pattern.length > MAX_USAGE_PATTERN || !hasNestedRepetition(pattern),
      'is not safe: it repeats a group that repeats something itself',
    ),
  operator: z.enum(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']),
  value: z.number(),
  caseSensitive: z.boolean().default(false),
});

/** On what the sender said of the call. */
const attributeCondition = z.object({
  source: z.enum(['model_parameters', 'metadata']),
  key: z.string().min(1).max(200),
  operator: z.literal('in'),
  values: z.array(z.string()).min(1).max(1000),
});

export const pricingTier = z.object({
  name: z.string().min(1).max(100),
  isDefault: z.boolean(),
  priority: z.int().min(0).max(999),
  conditions: z.array(z.union([usageCondition, attributeCondition])).max(100),
  /** USD per unit by usage type. */
  prices: z.record(z.string().min(1), price).refine((prices) => Object.keys(prices).length > 0, 'must price a usage type'),
});
export type PricingTierInput = z.output<typeof pricingTier>;

/** Tells what breaks the rules between tiers (contract §5.8). */
function checkTiers(tiers: readonly PricingTierInput[], say: (message: string, ...path: (string | number)[]) => void): void {
  const defaults = tiers.filter(({ isDefault }) => isDefault);
  if (defaults.length !== 1) say(`exactly one tier must be the default, not ${defaults.length}`);
  const types = (tier: PricingTierInput) => JSON.stringify(Object.keys(tier.prices).sort());
  for (const [index, tier] of tiers.entries()) {
    if (tier.isDefault && tier.priority !== 0) say('the default tier must have priority 0', index, 'priority');
    if (tier.isDefault && tier.conditions.length > 0) say('the default tier must have no conditions', index, 'conditions');
    if (!tier.isDefault && tier.priority === 0) say('priority 0 is that of the default tier', index, 'priority');
    if (!tier.isDefault && tier.conditions.length === 0)
      say('a tier needs a condition unless it is the default', index, 'conditions');
    const before = tiers.slice(0, index);
    if (before.some(({ priority }) => priority === tier.priority)) say('two tiers have this priority', index, 'priority');
    if (before.some(({ name }) => name === tier.name)) say('two tiers have this name', index, 'name');
    if (types(tier) !== types(tiers[0]!)) say('all tiers must price the same usage types', index, 'prices');
  }
}

/** A model with prices of its own: either flat ones or tiers. */
export const createModelInput = z
  .object({
    modelName: storable.min(1).max(500),
    /** Regular expression on the model name that a sender gives; `(?i)` allowed. */
    matchPattern: storable.min(1).max(2000),
    startDate: givenDate.nullish(),
    unit: z.enum(MODEL_UNITS),
    inputPrice: price.nullish(),
    outputPrice: price.nullish(),
    totalPrice: price.nullish(),
    pricingTiers: z.array(pricingTier).nullish(),
    tokenizerId: z.enum(['openai', 'claude']).nullish(),
    tokenizerConfig: z.unknown().optional(),
  })
  .superRefine((model, context) => {
    const say = (message: string, ...path: (string | number)[]) => context.addIssue({ code: 'custom', message, path });
    const parts = typeof model.inputPrice === 'number' || typeof model.outputPrice === 'number';
    const total = typeof model.totalPrice === 'number';
    if (parts && total) say('is not allowed beside inputPrice or outputPrice', 'totalPrice');
    if (!model.pricingTiers) {
      if (!parts && !total) say('needs a price: inputPrice, outputPrice, totalPrice or pricingTiers', 'pricingTiers');
    } else if (parts || total) say('give flat prices or pricingTiers, not both', 'pricingTiers');
    else checkTiers(model.pricingTiers, (message, ...path) => say(message, 'pricingTiers', ...path));
  });
export type CreateModelInput = z.output<typeof createModelInput>;

export interface PricingTier extends PricingTierInput {
  id: string;
}

/** A model as it is shown, built in or a project's own. Times are ISO-8601 UTC with ms, prices USD per unit. */
export interface Model {
  id: string;
  modelName: string;
  matchPattern: string;
  startDate: string | null;
  unit: ModelUnit;
  /** Of the default tier, like `prices`. */
  inputPrice: number | null;
  outputPrice: number | null;
  totalPrice: number | null;
  prices: Record<string, { price: number }>;
  pricingTiers: PricingTier[];
  tokenizerId: string | null;
  tokenizerConfig: unknown;
  isLangfuseManaged: boolean;
  createdAt: string;
}
