import type { FastifyPluginAsync } from 'fastify';
import type { Access, OrganisationAdministration } from '../../domains/access/index.ts';
import { keySummary } from './api-key-body.ts';
import { namingErrorHandler } from './errors.ts';
import { organisationOf } from './organisation-key.ts';
import { organisationProjectBody } from './project-body.ts';

/** What an organisation's key reads of its organisation: projects, and the organisation's own keys (contract §1.17). */
export function organisationListRoutes({
  access,
  organisation,
}: {
  access: Pick<Access, 'authenticateKey'>;
  organisation: OrganisationAdministration;
}): FastifyPluginAsync {
  return async (fastify) => {
    fastify.setErrorHandler(namingErrorHandler);

    fastify.get('/organizations/projects', async (request) => {
      const by = await organisationOf(access, request);
      return { projects: (await organisation.listProjects(by)).map(organisationProjectBody) };
    });

    fastify.get('/organizations/apiKeys', async (request) => {
      const by = await organisationOf(access, request);
      return { apiKeys: (await organisation.listOwnKeys(by)).map(keySummary) };
    });
  };
}
