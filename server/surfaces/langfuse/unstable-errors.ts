import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError, type z } from 'zod';
import type { Refusal } from '../../../contract/refusal.ts';
import { AppError } from '../../lib/errors.ts';

/** What the unstable part of the API says of every error (contract Appendix A `u_PublicApiError`). */
export interface UnstableError {
  message: string;
  code: string;
  details?: Omit<Refusal, 'reason'> & { retryAfterSeconds?: number };
}

/** A query or body that breaks its schema. */
class Misshapen extends Error {
  readonly code: 'invalid_query' | 'invalid_body';
  readonly issues: NonNullable<Refusal['issues']>;

  constructor(code: Misshapen['code'], error: ZodError) {
    super(code === 'invalid_body' ? 'Invalid request body' : 'Invalid query parameters');
    this.code = code;
    this.issues = error.issues.map(({ code: kind, message, path }) => ({
      code: kind ?? 'custom',
      message,
      path: path.map((part) => (typeof part === 'number' ? part : String(part))),
    }));
  }
}

/** The checked query. @throws an error that is answered `invalid_query` with its issues */
export const queryOf = <T extends z.ZodType>(schema: T, request: FastifyRequest): z.output<T> =>
  parse(schema, request.query, 'invalid_query');

/** The checked body. @throws an error that is answered `invalid_body` with its issues */
export const bodyOf = <T extends z.ZodType>(schema: T, request: FastifyRequest): z.output<T> =>
  parse(schema, request.body ?? {}, 'invalid_body');

function parse<T extends z.ZodType>(schema: T, given: unknown, code: Misshapen['code']): z.output<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Misshapen(code, parsed.error);
}

const CODES: Record<number, string> = {
  400: 'invalid_request',
  401: 'authentication_failed',
  403: 'access_denied',
  404: 'resource_not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  422: 'unprocessable_content',
  429: 'rate_limited',
};
const codeOf = (status: number): string => CODES[status] ?? (status < 500 ? 'invalid_request' : 'internal_error');

/** Status and body of any error; what is our own fault is told without its text. */
export function unstableAnswerOf(error: unknown): { status: number; body: UnstableError; retryAfter?: number } {
  if (error instanceof Misshapen) {
    return { status: 400, body: { message: error.message, code: error.code, details: { issues: error.issues } } };
  }
  if (error instanceof AppError) return answerOfAppError(error);
  if (error instanceof ZodError) return unstableAnswerOf(new Misshapen('invalid_body', error));
  const { statusCode: status, code, message } = (error ?? {}) as Partial<FastifyError>;
  if (typeof status === 'number' && status >= 400 && status < 500 && code?.startsWith('FST_')) {
    return { status, body: { message: message ?? 'Bad request', code: status === 400 ? 'invalid_body' : codeOf(status) } };
  }
  return { status: 500, body: { message: 'Internal Server Error', code: 'internal_error' } };
}

function answerOfAppError({ status, message, details, retryAfter }: AppError): ReturnType<typeof unstableAnswerOf> {
  const { reason, ...facts } = isRefusal(details) ? details : { reason: codeOf(status) };
  const wait = retryAfter === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfter)) };
  const more = { ...facts, ...wait };
  return {
    status,
    body: { message, code: reason, ...(Object.keys(more).length > 0 && { details: more }) },
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

const isRefusal = (details: unknown): details is Refusal =>
  typeof details === 'object' && details !== null && 'reason' in details;

/** Error handler of the unstable routes. Logs what is our fault, never the request. */
export function unstableErrorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body, retryAfter } = unstableAnswerOf(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  return reply.code(status).send(body);
}
