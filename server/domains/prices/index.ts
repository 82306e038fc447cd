export { matchModel } from './match-model.ts';
export type { AttributeCondition, ModelTokenizer, PricedModel, PriceTier, TierCondition, UsageCondition } from './model.ts';
export { modelOperations } from './model-operations.ts';
export { createModels, type Models, type ModelsDeps } from './models.ts';
export { openPrices } from './open.ts';
export { priceOperations } from './operations.ts';
export { compilePattern } from './pattern.ts';
export { builtInId, priceBook } from './price-book.ts';
export { createPrices, type Prices, type PricesDeps } from './prices.ts';
