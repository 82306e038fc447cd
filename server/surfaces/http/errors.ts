import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { AppError } from '../../lib/errors.ts';

/** The one shape of errors of our own API. */
export interface ErrorBody {
  error: { code: string; message: string; details?: unknown };
}

const body = (code: string, message: string, details?: unknown): ErrorBody => ({
  error: { code, message, ...(details === undefined ? {} : { details }) },
});

const frameworkCode = (status: number): string =>
  status === 413 ? 'PayloadTooLargeError' : status === 415 ? 'UnsupportedMediaTypeError' : 'InvalidRequestError';

/** Input that breaks the operation's schema: the message names the fields, the details list path and reason of each. */
function invalidInput(error: ZodError): ErrorBody {
  const details = error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  const message = details.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return body('InvalidRequestError', message, details);
}

/** Answers an error in our shape. What is our fault is logged with the request's id, and its text stays here. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ZodError) return reply.code(400).send(invalidInput(error));
  if (error instanceof AppError) {
    if (error.status >= 500) request.log.error({ err: error }, 'request failed');
    if (error.retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfter))));
    return reply.code(error.status).send(body(error.code, error.message, error.details));
  }
  const framework = error as Partial<FastifyError> | null;
  const status = framework?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500 && framework?.code?.startsWith('FST_')) {
    return reply.code(status).send(body(frameworkCode(status), framework.message ?? 'Bad request'));
  }
  request.log.error({ err: error }, 'request failed');
  return reply
    .code(500)
    .send(body('InternalServerError', `Something went wrong on our side. The log has more under request id ${request.id}.`));
}

export function answerNoRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send(body('NotFoundError', `No such route: ${request.method} ${request.url.split('?', 1)[0]}`));
}
