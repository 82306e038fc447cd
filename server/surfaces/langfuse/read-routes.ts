import type { FastifyRequest } from 'fastify';
import type { Access } from '../../domains/access/index.ts';
import { forbidden } from '../../lib/errors.ts';
import type { FindPrices } from '../../query/present-observation.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

/** What the read routes are made of. */
export interface ReadDeps {
  access: Pick<Access, 'authenticateKey'>;
  store: AnalyticsReader;
  findPrices: FindPrices;
}

/**
 * The project whose key pair made the request.
 * @throws AppError 401 without valid credentials; 403 for a public key alone and for an organisation's key (contract §0.1, §9.17)
 */
export async function projectOf(access: ReadDeps['access'], request: FastifyRequest): Promise<string> {
  return (await projectKeyOf(access, request)).projectId;
}

/** As `projectOf`, with the public key. */
export async function projectKeyOf(
  access: ReadDeps['access'],
  request: FastifyRequest,
): Promise<{ projectId: string; publicKey: string }> {
  const key = await access.authenticateKey(request.headers.authorization);
  if (key.scope === 'scores')
    throw forbidden('A public key alone may only write scores. Use Basic auth with public and secret key.');
  if (key.scope !== 'project' || key.projectId === null)
    throw forbidden("This route needs a project's API key, not an organisation's.");
  return { projectId: key.projectId, publicKey: key.publicKey };
}
