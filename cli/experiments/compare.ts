/** A score as far as it is compared. */
export interface ComparedScore {
  name: string;
  dataType: string;
  value: number | null;
  stringValue: string | null;
}

export interface ComparedItem {
  experimentItemId: string;
  scores: readonly ComparedScore[];
}

/** Scores of one name over the items of an experiment. */
export interface ScoreSummary {
  name: string;
  /** Items that have it. */
  count: number;
  /** Mean of the items' means; null for texts and categories. */
  mean: number | null;
  /** How many items have each category or text; empty for numbers. */
  categories: Record<string, number>;
}

/** What became of the scores of one name, against a baseline; counts are of items that are in both and have it in both. */
export interface ScoreComparison {
  name: string;
  mean: number | null;
  baselineMean: number | null;
  /** `mean - baselineMean`. */
  delta: number | null;
  higher: number;
  lower: number;
  same: number;
}

export const isNumeric = ({ dataType, value }: ComparedScore): boolean =>
  (dataType === 'NUMERIC' || dataType === 'BOOLEAN') && value !== null;

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of an item's scores of a name: there may be several, by several judges. */
export const itemMean = (item: ComparedItem, name: string): number | null =>
  mean(item.scores.filter((score) => score.name === name && isNumeric(score)).map(({ value }) => value!));

export const namesOf = (items: readonly ComparedItem[]): string[] =>
  [...new Set(items.flatMap(({ scores }) => scores.map(({ name }) => name)))].sort();

export function summarise(items: readonly ComparedItem[]): ScoreSummary[] {
  return namesOf(items).map((name) => {
    const having = items.filter(({ scores }) => scores.some((score) => score.name === name));
    const categories: Record<string, number> = {};
    for (const { scores } of having) {
      for (const score of scores) {
        if (score.name !== name || isNumeric(score)) continue;
        const category = score.stringValue ?? '';
        categories[category] = (categories[category] ?? 0) + 1;
      }
    }
    const means = having.map((item) => itemMean(item, name)).filter((value) => value !== null);
    return { name, count: having.length, mean: mean(means), categories };
  });
}

/** Number scores against a baseline. Whether higher is better, the name does not say; so it is called higher, not better. */
export function compare(items: readonly ComparedItem[], baseline: readonly ComparedItem[]): ScoreComparison[] {
  const before = new Map(baseline.map((item) => [item.experimentItemId, item]));
  const meansOf = (of: readonly ComparedItem[]) => new Map(summarise(of).map((summary) => [summary.name, summary.mean]));
  const [now, then] = [meansOf(items), meansOf(baseline)];
  return [...new Set([...now.keys(), ...then.keys()])]
    .sort()
    .filter((name) => (now.get(name) ?? null) !== null || (then.get(name) ?? null) !== null)
    .map((name) => {
      const [current, baselineMean] = [now.get(name) ?? null, then.get(name) ?? null];
      const counts = { higher: 0, lower: 0, same: 0 };
      for (const item of items) {
        const other = before.get(item.experimentItemId);
        const [a, b] = [itemMean(item, name), other ? itemMean(other, name) : null];
        if (a === null || b === null) continue;
        counts[a > b ? 'higher' : a < b ? 'lower' : 'same'] += 1;
      }
      const delta = current === null || baselineMean === null ? null : current - baselineMean;
      return { name, mean: current, baselineMean, delta, ...counts };
    });
}
