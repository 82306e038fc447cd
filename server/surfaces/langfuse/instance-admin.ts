import type { FastifyRequest } from 'fastify';
import type { Access } from '../../domains/access/index.ts';
import { equalInConstantTime } from '../../lib/crypto.ts';
import { AppError, invalidRequest, notFound, unauthorized } from '../../lib/errors.ts';
import { projectOf } from './read-routes.ts';

export interface InstanceAdmin {
  access: Pick<Access, 'authenticateKey' | 'findProject'>;
  /** From `TELLTALE_ADMIN_API_KEY`; without it nobody is the administrator. */
  adminApiKey?: string | undefined;
}

/**
 * The project of a request to one of the few routes that the administrator of the instance may call too (contract §0.1): with the
 * admin key as `Authorization: Bearer` and again in `x-langfuse-admin-api-key`, and the project in `x-langfuse-project-id`.
 * Without these headers it is the project of the key pair.
 * @throws AppError 400 without a project, 401 for another key, 404 for an unknown project, 500 when the instance has no admin key
 */
export async function projectOfKeyOrAdmin({ access, adminApiKey }: InstanceAdmin, request: FastifyRequest): Promise<string> {
  const given = request.headers['x-langfuse-admin-api-key'];
  if (given === undefined) return projectOf(access, request);
  if (adminApiKey === undefined) {
    throw new AppError(500, 'InternalServerError', 'TELLTALE_ADMIN_API_KEY is not set on this server.');
  }
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const told = [bearer, String(given)].map((key) => equalInConstantTime(key, adminApiKey));
  if (told.includes(false)) throw unauthorized('Invalid admin API key');
  const projectId = request.headers['x-langfuse-project-id'];
  if (typeof projectId !== 'string' || projectId === '') throw invalidRequest('The header x-langfuse-project-id is missing.');
  if (!(await access.findProject(projectId))) throw notFound('Project not found');
  return projectId;
}
