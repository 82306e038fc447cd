/** Codes of JSON-RPC and of MCP. Not the SDK's own, which is brought into memory when somebody calls. */
export const ErrorCode = {
  ConnectionClosed: -32000,
  ParseError: -32700,
  InvalidRequest: -32600,
  InvalidParams: -32602,
  InternalError: -32603,
} as const;
