import type { Bill } from '../../../contract/usage/bill-usage.ts';
import type { PriceTier } from './model.ts';
import { unitPrice } from './unit-price.ts';

/** Sums of prices per token carry noise far behind the last digit that anybody pays. */
const rounded = (usd: number) => (usd < 9000 ? Math.round(usd * 1e12) / 1e12 : usd);

/**
 * Cost in USD by usage type with `total`, which the parts add up to; empty when nothing of the usage has a price. Contract §5.9 rule 5: a
 * priced `total` is the total, else the sum of the rest.
 */
export function computeCost(tier: PriceTier, bill: Bill): Record<string, number> {
  const cost: Record<string, number> = {};
  let sum = 0;
  let priced = false;
  for (const usageType in bill.units) {
    const units = bill.units[usageType]!;
    const price = unitPrice(tier, usageType);
    if (price === undefined || !(units >= 0)) continue;
    const usd = rounded(units * price);
    cost[usageType] = usd;
    sum += usd;
    priced = true;
  }
  const totalPrice = tier.prices.total;
  if (totalPrice !== undefined) return { total: rounded(bill.total * totalPrice) };
  if (priced) cost.total = rounded(sum);
  return cost;
}
