import type { FastifyPluginAsync } from 'fastify';
import type { Access } from '../../domains/access/index.ts';
import { forbidden } from '../../lib/errors.ts';
import { langfuseErrorHandler } from './errors.ts';
import { projectBody } from './project-body.ts';

/**
 * `GET /projects` (contract §1.17), to be registered below `/api/public`: the one project of the calling key. Every SDK checks its
 * credentials with it, and makes trace addresses of the id.
 */
export function projectRoutes({ access }: { access: Pick<Access, 'authenticateKey' | 'findProject'> }): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(langfuseErrorHandler);
    app.get('/projects', async (request, reply) => {
      const key = await access.authenticateKey(request.headers.authorization);
      if (key.scope !== 'project') {
        throw forbidden(
          'Invalid API key. Are you using an organization key or only the public key? This needs the key pair of a project.',
        );
      }
      const project = await access.findProject(key.projectId!);
      if (!project) throw forbidden('The project of this API key was deleted.');
      return reply.send({ data: [projectBody(project, project.organisation)] });
    });
  };
}
