import type { TraceSummary } from '../../../contract/trace.ts';

/** What traces took together: cost in USD, null when none has one; latency in seconds. */
export function sumOf(traces: readonly Pick<TraceSummary, 'totalCost' | 'totalTokens' | 'latency' | 'errorCount'>[]) {
  const costs = traces.map(({ totalCost }) => totalCost).filter((cost) => cost !== null);
  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  return {
    cost: costs.length === 0 ? null : total(costs),
    tokens: total(traces.map(({ totalTokens }) => totalTokens)),
    latency: total(traces.map(({ latency }) => latency ?? 0)),
    errors: total(traces.map(({ errorCount }) => errorCount)),
  };
}
