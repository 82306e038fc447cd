import type { FastifyPluginAsync } from 'fastify';
import { MCP_PATH } from './mcp-routes.ts';
import { SERVER_INFO } from './server-info.ts';

/** `GET /.well-known/mcp.json`: where the MCP server is and how to get in, for clients that look for it (contract §1.20). */
export function mcpDescriptorRoute(): FastifyPluginAsync {
  const descriptor = {
    name: SERVER_INFO.name,
    title: 'Telltale',
    description: 'Traces, prompts, scores, datasets, experiments and metrics of LLM applications.',
    version: SERVER_INFO.version,
    transport: { type: 'streamable-http', url: MCP_PATH },
    endpoint: MCP_PATH,
    capabilities: { tools: true },
    authentication: {
      type: 'http',
      scheme: 'basic',
      description: "The project's public key as user name, its secret key as password.",
    },
  };
  return async (app) => {
    app.get('/.well-known/mcp.json', async (_request, reply) =>
      reply.header('access-control-allow-origin', '*').header('cache-control', 'public, max-age=3600').send(descriptor),
    );
    // The app's page is the answer to every other unknown path; a client that looks for a way to sign in must not take it for one.
    app.get('/.well-known/*', async (request, reply) =>
      reply.code(404).send({ error: { code: 'NotFoundError', message: `No such route: GET ${request.url.split('?', 1)[0]}` } }),
    );
  };
}
