import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { isStorableThroughout } from '../../../contract/storable.ts';
import type { Logger } from '../../lib/log.ts';
import { ErrorCode } from './error-code.ts';
import { isOurFault, RpcError, rpcErrorOf, schemaViolation } from './errors.ts';
import { INSTRUCTIONS, SERVER_INFO } from './server-info.ts';
import { describeTool, type Tool, type ToolCaller } from './tool.ts';

/** Makes the MCP server of one request. */
export type CreateMcpServer = (caller: ToolCaller, log: Pick<Logger, 'error'>) => Promise<Server>;

/**
 * A set of tools as MCP serves it (contract §6): one text of pretty JSON for each call, failures as JSON-RPC errors and not as results.
 * The protocol's own server keeps state, so every request has one of its own; what is the same for all is made once, when the first request
 * comes: the SDK takes some 40 MB.
 */
export function createMcpServers(tools: readonly Tool[]): CreateMcpServer {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  if (byName.size !== tools.length) throw new Error('two tools have the same name');
  const load = async () => {
    const [{ Server }, { CallToolRequestSchema, ListToolsRequestSchema }, { AjvJsonSchemaValidator }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/types.js'),
      import('@modelcontextprotocol/sdk/validation/ajv'),
    ]);
    const list = { tools: tools.map(describeTool) };
    return { Server, CallToolRequestSchema, ListToolsRequestSchema, list, jsonSchemaValidator: new AjvJsonSchemaValidator() };
  };
  let loaded: ReturnType<typeof load> | undefined;
  return async (caller, log) => {
    loaded ??= load();
    const { Server, CallToolRequestSchema, ListToolsRequestSchema, list, jsonSchemaValidator } = await loaded;
    const server = new Server(SERVER_INFO, { capabilities: { tools: {} }, instructions: INSTRUCTIONS, jsonSchemaValidator });
    server.setRequestHandler(ListToolsRequestSchema, async () => list);
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      const tool = byName.get(params.name);
      if (!tool) throw new RpcError(ErrorCode.InvalidParams, `Unknown tool: ${params.name.slice(0, 200)}`);
      if (!isStorableThroughout(params.arguments)) {
        const message = `Invalid arguments for ${tool.name}: texts must be valid Unicode without the character NUL`;
        throw new RpcError(ErrorCode.InvalidParams, message);
      }
      const input = tool.input.safeParse(params.arguments ?? {});
      if (!input.success) throw schemaViolation(tool.name, input.error);
      try {
        const result = await tool.run(input.data as never, caller);
        return { content: [{ type: 'text', text: JSON.stringify(result, null, 2) }] };
      } catch (error) {
        if (isOurFault(error)) log.error({ err: error, tool: tool.name }, 'a tool failed');
        throw rpcErrorOf(tool.name, error);
      }
    });
    return server;
  };
}
