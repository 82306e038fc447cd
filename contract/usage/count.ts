/**
 * The most that one step can have of anything. A context window of today has ten million tokens, a day has 86 million milliseconds; what is
 * larger is a mistake (the largest integer of a program, a time in nanoseconds) that would cost more than all the rest of a project.
 */
export const MOST_UNITS = 1_000_000_000;

/** What a sender gives as a count: units, or why they do not count, or undefined when it is no count at all. */
export type GivenCount = { units: number } | { refused: string } | undefined;

/**
 * One rule for all doors: a count is a whole number from 0 to `MOST_UNITS`, also written as text. Any other number is refused, alone, and
 * the answer says so; what is no number (null, a nested object, the name of a tier) is no count and no mistake.
 */
export function readCount(given: unknown): GivenCount {
  if (typeof given === 'string' && (given.trim() === '' || Number.isNaN(Number(given)))) return undefined;
  if (typeof given !== 'number' && typeof given !== 'string' && typeof given !== 'bigint') return undefined;
  const units = Number(given);
  if (Number.isNaN(units)) return { refused: 'is not a number' };
  if (units < 0) return { refused: 'is negative' };
  if (units > MOST_UNITS) return { refused: `is more than ${MOST_UNITS}` };
  if (!Number.isInteger(units)) return { refused: 'is not a whole number' };
  return { units };
}
