import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './http/index.ts';
import { langfuseErrorHandler } from './langfuse/errors.ts';

/**
 * Answers what fails before a route is found, such as an address with a broken escape (`%E0%A4%A`): in Langfuse's shape below its
 * prefixes, else in ours. Pass it as `frameworkErrors`.
 */
export function answerFrameworkError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const isPublic = /^\/(api\/public|v1)(\/|$)/.test(request.url);
  void (isPublic ? langfuseErrorHandler : answerError)(error, request, reply);
}
