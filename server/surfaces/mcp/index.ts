export { mcpDescriptorRoute } from './descriptor.ts';
export { MCP_PATH, mcpRoutes } from './mcp-routes.ts';
export { createTools, type ToolDeps } from './tools.ts';
