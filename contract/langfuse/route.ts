import type { z } from 'zod';

/**
 * Who may call (contract §0.1): nobody needs a key, a project's key pair, that or the public key alone (browsers), that or the
 * instance's administrator, or an organisation's key pair.
 */
export type RouteAuth = 'none' | 'project' | 'projectOrPublicKey' | 'projectOrAdmin' | 'organization';

/** Which error bodies a route sends (contract §0.2); `named` is `public` whose 401 and 403 say the error's name too. */
export type ErrorFamily = 'public' | 'named' | 'unstable' | 'evaluation' | 'scim' | 'admin';

/** One route of the Langfuse API as it is published: what goes in, and the body of every status that is no error. */
export interface LangfuseRoute {
  id: string;
  /** The noun, as heading of the reference. */
  tag: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/public`; `{name}` is a path parameter. */
  path: string;
  auth: RouteAuth;
  errors: ErrorFamily;
  deprecated: boolean;
  /** False: in the original's code but not in its specification (contract §1.20), or a route of our own. */
  listed: boolean;
  query: z.ZodObject | null;
  body: z.ZodType | null;
  /** By status; null is an empty body. */
  answers: Readonly<Record<number, z.ZodType | null>>;
  /** The body of a 400 that has a form of its own, beside the common ones. */
  refused: z.ZodType | null;
}

type Declared = Pick<LangfuseRoute, 'path' | 'auth' | 'answers'> &
  Partial<Pick<LangfuseRoute, 'errors' | 'deprecated' | 'listed' | 'query' | 'body' | 'refused'>>;

/** Declares a route; see `LangfuseRoute`. */
export const route = (id: string, method: LangfuseRoute['method'], declared: Declared): Omit<LangfuseRoute, 'tag'> => ({
  id,
  method,
  errors: 'public',
  deprecated: false,
  listed: true,
  query: null,
  body: null,
  refused: null,
  ...declared,
});

/** The routes of one noun. */
export const routes = (tag: string, declared: readonly Omit<LangfuseRoute, 'tag'>[]): LangfuseRoute[] =>
  declared.map((each) => ({ ...each, tag }));
