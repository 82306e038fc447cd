import { parseJson } from '../../contract/json/parse.ts';
import type { InputOf, Operation, OutputOf } from '../../contract/operation.ts';
import { encodeRequest } from '../../contract/request.ts';

export { API_ROOT } from '../../contract/request.ts';

/** A header that no form of another site can send; the server asks for it on every call that changes something. */
export const CSRF_HEADER = 'x-telltale-csrf';

/** A call that did not work. `message` is fit to be shown; `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable machine-readable name. */
  readonly code: string;
  readonly details: unknown;
  readonly requestId: string | null;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: unknown; requestId?: string | null; retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = more.details;
    this.requestId = more.requestId ?? null;
    this.retryAfter = more.retryAfter ?? null;
  }
}

/** Where and how an operation is called, see `encodeRequest`. */
export function requestOf<Op extends Operation>(operation: Op, input: InputOf<Op>): { url: string; body: string | undefined } {
  const { path, query, body } = encodeRequest(operation, input);
  const search = new URLSearchParams(query).toString();
  return { url: search === '' ? path : `${path}?${search}`, body: body && JSON.stringify(body) };
}

function secondsOf(header: string | null): number | null {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? seconds : null;
}

const PLAIN: Record<number, string> = {
  401: 'You are signed out.',
  403: 'Your role does not allow this.',
  404: 'It does not exist, or you may not see it.',
  413: 'That is more than the server takes at once.',
  429: 'Too many requests.',
  503: 'The server is busy or starting. Nothing was lost.',
};

/** The error that an answer other than 2xx stands for; reads `{error: {code, message, details}}` and `{message, code | error}`. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const outer = (body && typeof body === 'object' ? body : {}) as Record<string, unknown>;
  const inner = (outer.error && typeof outer.error === 'object' ? outer.error : outer) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const code = text(inner.code) ?? text(outer.error) ?? `http_${response.status}`;
  const message =
    text(inner.message) ?? PLAIN[response.status] ?? `The server answered ${response.status} ${response.statusText}`.trim();
  return new ApiError(response.status, code, message, {
    details: inner.details,
    requestId: response.headers.get('x-request-id'),
    retryAfter: secondsOf(response.headers.get('retry-after') ?? response.headers.get('x-retry-after')),
  });
}

/** `fetch` whose failures to reach the server are an `ApiError` too. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached. Check that it runs and that you are online.', { cause });
  }
}

/**
 * Calls an operation of the contract and gives its output.
 * @throws ApiError for every answer other than 2xx and when the server cannot be reached
 */
export async function call<Op extends Operation>(
  operation: Op,
  input: InputOf<Op>,
  options: { signal?: AbortSignal } = {},
): Promise<OutputOf<Op>> {
  const { url, body } = requestOf(operation, input);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (operation.method !== 'GET') headers[CSRF_HEADER] = '1';
  const response = await reach(url, { method: operation.method, headers, body, signal: options.signal });
  if (!response.ok) throw await errorOf(response);
  try {
    return parseJson(await response.text()) as OutputOf<Op>;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(response.status, 'unreadable', 'The server sent an answer that is no JSON.', {
      requestId: response.headers.get('x-request-id'),
      cause,
    });
  }
}
