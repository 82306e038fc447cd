import type { FastifyError, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { type AccessDomain, AUTH_PATH } from '../../domains/access/index.ts';
import { AppError, invalidRequest } from '../../lib/errors.ts';

const MAX_BODY = 64 * 1024;

/**
 * Mounts sign-in at `/api/auth/*`, to be registered without a prefix. Bodies are JSON only: a form of another site cannot send that.
 * Errors are `{code, message}`, as the sign-in library makes them.
 */
export function authSurface({ access }: { access: Pick<AccessDomain, 'signIn'> }): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler((error: Partial<FastifyError>, request, reply) => {
      const status = error.statusCode ?? (error as { status?: number }).status ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'request failed');
      const { retryAfter } = error as Partial<AppError>;
      if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
      const [code, message] =
        status >= 500 && !(error instanceof AppError)
          ? ['InternalServerError', 'Something went wrong on our side.']
          : [error.code, error.message];
      return reply.code(status).send({ code, message });
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: MAX_BODY }, (_request, body, done) =>
      done(null, body),
    );
    app.route({
      method: ['GET', 'POST'],
      url: `${AUTH_PATH}/*`,
      handler: async (request, reply) => {
        const answer = await access.signIn.handle(webRequest(request), request.ip);
        reply.code(answer.status).header('cache-control', 'no-store');
        for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value);
        for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
        return reply.send(Buffer.from(await answer.arrayBuffer()));
      },
    });
  };
}

function webRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const body = request.method === 'POST' && request.body ? (request.body as string) : undefined;
  if (body === undefined) headers.delete('content-type');
  else requireJson(body);
  // Of this address only path and query are looked at.
  return new Request(new URL(request.url, 'http://localhost'), { method: request.method, headers, body });
}

function requireJson(text: string) {
  try {
    JSON.parse(text);
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}
