import { z } from 'zod';

/** A cursor that says where a page ended, as text that nobody needs to read. */
export const cursorOf = (position: number): string => Buffer.from(String(position)).toString('base64url');

/** `limit` 1 to 100, 50 unless told; `cursor` as `cursorOf` made it. An empty value counts as absent. */
export const cursorParams = z.object({
  limit: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(1).max(100).default(50)),
  cursor: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z
      .string()
      .transform((text, context) => {
        const position = Number(Buffer.from(text, 'base64url').toString());
        if (Number.isSafeInteger(position) && position > 0 && cursorOf(position) === text) return position;
        context.addIssue({ code: 'custom', message: 'Invalid cursor format' });
        return z.NEVER;
      })
      .optional(),
  ),
});

/** A page with what its `meta` is: the cursor of the next page, where there is one. */
export const cursorPage = <T>(data: T[], next: number | null) => ({
  data,
  meta: next === null ? {} : { cursor: cursorOf(next) },
});
