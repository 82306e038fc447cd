import { ZodError } from 'zod';
import { AppError } from '../../lib/errors.ts';
import { ErrorCode } from './error-code.ts';

/** A failure as JSON-RPC says it (contract §6). */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

/** What one issue of a schema says: `filter[0].operator: Invalid option …`. */
const said = ({ path, message }: { path: readonly PropertyKey[]; message: string }): string => {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? message : `${place.replace(/^\./, '')}: ${message}`;
};

/** @param what the name of the tool, or what else was asked for */
export function schemaViolation(what: string, error: ZodError): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid arguments for ${what}: ${error.issues.map(said).join('; ')}`, {
    issues: error.issues.map(({ code, path, message }) => ({ code, path, message })),
  });
}

/**
 * The JSON-RPC error of what a tool threw: -32602 for what breaks a schema, -32600 for everything else that the caller can mend (bad
 * input, forbidden, not found, conflict), -32603 for what is our fault, without its text unless it was meant for callers.
 */
export function rpcErrorOf(tool: string, error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof ZodError) return schemaViolation(tool, error);
  if (!(error instanceof AppError)) return new RpcError(ErrorCode.InternalError, 'Internal error');
  const data = {
    status: error.status,
    error: error.code,
    ...(error.details !== undefined && { details: error.details }),
    ...(error.retryAfter !== undefined && { retryAfterSeconds: error.retryAfter }),
  };
  const ours = error.status >= 500 || error.status === 429;
  return new RpcError(ours ? ErrorCode.InternalError : ErrorCode.InvalidRequest, error.message, data);
}

/** Whether the server's people must hear of it. */
export const isOurFault = (error: unknown): boolean =>
  !(error instanceof RpcError) && !(error instanceof ZodError) && !(error instanceof AppError);

/** A failure before JSON-RPC: HTTP status and body `{error, code}` (contract §6). */
export function httpErrorOf(error: unknown): {
  status: number;
  body: { error: string; code: number };
  headers: Record<string, string>;
} {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && String(code).startsWith('FST_')) {
    const unreadable = statusCode === 400 ? ErrorCode.ParseError : ErrorCode.InvalidRequest;
    return { status: statusCode, body: { error: (error as Error).message, code: unreadable }, headers: {} };
  }
  if (!(error instanceof AppError)) {
    return { status: 500, body: { error: 'Internal Server Error', code: ErrorCode.InternalError }, headers: {} };
  }
  const rpc = error.status >= 500 ? ErrorCode.InternalError : ErrorCode.InvalidRequest;
  const headers: Record<string, string> =
    error.retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfter))) };
  return { status: error.status, body: { error: error.message, code: rpc }, headers };
}
