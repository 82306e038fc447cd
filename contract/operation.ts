import type { z } from 'zod';

/** Who may call: `session` a signed-in person only; `any` a person or a project's key; `public` everybody. */
export type Access = 'public' | 'session' | 'any';

/** What a role may do in a project or organisation; every role includes those before it. */
export const ROLES = ['VIEWER', 'MEMBER', 'ADMIN', 'OWNER'] as const;
export type Role = (typeof ROLES)[number];

/** What a membership says: a role, or NONE for somebody who belongs to it without access of their own. */
export const MEMBERSHIP_ROLES = ['NONE', ...ROLES] as const;
export type MembershipRole = (typeof MEMBERSHIP_ROLES)[number];

/** What an organisation's API key may do: as much as the person who made it. */
export const ORGANISATION_KEY_ROLES = ['ADMIN', 'OWNER'] as const;
export type OrganisationKeyRole = (typeof ORGANISATION_KEY_ROLES)[number];

/**
 * One thing our own API can do, declared once: the HTTP route, the OpenAPI entry and the web client follow from it.
 * Paths are below `/api/v1`; `{name}` is a path parameter. GET and DELETE read `input` from path and query (non-string
 * values as JSON), the others from path and JSON body. `{projectId}` or `{organisationId}` in the path scopes the call.
 */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly access: Access;
  /** Least role needed inside the scope; a project key counts as MEMBER. */
  readonly role: Role;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
}

export function operation<I extends z.ZodType, O extends z.ZodType>(declared: Operation<I, O>): Operation<I, O> {
  return declared;
}

export type InputOf<T> = T extends Operation<infer I, z.ZodType> ? z.input<I> : never;
export type ParsedInputOf<T> = T extends Operation<infer I, z.ZodType> ? z.output<I> : never;
export type OutputOf<T> = T extends Operation<z.ZodType, infer O> ? z.output<O> : never;
