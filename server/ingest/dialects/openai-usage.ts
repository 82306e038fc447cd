import { isObject } from './span.ts';

/** The two shapes in which OpenAI's API tells usage, and nothing else beside these keys (contract §2.2). */
const SHAPES = [
  {
    input: 'prompt_tokens',
    output: 'completion_tokens',
    inputDetails: 'prompt_tokens_details',
    outputDetails: 'completion_tokens_details',
  },
  {
    input: 'input_tokens',
    output: 'output_tokens',
    inputDetails: 'input_tokens_details',
    outputDetails: 'output_tokens_details',
  },
] as const;

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

/**
 * OpenAI's usage object (chat completions or responses) as `input`, `output`, `total`, each detail taken out of its sum and kept as
 * `input_<detail>` or `output_<detail>`, so that nothing counts twice. Undefined when the object is not exactly of that shape.
 */
export function fromOpenAiUsage(usage: Record<string, unknown>): Record<string, number> | undefined {
  for (const shape of SHAPES) {
    const { input, output, inputDetails, outputDetails } = shape;
    const allowed: readonly string[] = [input, output, 'total_tokens', inputDetails, outputDetails];
    if (!isCount(usage[input]) || !isCount(usage[output]) || !isCount(usage.total_tokens)) continue;
    if (!Object.keys(usage).every((key) => allowed.includes(key))) continue;
    const details: Record<string, number> = { input: usage[input], output: usage[output], total: usage.total_tokens };
    takeOut(details, 'input', usage[inputDetails]);
    takeOut(details, 'output', usage[outputDetails]);
    return details;
  }
  return undefined;
}

function takeOut(details: Record<string, number>, sum: 'input' | 'output', given: unknown): void {
  if (!isObject(given)) return;
  for (const key of Object.keys(given)) {
    const count = given[key];
    if (!isCount(count)) continue;
    details[`${sum}_${key}`] = count;
    details[sum] = Math.max(0, details[sum]! - count);
  }
}
