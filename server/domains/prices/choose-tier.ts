import type { Bill } from '../../../contract/usage/bill-usage.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import type { PricedModel, PriceTier, TierCondition, UsageCondition } from './model.ts';
import { compilePatternOrNever, type Matcher } from './pattern.ts';

const matchers = new WeakMap<UsageCondition, Matcher>();

function usageHolds(condition: UsageCondition, bill: Bill): boolean {
  let matches = matchers.get(condition);
  if (!matches) {
    matches = compilePatternOrNever(condition.usageDetailPattern, { caseSensitive: condition.caseSensitive ?? false });
    matchers.set(condition, matches);
  }
  let sum = 0;
  for (const name in bill.units) if (matches(name)) sum += bill.units[name]!;
  switch (condition.operator) {
    case 'gt':
      return sum > condition.value;
    case 'gte':
      return sum >= condition.value;
    case 'lt':
      return sum < condition.value;
    case 'lte':
      return sum <= condition.value;
    case 'eq':
      return sum === condition.value;
    case 'neq':
      return sum !== condition.value;
  }
}

function parametersOf(row: Pick<ObservationRow, 'model_parameters'>): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(row.model_parameters);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function holds(condition: TierCondition, row: Pick<ObservationRow, 'model_parameters' | 'metadata'>, bill: Bill): boolean {
  if ('usageDetailPattern' in condition) return usageHolds(condition, bill);
  let value: unknown;
  if (condition.source === 'metadata') value = row.metadata[condition.key];
  // Parsing costs more than looking whether the key can be in there at all.
  else if (row.model_parameters.includes(condition.key)) value = parametersOf(row)[condition.key];
  return value !== undefined && value !== null && condition.values.some((wanted) => String(wanted) === String(value));
}

/** The tier that prices a row: the first by priority whose conditions all hold, else the default (contract §5.9 rule 3). */
export function chooseTier(
  model: PricedModel,
  row: Pick<ObservationRow, 'model_parameters' | 'metadata'>,
  bill: Bill,
): PriceTier | null {
  let fallback: PriceTier | null = null;
  for (const tier of model.tiers) {
    if (tier.isDefault) fallback = tier;
    else if (tier.conditions.every((condition) => holds(condition, row, bill))) return tier;
  }
  return fallback;
}
