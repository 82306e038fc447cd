import { z } from 'zod';
import { isObject } from './json/parse.ts';
import { MEMBERSHIP_ROLES } from './operation.ts';
import { MAX_RETENTION_DAYS } from './retention.ts';
import { isStorable, storable } from './storable.ts';
import { givenTime } from './time.ts';

/** Name of an organisation or project. */
export const placeName = z.string().trim().min(1).max(100).refine(isStorable, 'must be valid Unicode without the character NUL');

/** Whether the metadata store holds a JSON value as it is: see `isStorable`. */
const isStorableValue = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorable(value);
  if (Array.isArray(value)) return value.every(isStorableValue);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableValue(inner));
};

const metadata = z
  .record(z.string(), z.unknown(), 'must be an object')
  .refine(isStorableValue, 'must be valid Unicode without the character NUL');

/** Days after which facts are deleted; 0: never. */
const retention = z.number().int().min(0).max(MAX_RETENTION_DAYS);

export const createProjectInput = z.object({
  name: placeName,
  metadata: metadata.nullish(),
  retention: retention.nullish(),
});
export type CreateProjectInput = z.output<typeof createProjectInput>;

/** What is absent or null stays as it is. */
export const updateProjectInput = createProjectInput;

/** An object, or JSON text of one. */
const metadataOrText = z.preprocess((given) => {
  try {
    return typeof given === 'string' ? JSON.parse(given) : given;
  } catch {
    return given;
  }
}, metadata);

/** As `createProjectInput`, within the bounds of the Langfuse API. */
export const langfuseProjectInput = z.object({
  name: placeName.pipe(z.string().min(3).max(60)),
  metadata: metadataOrText.optional(),
  retention: retention.refine((days) => days <= 0 || days >= 3, 'must be 0 (for ever) or at least 3 days').nullish(),
});
export type UpdateProjectInput = Partial<z.output<typeof updateProjectInput>>;

export const organisationInput = z.object({ name: placeName, metadata: metadata.nullish() });
export type OrganisationInput = z.output<typeof organisationInput>;

/** A part of a key pair that somebody chose: printable ASCII, so that it fits a header. */
const keyPart = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'may hold printable ASCII characters only');

/** A moment to come; the server says whether it is one. */
export const keyExpiry = givenTime.transform((text) => new Date(text));

/** A key pair is made by the server unless both of its parts are given. */
export const createKeyInput = z
  .object({
    name: storable.max(200).nullish(),
    /** The older word for the name. */
    note: storable.max(200).nullish(),
    /** When the key stops working; without it it never does by itself. */
    expiresAt: keyExpiry.nullish(),
    publicKey: keyPart
      .regex(/^[^:]*$/, 'must not hold a colon')
      .startsWith('pk-lf-')
      .nullish(),
    secretKey: keyPart.startsWith('sk-lf-').nullish(),
  })
  .refine(({ publicKey, secretKey }) => (publicKey == null) === (secretKey == null), {
    path: ['secretKey'],
    message: 'publicKey and secretKey are given together or not at all',
  })
  .refine(({ name, note }) => name == null || note == null, { path: ['note'], message: 'is the same as name: give one of them' });
export type CreateKeyInput = z.output<typeof createKeyInput>;

export const membershipRole = z.enum(MEMBERSHIP_ROLES);
const userId = storable.min(1).max(200);
export const membershipInput = z.object({ userId, role: membershipRole });
export const deleteMembershipInput = z.object({ userId });
