import type { FastifyRequest } from 'fastify';
import { equalInConstantTime } from '../../lib/crypto.ts';
import { AppError, unauthorized } from '../../lib/errors.ts';

/**
 * Makes sure that the administrator of the instance calls: `Authorization: Bearer <admin key>`.
 * @throws AppError 401; 500 when the instance has no admin key
 */
export function requireAdmin(adminApiKey: string | undefined, request: FastifyRequest): void {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) throw unauthorized('Unauthorized: this needs the header Authorization: Bearer <admin API key>.');
  if (adminApiKey === undefined) {
    throw new AppError(500, 'InternalServerError', 'TELLTALE_ADMIN_API_KEY is not set on this server.');
  }
  if (!equalInConstantTime(bearer, adminApiKey)) throw unauthorized('Unauthorized: this is not the admin API key.');
}
