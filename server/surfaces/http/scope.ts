import type { FastifyRequest } from 'fastify';
import type { Access as AccessKind, Role } from '../../../contract/operation.ts';
import { type Access, includesRole, type TrustsOrigin } from '../../domains/access/index.ts';
import { forbidden, notFound, unauthorized } from '../../lib/errors.ts';
import type { Caller } from '../../lib/implement.ts';

/** What a route demands of its caller. */
export interface Demand {
  access: AccessKind;
  /** Least role in the scope of the path. */
  role: Role;
}

export interface ScopeDeps {
  access: Pick<Access, 'authenticateKey' | 'authenticateSession' | 'roleInProject' | 'roleInOrganisation'>;
  trustsOrigin: TrustsOrigin;
}

/** A project key may do what a MEMBER may. */
const KEY_ROLE: Role = 'MEMBER';
/** Header that scripts of our own pages may send when a browser sends no `Origin`; another site cannot add it. */
export const CSRF_HEADER = 'x-telltale-csrf';

/**
 * The one place where our API decides who may call what. `projectId` / `organisationId` of the path are the scope.
 *
 * What a caller may not see answers 404 exactly like what does not exist; 403 is for what they may see but not do.
 * @throws AppError 401 without valid credentials, 403, 404.
 */
export async function authorise({ access, trustsOrigin }: ScopeDeps, demand: Demand, request: FastifyRequest): Promise<Caller> {
  const { projectId = null, organisationId = null } = (request.params ?? {}) as { projectId?: string; organisationId?: string };
  const nobody: Caller = {
    kind: 'anonymous',
    userId: null,
    publicKey: null,
    projectId,
    organisationId,
    role: 'VIEWER',
    requestId: request.id,
  };
  if (demand.access === 'public') return nobody;

  if (request.headers.authorization !== undefined) {
    const key = await access.authenticateKey(request.headers.authorization);
    if (demand.access === 'session') throw forbidden('Only a signed-in person can do this, not an API key.');
    if (key.scope !== 'project') throw forbidden('This needs the public and secret key of a project.');
    if (organisationId !== null) throw forbidden('A project key cannot act for an organisation.');
    if (projectId !== null && projectId !== key.projectId) throw notFound('Project not found');
    requireRole(KEY_ROLE, demand.role);
    return { ...nobody, kind: 'key', publicKey: key.publicKey, projectId: key.projectId, role: KEY_ROLE };
  }

  const person = await access.authenticateSession(request.headers);
  if (!person) throw unauthorized('Sign in, or send the key pair of a project.');
  requireOwnPage(request, trustsOrigin);
  let role: Role = 'VIEWER';
  if (projectId !== null) {
    const inProject = await access.roleInProject(person.userId, projectId);
    if (inProject === null) throw notFound('Project not found');
    role = inProject;
  } else if (organisationId !== null) {
    const inOrganisation = await access.roleInOrganisation(person.userId, organisationId);
    if (inOrganisation === null) throw notFound('Organisation not found');
    role = inOrganisation;
  }
  if (projectId !== null || organisationId !== null) requireRole(role, demand.role);
  return { ...nobody, kind: 'user', userId: person.userId, role };
}

function requireRole(role: Role, least: Role) {
  if (!includesRole(role, least)) throw forbidden(`This needs the role ${least}; yours is ${role}.`);
}

/** A browser sends the cookie with requests that other sites make it send, so a change must come from a page of ours. */
function requireOwnPage(request: FastifyRequest, trustsOrigin: TrustsOrigin) {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  const own = origin === undefined ? request.headers[CSRF_HEADER] !== undefined : trustsOrigin(origin, host);
  if (!own) {
    throw forbidden(
      origin === undefined
        ? `A change by a signed-in person needs an Origin header or the header ${CSRF_HEADER}.`
        : 'This request comes from a page of another site. If this is your address, set TELLTALE_PUBLIC_URL to it.',
    );
  }
}
