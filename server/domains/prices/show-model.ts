import type { Model, ModelUnit, PricingTier } from '../../../contract/model.ts';
import type { tables } from '../../store/metadata/index.ts';
import type { ModelTokenizer, PricedModel } from './model.ts';

type ModelRow = typeof tables.models.$inferSelect;

/** Built-in models have no row; SDKs want a time all the same. */
const BOOK_TIME = '2026-01-01T00:00:00.000Z';

const priceFields = (tiers: readonly PricingTier[]) => {
  const prices = tiers.find(({ isDefault }) => isDefault)?.prices ?? {};
  return {
    inputPrice: prices.input ?? null,
    outputPrice: prices.output ?? null,
    totalPrice: prices.total ?? null,
    prices: Object.fromEntries(Object.entries(prices).map(([type, price]) => [type, { price }])),
  };
};

/** A project's own model as it is shown. */
export function shownModel(row: ModelRow): Model {
  const tiers = row.tiers as PricingTier[];
  return {
    id: row.id,
    modelName: row.name,
    matchPattern: row.matchPattern,
    startDate: row.startDate?.toISOString() ?? null,
    unit: row.unit as ModelUnit,
    ...priceFields(tiers),
    pricingTiers: tiers,
    tokenizerId: row.tokenizerId,
    tokenizerConfig: row.tokenizerConfig,
    isLangfuseManaged: false,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A model of the price book as it is shown. */
export function shownBuiltIn(model: PricedModel): Model {
  const tiers: PricingTier[] = model.tiers.map((tier) => ({
    id: tier.id,
    name: tier.name,
    isDefault: tier.isDefault,
    priority: tier.priority,
    conditions: tier.conditions.map((condition) =>
      'source' in condition
        ? { ...condition, values: condition.values.map(String) }
        : { ...condition, caseSensitive: condition.caseSensitive ?? false },
    ),
    prices: { ...tier.prices },
  }));
  const { tokenizer } = model;
  return {
    id: model.id,
    modelName: model.name,
    matchPattern: model.matchPattern,
    startDate: null,
    unit: 'TOKENS',
    ...priceFields(tiers),
    pricingTiers: tiers,
    tokenizerId: tokenizer?.family ?? null,
    tokenizerConfig: tokenizer?.model === undefined ? null : configOf(tokenizer),
    isLangfuseManaged: true,
    createdAt: BOOK_TIME,
  };
}

function configOf({ model, tokensPerMessage, tokensPerName }: ModelTokenizer): Record<string, string | number> {
  return {
    tokenizerModel: model!,
    ...(tokensPerMessage === undefined ? {} : { tokensPerMessage }),
    ...(tokensPerName === undefined ? {} : { tokensPerName }),
  };
}

/** A project's own model as rows are priced with it. */
export const pricedModel = (row: ModelRow): PricedModel => ({
  id: row.id,
  name: row.name,
  matchPattern: row.matchPattern,
  owner: 'project',
  startDate: row.startDate === null ? null : row.startDate.getTime() * 1000,
  tokenizer: row.tokenizerId === null ? null : tokenizerOf(row.tokenizerId, row.tokenizerConfig),
  tiers: row.tiers as PricingTier[],
});

function tokenizerOf(family: ModelTokenizer['family'], config: unknown): ModelTokenizer {
  const { tokenizerModel, tokensPerMessage, tokensPerName } = (config ?? {}) as Record<string, unknown>;
  const tokens = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : undefined);
  return {
    family,
    model: typeof tokenizerModel === 'string' ? tokenizerModel : undefined,
    tokensPerMessage: tokens(tokensPerMessage),
    tokensPerName: tokens(tokensPerName),
  };
}
