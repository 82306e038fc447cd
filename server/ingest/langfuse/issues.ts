import type { z } from 'zod';
import { AppError } from '../../lib/errors.ts';

/**
 * Checks a value against its schema.
 * @param root what the value is, for the path of an issue: `body` gives `body.name: …`
 * @throws AppError 400 (`InvalidId` when only ids are wrong, else `InvalidBody`) whose message names every wrong field, and whose
 * details are the schema's issues. Values are not repeated: they may be prompts.
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, root: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const told = issues.slice(0, TOLD);
  const text =
    told.map(({ path, message }) => `${[root, ...path].map(String).join('.')}: ${message}`).join('; ') +
    (issues.length > TOLD ? `; and ${issues.length - TOLD} more` : '');
  const onlyIds = issues.every(({ path }) => /(^|[a-z])id$/i.test(String(path.at(-1) ?? '')));
  throw new AppError(400, onlyIds ? 'InvalidId' : 'InvalidBody', text, { details: told });
}

/** Issues that are told of one value; of more it is said how many. */
const TOLD = 20;
