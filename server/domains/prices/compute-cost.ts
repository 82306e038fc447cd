import { type Bill, namesOf, type Quantity, quantityOf } from './bill-usage.ts';
import type { PriceTier } from './model.ts';

/** A quantity that has no price of its own is charged as what it is a part of: no discount listed means none given. */
const PART_OF: Partial<Record<Quantity, Quantity>> = { cacheRead: 'input', reasoning: 'output' };
/** Where a model prices text apart from audio, plain input and output are text. */
const AS_TEXT: Partial<Record<Quantity, readonly string[]>> = {
  input: ['input_text_tokens', 'input_text'],
  output: ['output_text_tokens', 'output_text'],
};
const PREDICTED = /^output_(accepted|rejected)_prediction/;

/** The price of a usage type: its own, else (built-in prices only) that of a synonym or of what it is a part of. */
function unitPrice(tier: PriceTier, usageType: string, exactly: boolean): number | undefined {
  const own = tier.prices[usageType];
  if (own !== undefined || exactly) return own;
  const quantity = quantityOf(usageType) ?? (PREDICTED.test(usageType) ? 'reasoning' : undefined);
  if (!quantity) return undefined;
  const names = [...namesOf(quantity), ...(AS_TEXT[quantity] ?? [])];
  const found = names.find((name) => tier.prices[name] !== undefined);
  if (found !== undefined) return tier.prices[found];
  const whole = PART_OF[quantity];
  return whole === undefined ? undefined : unitPrice(tier, namesOf(whole)[0]!, false);
}

/** Sums of prices per token carry noise far behind the last digit that anybody pays. */
const rounded = (usd: number) => (usd < 9000 ? Math.round(usd * 1e12) / 1e12 : usd);

/**
 * Cost in USD by usage type with `total`; empty when nothing of the usage has a price. Contract §5.9 rule 5: a priced `total` is the
 * total, else the sum of the rest.
 * @param exactly only usage types named in the tier are priced (a project's own models say what they mean).
 */
export function computeCost(tier: PriceTier, bill: Bill, exactly: boolean): Record<string, number> {
  const cost: Record<string, number> = {};
  let sum = 0;
  let priced = false;
  for (const usageType in bill.units) {
    const units = bill.units[usageType]!;
    const price = unitPrice(tier, usageType, exactly);
    if (price === undefined || !(units >= 0)) continue;
    const usd = units * price;
    cost[usageType] = rounded(usd);
    sum += usd;
    priced = true;
  }
  const totalPrice = tier.prices.total;
  if (totalPrice !== undefined) cost.total = rounded(bill.total * totalPrice);
  else if (priced) cost.total = rounded(sum);
  return cost;
}
