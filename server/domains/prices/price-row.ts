import { billUsage } from '../../../contract/usage/bill-usage.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { chooseTier } from './choose-tier.ts';
import { computeCost } from './compute-cost.ts';
import type { PricedModel } from './model.ts';

const isEmpty = (map: Record<string, number>): boolean => {
  for (const _ in map) return false;
  return true;
};

/** Whether a row's tokens have to be counted by us (contract §5.9 rule 2): of calls only, for nothing else reads or writes tokens. */
export function needsCounting(row: ObservationRow, model: PricedModel): boolean {
  return (
    (row.type === 'GENERATION' || row.type === 'EMBEDDING') &&
    model.tokenizer !== null &&
    row.level !== 'ERROR' &&
    (row.input !== '' || row.output !== '') &&
    isEmpty(row.usage_details) &&
    isEmpty(row.cost_details)
  );
}

/** Total of provided costs: their `total`, else input + output when these are all there is, else the sum. They are the same sum. */
function providedTotal(cost: Record<string, number>): number {
  if (cost.total !== undefined) return cost.total;
  let sum = 0;
  for (const key in cost) sum += cost[key]!;
  return sum;
}

/**
 * Fills what follows from usage, cost and price, in place (contract §5.9): `usage_details.total`, the token sums, `cost_details`,
 * `total_cost`, `cost_provided`, and which model and tier priced the row. A cost that the sender gave is never recomputed. To price a stored
 * row anew, empty its `cost_details` first unless `cost_provided` (and `usage_details` where `usage_estimated`).
 */
export function priceRow(row: ObservationRow, model: PricedModel | null): void {
  row.price_model_id = model?.id ?? '';
  row.price_model_name = model?.name ?? '';
  row.price_tier_id = '';
  row.price_tier_name = '';

  const provided = !isEmpty(row.cost_details);
  row.cost_provided = provided;
  if (provided) {
    const total = providedTotal(row.cost_details);
    row.cost_details.total = total;
    row.total_cost = total;
  } else {
    row.total_cost = null;
  }

  if (isEmpty(row.usage_details)) {
    row.input_tokens = 0;
    row.output_tokens = 0;
    row.total_tokens = 0;
    return;
  }
  const bill = billUsage(row.usage_details);
  row.usage_details.total = bill.total;
  row.input_tokens = bill.input;
  row.output_tokens = bill.output;
  row.total_tokens = bill.total;
  if (!model) return;
  const tier = chooseTier(model, row, bill);
  if (!tier) return;
  row.price_tier_id = tier.id;
  row.price_tier_name = tier.name;
  if (provided) return;
  row.cost_details = computeCost(tier, bill);
  row.total_cost = row.cost_details.total ?? null;
}
