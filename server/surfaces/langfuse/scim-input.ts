import { z } from 'zod';
import { membershipRole } from '../../../contract/organisation.ts';
import { storable } from '../../../contract/storable.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { USER_SCHEMA } from './scim-documents.ts';

const role = z.union([membershipRole, z.object({ value: membershipRole }).transform(({ value }) => value)]);

/** As texts, or as objects with a `value` (RFC 7643 §4.1.2). The first one counts. */
const roles = z.preprocess((given) => (Array.isArray(given) ? given[0] : (given ?? undefined)), role.optional());

const formatted = storable.trim().max(100).nullish();

/** `POST /scim/Users` (contract §1.17). What is not named here (`password`, say) is not looked at. */
export const createUserInput = z
  .object({
    userName: storable.trim().min(1, 'userName is required').max(254).pipe(z.email('userName must be an e-mail address')),
    name: z.object({ formatted }).nullish(),
    displayName: formatted,
    active: z.boolean().nullish(),
    roles,
  })
  .transform(({ userName, name, displayName, active, roles: given }) => ({
    email: userName.toLowerCase(),
    name: name?.formatted || displayName || userName.split('@')[0]!,
    active: active ?? true,
    role: given ?? ('NONE' as const),
  }));

/** `PUT /scim/Users/{id}`: of the whole user, what may be changed here. */
export const replaceUserInput = z.object({
  schemas: z.array(z.string()).refine((given) => given.includes(USER_SCHEMA), `must name ${USER_SCHEMA}`),
  active: z.boolean().nullish(),
  roles,
});

const operation = z.union([
  z.object({ op: z.string(), path: z.undefined().optional(), value: z.strictObject({ active: z.boolean() }) }),
  // As some identity providers spell the same.
  z
    .object({ op: z.string(), path: z.literal('active'), value: z.boolean() })
    .transform(({ op, value }) => ({ op, value: { active: value } })),
]);

/** `PATCH /scim/Users/{id}`: `active` alone can be replaced. The last operation counts. */
export const patchUserInput = z
  .object({ Operations: z.array(operation).min(1) })
  .refine(({ Operations }) => Operations.every(({ op }) => op.toLowerCase() === 'replace'), {
    path: ['Operations'],
    message: 'only the operation "replace" is supported',
  })
  .transform(({ Operations }) => ({ active: Operations.at(-1)!.value.active }));

/** A whole number in a query, or `fallback` where there is none. */
const count = (name: string, fallback: number) =>
  z.preprocess(
    (given) => given || String(fallback),
    z
      .string(`${name} may be given once`)
      .regex(/^-?\d{1,9}$/, `${name} must be a whole number`)
      .transform(Number),
  );

/** From the first user and to none at least (RFC 7644 §3.4.2.4). */
export const listUsersInput = z.object({
  filter: storable.optional(),
  startIndex: count('startIndex', 1).transform((given) => Math.max(1, given)),
  count: count('count', 100).transform((given) => Math.max(0, given)),
});

/** The address of `userName eq "…"`. @throws AppError 400 for every other filter */
export function userNameOf(filter: string): string {
  const quoted = /^\s*userName\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(filter)?.[1];
  try {
    if (quoted !== undefined) return JSON.parse(quoted) as string;
  } catch {
    // Not a text in the sense of JSON, which is what a filter holds (RFC 7644 §3.4.2.2).
  }
  throw invalidRequest('filter: only userName eq "…" is supported.');
}
