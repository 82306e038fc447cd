import type { FastifyRequest } from 'fastify';
import type { Access, OrganisationCaller } from '../../domains/access/index.ts';
import { forbidden } from '../../lib/errors.ts';

/** What the routes for organisations' keys are made of. */
export interface OrganisationRouteDeps {
  access: Pick<Access, 'authenticateKey'>;
}

/**
 * The organisation whose own key made the request, with the rights of that key.
 * @throws AppError 401 without valid credentials; 403 for keys of projects and for a public key alone (contract §0.1)
 */
export async function organisationOf(
  access: OrganisationRouteDeps['access'],
  request: FastifyRequest,
): Promise<OrganisationCaller> {
  const key = await access.authenticateKey(request.headers.authorization);
  if (key.scope !== 'organisation') {
    throw forbidden("Organization-scoped API key required: this route does not take a project's key, nor a public key alone.");
  }
  return { organisationId: key.organisationId, role: key.role ?? 'ADMIN' };
}
