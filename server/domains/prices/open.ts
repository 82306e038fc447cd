import type { FindPrices } from '../../query/present-observation.ts';
import type { Slice, Spine } from '../slice.ts';
import { modelOperations } from './model-operations.ts';
import { createModels, type Models } from './models.ts';
import { priceOperations } from './operations.ts';
import { createPrices, type Prices } from './prices.ts';
import { repricingOperations } from './repricing-operations.ts';
import { createRepricings } from './repricings.ts';

export function openPrices(spine: Spine): Prices & { models: Models; findPrices: FindPrices } & Slice {
  const models = createModels({ ...spine, onChange: (projectId) => prices.forget(projectId) });
  const prices = createPrices({ ...spine, loadProjectModels: models.load });
  const repricings = createRepricings({ ...spine, findPrice: prices.pricesOf });
  return {
    ...prices,
    models,
    findPrices: pricesOf(prices),
    part: { name: 'prices', stop: prices.stop },
    operations: [...priceOperations(prices), ...modelOperations(models), ...repricingOperations(repricings)],
  };
}

/** Unit prices that were applied to a row, by the ids that the row keeps. */
function pricesOf(prices: Pick<Prices, 'findModel'>): FindPrices {
  return async (projectId, modelId, tierId) => {
    const model = await prices.findModel(projectId, modelId);
    const tier = model?.tiers.find(({ id }) => id === tierId) ?? model?.tiers.find(({ isDefault }) => isDefault);
    return tier ? { ...tier.prices } : null;
  };
}
