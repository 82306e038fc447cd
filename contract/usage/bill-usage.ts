import { isInsideByName } from './quantities.ts';
import { settle } from './settle.ts';

export interface Bill {
  /** Units to charge by usage type, each token exactly once; without totals. */
  units: Record<string, number>;
  input: number;
  output: number;
  /** As given, else the sum of the units. */
  total: number;
}

/**
 * A usage map as it is stored and shown, read so that no token is charged twice and none is lost (docs/usage-and-cost.md). Adding the total
 * that it found to the map changes nothing: a stored row is billed again as it was at first.
 */
export function billUsage(usage: Readonly<Record<string, number>>): Bill {
  let plain = true;
  for (const key in usage) {
    if (key !== 'input' && key !== 'output' && key !== 'total') {
      plain = false;
      break;
    }
  }
  if (!plain) return settle(usage, isInsideByName);
  const { total: _, ...units } = usage;
  const input = usage.input ?? 0;
  const output = usage.output ?? 0;
  return { units, input, output, total: usage.total ?? input + output };
}
