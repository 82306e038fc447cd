import { z } from 'zod';

/** Units of the old `usage` object. */
const UNITS = ['TOKENS', 'CHARACTERS', 'MILLISECONDS', 'SECONDS', 'IMAGES', 'REQUESTS'] as const;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const numeric = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
const lenientCount = z.preprocess(numeric, count.nullish());
const lenientCost = z.preprocess(numeric, z.number().min(0).nullish());

/** Effective form of the old `usage` object; a key that was not sent is absent. */
export interface Usage {
  input?: number;
  output?: number;
  /** Given, else the sum of input and output (contract §2.2); absent when nothing is known. */
  total?: number;
  unit?: (typeof UNITS)[number];
  inputCost?: number;
  outputCost?: number;
  totalCost?: number;
}

/**
 * The old `usage` in both spellings: `{input, output, total, unit, inputCost, …}` and `{promptTokens, completionTokens, totalTokens}`.
 * Null values count as absent.
 */
export const usage = z
  .object({
    input: lenientCount.optional(),
    output: lenientCount.optional(),
    total: lenientCount.optional(),
    unit: z.enum(UNITS).nullish(),
    inputCost: lenientCost.optional(),
    outputCost: lenientCost.optional(),
    totalCost: lenientCost.optional(),
    promptTokens: lenientCount.optional(),
    completionTokens: lenientCount.optional(),
    totalTokens: lenientCount.optional(),
  })
  .nullish()
  .transform((given): Usage | null | undefined => {
    if (!given) return given;
    const input = given.input ?? given.promptTokens ?? undefined;
    const output = given.output ?? given.completionTokens ?? undefined;
    const known = input !== undefined || output !== undefined;
    const total = given.total ?? given.totalTokens ?? (known ? (input ?? 0) + (output ?? 0) : undefined);
    const tokens = given.promptTokens ?? given.completionTokens ?? given.totalTokens;
    return withoutEmpty({
      input,
      output,
      total,
      unit: given.unit ?? (tokens === undefined || tokens === null ? undefined : 'TOKENS'),
      inputCost: given.inputCost,
      outputCost: given.outputCost,
      totalCost: given.totalCost,
    });
  });

const details = z.record(z.string(), count.nullish()).nullish();
const chatUsage = z.strictObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: details,
  completion_tokens_details: details,
});
const responsesUsage = z.strictObject({
  input_tokens: count,
  output_tokens: count,
  total_tokens: count,
  input_tokens_details: details,
  output_tokens_details: details,
});

/**
 * `usageDetails` (contract §2.2): OpenAI's two usage objects are flattened, details taken out of their sums so that nothing counts
 * twice; of any other map the non-negative integers are kept, also those written as strings, and the rest is dropped.
 */
export const usageDetails = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((given): Record<string, number> | null | undefined => {
    if (!given) return given;
    const chat = chatUsage.safeParse(given);
    if (chat.success) {
      const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details, completion_tokens_details } = chat.data;
      return {
        ...flatten('input', prompt_tokens, prompt_tokens_details),
        ...flatten('output', completion_tokens, completion_tokens_details),
        total: total_tokens,
      };
    }
    const responses = responsesUsage.safeParse(given);
    if (responses.success) {
      const { input_tokens, output_tokens, total_tokens, input_tokens_details, output_tokens_details } = responses.data;
      return {
        ...flatten('input', input_tokens, input_tokens_details),
        ...flatten('output', output_tokens, output_tokens_details),
        total: total_tokens,
      };
    }
    const kept: [string, number][] = [];
    for (const [key, value] of Object.entries(given)) {
      const parsed = count.safeParse(numeric(value));
      if (parsed.success) kept.push([key, parsed.data]);
    }
    return Object.fromEntries(kept);
  });

function flatten(side: 'input' | 'output', sum: number, parts: Record<string, number | null | undefined> | null | undefined) {
  const flat: Record<string, number> = {};
  let rest = sum;
  for (const [name, value] of Object.entries(parts ?? {})) {
    if (value === null || value === undefined) continue;
    flat[`${side}_${name}`] = value;
    rest -= value;
  }
  return { [side]: Math.max(0, rest), ...flat };
}

/** `costDetails`: USD by usage type, never negative; null values are dropped. */
export const costDetails = z
  .record(z.string(), lenientCost)
  .nullish()
  .transform((given): Record<string, number> | null | undefined =>
    given ? withoutEmpty<Record<string, number | null | undefined>>(given) : given,
  );

type WithoutEmpty<T> = { [K in keyof T]: Exclude<T[K], null | (string extends K ? undefined : never)> };

function withoutEmpty<T extends object>(given: T): WithoutEmpty<T> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  ) as WithoutEmpty<T>;
}
