import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../../domains/access/index.ts';
import { refuseDeepBodies } from '../deep-bodies.ts';
import { parseJsonBodies } from '../json-bodies.ts';
import { projectKeyOf } from '../langfuse/read-routes.ts';
import { type AllowedCallersOptions, createCallerCheck } from './allowed-callers.ts';
import { ErrorCode } from './error-code.ts';
import { httpErrorOf } from './errors.ts';
import { createMcpServers } from './mcp-server.ts';
import type { Tool, ToolCaller } from './tool.ts';

export const MCP_PATH = '/api/public/mcp';

export interface McpRoutesDeps extends AllowedCallersOptions {
  access: Pick<Access, 'authenticateKey'>;
  tools: readonly Tool[];
}

/** Headers that the transport reads. */
const PASSED = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id', 'last-event-id'];

/**
 * The MCP server over streamable HTTP, stateless, one JSON answer for each POST (contract §6). It is registered beside the other public
 * routes, because it answers errors in its own shape and not every origin may call it.
 */
export function mcpRoutes({ access, tools, ...allowed }: McpRoutesDeps): FastifyPluginAsync {
  const createServer = createMcpServers(tools);
  const checkCaller = createCallerCheck(allowed);
  const callers = new WeakMap<FastifyRequest, ToolCaller>();

  return async (fastify) => {
    fastify.setErrorHandler((error, request, reply) => {
      const { status, body, headers } = httpErrorOf(error);
      if (status === 500) request.log.error({ err: error }, 'request failed');
      return reply.code(status).headers(headers).send(body);
    });

    parseJsonBodies(fastify);
    refuseDeepBodies(fastify);

    // Before the body is read, so that a stranger's is not.
    fastify.addHook('onRequest', async (request, reply) => {
      const { origin } = request.headers;
      // What a trusted proxy says was asked for, or else the header.
      checkCaller({ host: request.host, origin });
      if (origin !== undefined) {
        reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
        reply.header('access-control-expose-headers', 'Mcp-Protocol-Version, Retry-After, X-Request-Id');
      }
      if (request.method !== 'OPTIONS') callers.set(request, await callerOf(request));
    });

    fastify.options(MCP_PATH, async (request, reply) => {
      const asked = request.headers['access-control-request-headers'];
      if (asked !== undefined) reply.header('access-control-allow-headers', asked);
      return reply
        .header('access-control-allow-methods', 'POST, OPTIONS')
        .header('access-control-max-age', '86400')
        .code(200)
        .send();
    });

    fastify.post(MCP_PATH, async (request, reply) => {
      if (!acceptsAnswer(request.headers.accept)) {
        const message = 'Not Acceptable: the header Accept must name application/json or text/event-stream.';
        return reply.code(406).send(rpcFailure(ErrorCode.InvalidRequest, message));
      }
      const { WebStandardStreamableHTTPServerTransport } = await import(
        '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
      );
      const server = await createServer(callers.get(request)!, request.log);
      // No session: a request is all that the transport ever sees.
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      try {
        await server.connect(transport);
        const answer = await transport.handleRequest(requestFor(request), { parsedBody: request.body });
        return await sendAnswer(reply, answer);
      } finally {
        await server.close();
      }
    });

    // There are no streams to listen to and no sessions to end.
    fastify.route({
      method: ['GET', 'DELETE', 'PUT', 'PATCH'],
      url: MCP_PATH,
      handler: async (_request, reply) =>
        reply.code(405).header('allow', 'POST, OPTIONS').send(rpcFailure(ErrorCode.ConnectionClosed, 'Method not allowed.')),
    });
  };

  /** @throws AppError 401 without valid credentials, 403 for a public key alone and an organisation's key */
  async function callerOf(request: FastifyRequest): Promise<ToolCaller> {
    const { projectId, publicKey } = await projectKeyOf(access, request);
    return {
      projectId,
      publicKey,
      baseUrl: allowed.publicUrl ?? `${request.protocol}://${request.host}`,
      sdkName: headerOf(request, 'x-langfuse-sdk-name'),
      sdkVersion: headerOf(request, 'x-langfuse-sdk-version'),
    };
  }
}

const headerOf = (request: FastifyRequest, name: string): string => String(request.headers[name] ?? '').slice(0, 100);

/** Any one of them will do; the transport alone would ask for both. */
const acceptsAnswer = (accept: string | undefined): boolean => /application\/json|text\/event-stream|\*\/\*/i.test(accept ?? '');

/** The request in the form that the transport takes; its body was read already. */
function requestFor(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const name of PASSED) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set('accept', 'application/json, text/event-stream');
  return new Request(`http://localhost${MCP_PATH}`, { method: 'POST', headers });
}

async function sendAnswer(reply: FastifyReply, answer: Response): Promise<FastifyReply> {
  reply.code(answer.status);
  const type = answer.headers.get('content-type');
  if (type !== null) reply.header('content-type', type);
  return reply.send(answer.body === null ? '' : await answer.text());
}

const rpcFailure = (code: number, message: string) => ({ jsonrpc: '2.0', error: { code, message }, id: null });
