import { z } from 'zod';
import { anything, published } from './published.ts';
import type { ErrorFamily } from './route.ts';

/** What is wrong with one field of a query or body. */
const issue = z.looseObject({
  code: z.string(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.int()])),
});

/** Without a valid key, or with one that may not do this (contract §0.2): `{message}`; some say the error's name too. */
const refusal = z.strictObject({ message: z.string(), error: z.string().optional() });

/** A request that breaks its schema. */
const invalidData = published(
  'InvalidRequestData',
  z.strictObject({ message: z.literal('Invalid request data'), error: z.array(issue) }),
);

/** Everything else: the error's name, or what the whole server says of a failure of its own. */
const namedError = published('Error', z.strictObject({ message: z.string(), error: z.string() }));

export const unstablePublicApiErrorCode = published(
  'UnstablePublicApiErrorCode',
  z.enum([
    'authentication_failed',
    'access_denied',
    'invalid_request',
    'invalid_query',
    'invalid_body',
    'invalid_filter_value',
    'invalid_json_path',
    'invalid_variable_mapping',
    'missing_variable_mapping',
    'duplicate_variable_mapping',
    'resource_not_found',
    'name_conflict',
    'evaluator_preflight_failed',
    'conflict',
    'unprocessable_content',
    'rate_limited',
    'method_not_allowed',
    'internal_error',
  ]),
);
export const unstablePublicApiValidationIssue = published(
  'UnstablePublicApiValidationIssue',
  z.strictObject({ code: z.string(), message: z.string(), path: z.array(anything) }),
);
export const unstablePublicApiErrorDetails = published(
  'UnstablePublicApiErrorDetails',
  z.strictObject({
    issues: z.array(unstablePublicApiValidationIssue).nullish(),
    field: z.string().nullish(),
    column: z.string().nullish(),
    invalidValues: z.array(z.string()).nullish(),
    allowedValues: z.array(z.string()).nullish(),
    variable: z.string().nullish(),
    variables: z.array(z.string()).nullish(),
    value: z.string().nullish(),
    evaluatorName: z.string().nullish(),
    provider: z.string().nullish(),
    model: z.string().nullish(),
    retryAfterSeconds: z.int().nullish(),
    limit: z.int().nullish(),
    remaining: z.int().nullish(),
    resetAt: z.string().nullish(),
  }),
);
export const unstablePublicApiError = published(
  'UnstablePublicApiError',
  z.strictObject({
    message: z.string(),
    code: unstablePublicApiErrorCode,
    details: unstablePublicApiErrorDetails.optional(),
  }),
);

/** The stable evaluators and evaluation rules say fewer codes, and of the details only what breaks which field. */
export const publicApiError = published(
  'PublicApiError',
  z.strictObject({
    message: z.string(),
    code: published(
      'PublicApiErrorCode',
      z.enum([
        'authentication_failed',
        'access_denied',
        'invalid_request',
        'invalid_query',
        'invalid_body',
        'resource_not_found',
        'conflict',
        'rate_limited',
        'method_not_allowed',
        'internal_error',
      ]),
    ),
    details: z
      .strictObject({
        issues: z.array(unstablePublicApiValidationIssue).optional(),
        retryAfterSeconds: z.int().optional(),
      })
      .optional(),
  }),
);

const scimError = published(
  'ScimError',
  z.strictObject({
    schemas: z.tuple([z.literal('urn:ietf:params:scim:api:messages:2.0:Error')]),
    detail: z.string(),
    status: z.union([z.int(), z.string()]),
  }),
);

/** The routes of organisations and projects say `{error}` or `{message}`. */
const adminError = z.union([z.strictObject({ error: z.string() }), refusal, invalidData]);

/** The body of an error by its status (contract §0.2). */
export function errorBodyOf(family: ErrorFamily, status: number): z.ZodType {
  if (family === 'scim') return scimError;
  if (family === 'unstable') return unstablePublicApiError;
  if (family === 'evaluation') return publicApiError;
  if (family === 'admin') return adminError;
  if (family === 'named' && (status === 401 || status === 403)) return namedError;
  if (status === 401 || status === 403 || status === 429 || status === 503) return refusal;
  return status === 400 ? z.union([invalidData, namedError]) : namedError;
}
