interface Row {
  readonly id: string;
}

/**
 * Rows with what came in since: a row that is known is replaced where it stands, a new one goes to the top.
 * Both lists are newest first; so is the answer as far as the new rows are concerned.
 */
export function mergeTail<T extends Row>(rows: readonly T[], fresh: readonly T[]): T[] {
  if (fresh.length === 0) return rows as T[];
  const latest = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(rows.map(({ id }) => id));
  const news = [...latest.values()].filter(({ id }) => !known.has(id));
  return [...news, ...rows.map((row) => latest.get(row.id) ?? row)];
}

/** Fresh rows with newer ones before them, the last state of each row kept, at most `limit`. */
export function collectTail<T extends Row>(held: readonly T[], arrived: readonly T[], limit = 500): T[] {
  const ids = new Set(arrived.map(({ id }) => id));
  return [...arrived, ...held.filter(({ id }) => !ids.has(id))].slice(0, limit);
}
