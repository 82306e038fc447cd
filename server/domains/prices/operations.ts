import type { z } from 'zod';
import { listPrices, matchPrice, type price } from '../../../contract/api/prices.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { PricedModel, TierCondition } from './model.ts';
import type { Prices } from './prices.ts';

const SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤', eq: '=', neq: '≠' } as const;

function conditionInWords(condition: TierCondition): string {
  if ('usageDetailPattern' in condition) {
    const types = condition.usageDetailPattern.replace(/^\((.*)\)$/, '$1').replaceAll('|', ' + ');
    return `${types} ${SIGNS[condition.operator]} ${condition.value}`;
  }
  const where = condition.source === 'metadata' ? `metadata ${condition.key}` : condition.key;
  return `${where} is ${condition.values.join(' or ')}`;
}

const shown = (model: PricedModel): z.output<typeof price> => ({
  id: model.id,
  modelName: model.name,
  matchPattern: model.matchPattern,
  owner: model.owner,
  tokenizer: model.tokenizer?.family ?? null,
  tiers: model.tiers.map((tier) => ({
    name: tier.name,
    isDefault: tier.isDefault,
    priority: tier.priority,
    conditions: tier.conditions.map(conditionInWords),
    prices: { ...tier.prices },
  })),
});

/** What our own API can do with prices. */
export function priceOperations(prices: Prices): Implemented[] {
  return [
    implement(listPrices, async ({ projectId }) => ({ data: (await prices.list(projectId)).map(shown) })),
    implement(matchPrice, async ({ projectId, model }) => {
      const found = await prices.match(projectId, model);
      return { price: found ? shown(found) : null };
    }),
  ];
}
