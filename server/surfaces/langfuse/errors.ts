import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { AppError } from '../../lib/errors.ts';

/** What the public API says of an error: HTTP status, JSON body (contract §0.2) and headers. */
export interface ErrorAnswer {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, string>;
}

const INVALID = 'Invalid request data';

/** Answer of a request whose query or body breaks its schema: contract §0.2, `{message, error: ZodIssue[]}`. */
export const invalidData = (issues: readonly unknown[]): ErrorAnswer => ({
  status: 400,
  body: { message: INVALID, error: issues },
  headers: {},
});

/**
 * Maps an error to the body of contract §0.2. An `AppError` shows its message; a `ZodError` (or an `AppError` 400 whose details are a
 * list of issues) shows the issues; errors of the HTTP framework keep their status; everything else is a 500 without its text.
 */
export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof ZodError) return invalidData(error.issues);
  if (error instanceof AppError) return answerOfAppError(error);
  const framework = error as Partial<FastifyError> | null;
  const status = framework?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500 && framework?.code?.startsWith('FST_')) {
    return { status, body: { message: framework.message, error: nameOf(status) }, headers: {} };
  }
  return { status: 500, body: { message: 'Internal Server Error', error: 'An unknown error occurred' }, headers: {} };
}

function answerOfAppError(error: AppError): ErrorAnswer {
  const headers: Record<string, string> =
    error.retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfter))) };
  if (error.status === 401 || error.status === 403) return { status: error.status, body: { message: error.message }, headers };
  if (error.status === 400 && Array.isArray(error.details)) {
    return { status: 400, body: { message: INVALID, error: error.details }, headers };
  }
  return { status: error.status, body: { message: error.message, error: error.code }, headers };
}

function nameOf(status: number): string {
  if (status === 404) return 'LangfuseNotFoundError';
  if (status === 405) return 'MethodNotAllowedError';
  if (status === 413) return 'PayloadTooLargeError';
  return 'InvalidRequestError';
}

/** The error handler of every public route: `fastify.setErrorHandler(langfuseErrorHandler)`. Logs what is our fault, never the request. */
export function langfuseErrorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return send(answerOf(error), error, request, reply);
}

/** As `langfuseErrorHandler`, for the routes whose 401 and 403 say the error's name too. */
export function namingErrorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerOf(error);
  const isUnnamed = error instanceof AppError && !('error' in answer.body);
  return send(isUnnamed ? { ...answer, body: { ...answer.body, error: error.code } } : answer, error, request, reply);
}

function send(answer: ErrorAnswer, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (answer.status === 500) request.log.error({ err: error }, 'request failed');
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}
