import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../../contract/refusal.ts';
import { AppError } from '../../lib/errors.ts';
import { type UnstableError, unstableAnswerOf } from './unstable-errors.ts';

/** What the stable evaluators and evaluation rules say of an error: fewer codes than the unstable ones, and only issues as details. */
export interface EvaluationError {
  message: string;
  code: string;
  details?: { issues?: Refusal['issues']; retryAfterSeconds?: number };
}

/** Codes that only the unstable part of the API has, by what is said instead. */
const CODES: Record<string, string> = {
  invalid_filter_value: 'invalid_body',
  invalid_json_path: 'invalid_body',
  invalid_variable_mapping: 'invalid_body',
  missing_variable_mapping: 'invalid_body',
  duplicate_variable_mapping: 'invalid_body',
  name_conflict: 'conflict',
  unprocessable_content: 'invalid_request',
};

/**
 * Status and body of any error. An evaluator whose model cannot be asked is 412, a rule that would use it 409: of these routes only the
 * ones of evaluators know 412.
 */
export function evaluationAnswerOf(
  error: unknown,
  noun: 'evaluator' | 'rule',
): { status: number; body: EvaluationError; retryAfter?: number } {
  const { body, ...answer } = unstableAnswerOf(error);
  if (body.code === 'evaluator_preflight_failed') {
    const [status, code] = noun === 'evaluator' ? [412, 'invalid_request'] : [409, 'conflict'];
    return { status, body: { message: body.message, code } };
  }
  const details = detailsOf(body, error);
  return { ...answer, body: { message: body.message, code: CODES[body.code] ?? body.code, ...(details && { details }) } };
}

function detailsOf({ code, message, details }: UnstableError, error: unknown): EvaluationError['details'] {
  const { issues, retryAfterSeconds, field } = details ?? {};
  const refused = error instanceof AppError && error.status === 400 && field !== undefined;
  const found = issues ?? (refused ? [{ code, message, path: [field] }] : undefined);
  if (found === undefined && retryAfterSeconds === undefined) return undefined;
  return { ...(found && { issues: found }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** Error handler of the routes of a noun. Logs what is our fault, never the request. */
export const evaluationErrorHandler =
  (noun: 'evaluator' | 'rule') =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, body, retryAfter } = evaluationAnswerOf(error, noun);
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
    return reply.code(status).send(body);
  };
