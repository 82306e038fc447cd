import type { IncomingHttpHeaders } from 'node:http';
import type { OrganisationKeyRole, Role } from '../../../contract/operation.ts';

/** What an API key (or a public key alone) may act for. */
export interface KeyIdentity {
  keyId: string;
  publicKey: string;
  organisationId: string;
  /** Null for an organisation's key. */
  projectId: string | null;
  /** What an organisation's key may do; absent on keys of projects. */
  role?: OrganisationKeyRole;
  /** `project`: key pair of a project. `organisation`: key pair of an organisation. `scores`: a public key without its secret. */
  scope: 'project' | 'organisation' | 'scores';
}

/** A signed-in person. */
export interface SessionIdentity {
  userId: string;
  email: string;
  name: string;
}

/**
 * Authentication and scope, for every surface. Look-ups of keys are cached in memory and forgotten on change, so a revoked key stops
 * working with the call that revokes it.
 */
export interface Access {
  /**
   * Finds who sends by the `Authorization` header: `Basic publicKey:secretKey` or `Bearer publicKey`.
   * Marks the key as used (in the background).
   * @throws AppError 401 with the messages of the Langfuse contract (`No authorization header`, `Invalid authorization header`,
   * `Invalid credentials. Confirm that you've configured the correct host.`)
   */
  authenticateKey(authorization: string | undefined): Promise<KeyIdentity>;
  /** The person of the session cookie, or null. */
  authenticateSession(headers: IncomingHttpHeaders): Promise<SessionIdentity | null>;
  /** The person's role in the project (its own there, else that of its organisation), or null when they may not see it. */
  roleInProject(userId: string, projectId: string): Promise<Role | null>;
  roleInOrganisation(userId: string, organisationId: string): Promise<Role | null>;
  /** Name and organisation of a project, or null. */
  findProject(projectId: string): Promise<{
    id: string;
    name: string;
    organisation: { id: string; name: string };
    metadata: Record<string, unknown>;
    retentionDays: number | null;
  } | null>;
}
