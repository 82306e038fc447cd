import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Access, includesRole } from '../../domains/access/index.ts';
import type { Slack } from '../../domains/automations/index.ts';
import { forbidden, invalidRequest, notFound, unauthorized } from '../../lib/errors.ts';
import { langfuseErrorHandler } from '../langfuse/errors.ts';

export interface SlackRoutesDeps {
  access: Pick<Access, 'authenticateSession' | 'roleInProject'>;
  slack: Pick<Slack, 'installUrl' | 'connect'>;
}

const text = z.string().min(1).max(4000);
const callback = z.object({ code: text, state: text });

/** Least role to connect a project: that which may make automations. */
const ROLE = 'MEMBER';

/**
 * `GET /slack/install?projectId=` and `GET /slack/oauth` (contract §1.20), to be registered below `/api/public`. They are opened in the
 * browser of somebody who is signed in; API keys get nowhere.
 */
export function slackRoutes({ access, slack }: SlackRoutesDeps): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(langfuseErrorHandler);

    /** @throws AppError 401 without a session */
    async function signedIn(request: FastifyRequest): Promise<string> {
      const person = await access.authenticateSession(request.headers);
      if (!person) throw unauthorized('Sign in first, in this browser. API keys cannot connect Slack.');
      return person.userId;
    }

    /** @throws AppError 403, 404 */
    async function requireRole(userId: string, projectId: string): Promise<void> {
      const role = await access.roleInProject(userId, projectId);
      if (role === null) throw notFound('Project not found');
      if (!includesRole(role, ROLE)) throw forbidden(`This needs the role ${ROLE}; yours is ${role}.`);
    }

    app.get('/slack/install', async (request, reply) => {
      const userId = await signedIn(request);
      const { projectId } = request.query as { projectId?: unknown };
      if (typeof projectId !== 'string' || projectId === '') throw invalidRequest('projectId: is missing');
      await requireRole(userId, projectId);
      return reply.header('cache-control', 'no-store').redirect(slack.installUrl(projectId, userId), 302);
    });

    app.get('/slack/oauth', async (request, reply) => {
      const userId = await signedIn(request);
      const { error } = request.query as { error?: unknown };
      if (error !== undefined) {
        throw invalidRequest(`Slack was not connected: ${String(error).slice(0, 100)}. Go back to the settings to try again.`);
      }
      const given = callback.safeParse(request.query);
      if (!given.success) throw invalidRequest(`${given.error.issues[0]?.path.join('.')}: is missing`);
      const projectId = await slack.connect(given.data, userId, (id) => requireRole(userId, id));
      const settings = `/project/${encodeURIComponent(projectId)}/settings/automations`;
      return reply.header('cache-control', 'no-store').redirect(settings, 302);
    });
  };
}
