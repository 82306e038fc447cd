import { z } from 'zod';
import { readCount } from '../../../contract/usage/count.ts';
import { readUsage } from '../../../contract/usage/read-usage.ts';

/** Units of the old `usage` object. */
const UNITS = ['TOKENS', 'CHARACTERS', 'MILLISECONDS', 'SECONDS', 'IMAGES', 'REQUESTS'] as const;

/** An odd count is left out, and its event is kept: the answer says so. */
const count = z.unknown().transform((value): number | undefined => {
  const read = readCount(value);
  return read && 'units' in read ? read.units : undefined;
});
const COUNTS = ['input', 'output', 'total', 'promptTokens', 'completionTokens', 'totalTokens'] as const;
const numeric = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
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
    input: count.optional(),
    output: count.optional(),
    total: count.optional(),
    unit: z.enum(UNITS).nullish(),
    inputCost: lenientCost.optional(),
    outputCost: lenientCost.optional(),
    totalCost: lenientCost.optional(),
    promptTokens: count.optional(),
    completionTokens: count.optional(),
    totalTokens: count.optional(),
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

/** `usageDetails` (contract §2.2), read as everywhere: contract/usage/read-usage.ts. */
export const usageDetails = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((given): Record<string, number> | null | undefined => (given ? readUsage(given).details : given));

/** Counts in the body of an event that are left out of what is stored, as `name: why`. */
export function oddCounts(body: unknown): string[] {
  if (!isObject(body)) return [];
  const odd: string[] = [];
  if (isObject(body.usage)) {
    for (const name of COUNTS) {
      const read = readCount(body.usage[name]);
      if (read && 'refused' in read) odd.push(`usage.${name} ${read.refused}`);
    }
  }
  if (isObject(body.usageDetails)) odd.push(...readUsage(body.usageDetails).refused.map((one) => `usageDetails.${one}`));
  return odd;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
