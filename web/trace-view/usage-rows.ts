/** One usage type of a step: how much, at which price, for how much. */
export interface UsageRow {
  readonly type: string;
  readonly units: number | null;
  /** USD per unit; null when no price is known for the type. */
  readonly price: number | null;
  readonly cost: number | null;
}

/**
 * Usage, prices and costs side by side, one row a type, in the order input, output, the rest; `total` is not among them.
 * A type that has only a cost (given by the sender) or only a usage (no price known) is kept.
 */
export function usageRows(
  usage: Readonly<Record<string, number>>,
  cost: Readonly<Record<string, number>>,
  prices: Readonly<Record<string, number>>,
): UsageRow[] {
  const types = new Set([...Object.keys(usage), ...Object.keys(cost)]);
  types.delete('total');
  const rank = (type: string) => (type.startsWith('input') ? 0 : type.startsWith('output') ? 1 : 2);
  return [...types]
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length || a.localeCompare(b))
    .map((type) => ({
      type,
      units: Object.hasOwn(usage, type) ? usage[type]! : null,
      price: Object.hasOwn(prices, type) ? prices[type]! : null,
      cost: Object.hasOwn(cost, type) ? cost[type]! : null,
    }));
}
