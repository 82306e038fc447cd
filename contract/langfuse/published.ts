import { z } from 'zod';

/** Every named shape of the Langfuse API, by the name that its specification gives it (contract, Appendix A). */
export const publishedShapes = z.registry<{ id: string }>();

/** Names a shape as the specification does; it becomes a component of our OpenAPI document. */
export function published<T extends z.ZodType>(id: string, shape: T): T {
  publishedShapes.add(shape, { id });
  return shape;
}

/** Emitted times: ISO-8601, UTC, milliseconds (contract §0.5). */
export const timestamp = z.iso.datetime({ precision: 3 });

/** Times that are taken: ISO-8601 with `Z` or an offset (contract §0.5). */
export const givenTime = z.iso.datetime({ offset: true });

/** Any JSON value, null included; the key must be there. */
export const anything = z.unknown().refine((value) => value !== undefined, 'must be there');

/** A key that the original server sends though its specification does not name it (contract §1, §9). It may be absent. */
export const unlisted = <T extends z.ZodType>(shape: T) =>
  shape.optional().describe('Sent by the server; not named in the specification.');

/** As `unlisted`, for a key that is never left out. */
export const sentAlways = <T extends z.ZodType>(shape: T) =>
  shape.describe('Sent by the server in every answer; not named in the specification.');

/** A key that only we send, with the reason. */
export const ours = <T extends z.ZodType>(shape: T, reason: string) => shape.optional().describe(reason);
