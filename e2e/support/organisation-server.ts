import { adminOrganisationRoutes } from '../../server/surfaces/admin/organisations.ts';
import { membershipRoutes } from '../../server/surfaces/langfuse/memberships.ts';
import { organisationListRoutes } from '../../server/surfaces/langfuse/organisation-lists.ts';
import { organisationProjectRoutes } from '../../server/surfaces/langfuse/organisation-projects.ts';
import { projectRoutes } from '../../server/surfaces/langfuse/projects.ts';
import { scimRoutes } from '../../server/surfaces/langfuse/scim.ts';
import { applyCheckedConventions } from '../../server/surfaces/langfuse/testing/checked-conventions.ts';
import { type AccessServer, basic, startAccessServer } from './access-server.ts';

export const ADMIN_KEY = 'admin-key-of-the-tests';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Answer = { status: number; body: any };
/** Below `/api/public` unless the path begins with `/api/`. */
export type CallWith = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface Place {
  organisationId: string;
  /** With the rights of an OWNER. */
  own: CallWith;
  ownKeyId: string;
  ownPublicKey: string;
}

export interface OrganisationServer {
  server: AccessServer;
  as(authorization: string | undefined): CallWith;
  admin: CallWith;
  /** An organisation with a key of its own, made by the administrator. */
  place(name: string): Promise<Place>;
  /** Callers that no route for organisations' keys lets in: who, with what, and what they are told. */
  strangers(projectKey: { publicKey: string; secretKey: string }): [string, CallWith, number, RegExp][];
}

/** Everything that organisations' keys and the administrator can call, over loopback on an empty metadata store. */
export async function startOrganisationServer(
  given: { clearFacts?: (projectId: string) => Promise<void>; adminApiKey?: string | null } = {},
): Promise<OrganisationServer> {
  const adminApiKey = given.adminApiKey === null ? undefined : ADMIN_KEY;
  const server = await startAccessServer({
    ...(given.clearFacts ? { clearFacts: given.clearFacts } : {}),
    prepare(app, access) {
      app.register(
        async (api) => {
          applyCheckedConventions(api);
          await api.register(projectRoutes({ access }));
          for (const routes of [organisationProjectRoutes, organisationListRoutes, membershipRoutes, scimRoutes])
            await api.register(routes({ access, organisation: access.organisation }));
        },
        { prefix: '/api/public' },
      );
      app.register(adminOrganisationRoutes({ adminApiKey, instance: access.instance }), { prefix: '/api/admin' });
    },
  });

  const as =
    (authorization: string | undefined): CallWith =>
    async (method, path, body, more = {}) => {
      const headers: Record<string, string> = { ...(authorization ? { authorization } : {}), ...more };
      if (body !== undefined && headers['content-type'] === undefined) headers['content-type'] = 'application/json';
      const answer = await fetch(server.url + (path.startsWith('/api/') ? path : `/api/public${path}`), {
        method,
        headers,
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
    };
  const admin = as(`Bearer ${ADMIN_KEY}`);

  return {
    server,
    as,
    admin,
    async place(name) {
      const { id } = (await admin('POST', '/api/admin/organizations', { name })).body;
      const key = (await admin('POST', `/api/admin/organizations/${id}/apiKeys`, { note: name })).body;
      return {
        organisationId: id,
        own: as(basic(key.publicKey, key.secretKey)),
        ownKeyId: key.id,
        ownPublicKey: key.publicKey,
      };
    },
    strangers: ({ publicKey, secretKey }) => [
      ['nobody', as(undefined), 401, /^No authorization header$/],
      ['a wrong secret', as(basic(publicKey, 'sk-lf-wrong')), 401, /^Invalid credentials\./],
      ['the administrator', admin, 401, /^Invalid credentials\./],
      ['a public key alone', as(`Bearer ${publicKey}`), 403, /^Organization-scoped API key required/],
      ["a project's key", as(basic(publicKey, secretKey)), 403, /^Organization-scoped API key required/],
    ],
  };
}
