import { setTimeout as wait } from 'node:timers/promises';
import { parseJson } from '../../contract/json/parse.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** Where a server is and as whom to speak. */
export interface Connection {
  /** Without a slash at the end: `http://localhost:3000`. */
  host: string;
  publicKey: string;
  secretKey: string;
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the host, with its slash and encoded parts. */
  path: string;
  /** A list is sent as a repeated parameter; undefined is left out. */
  query?: Record<string, QueryValue>;
  /** Sent as JSON. */
  body?: unknown;
  /** Doing it twice is the same as doing it once, so that it may be tried again. GET, PUT and DELETE are so by nature. */
  repeatable?: boolean;
  accept?: string;
  /** Ends this request; the client's own signal ends it too. */
  signal?: AbortSignal;
}

/** An answer other than 2xx. */
export class HttpError extends CliError {
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(exitCodeOf(status), code, message);
    this.status = status;
  }
}

export interface HttpClientOptions {
  userAgent: string;
  /** Tries of a repeatable request, the first included. */
  attempts?: number;
  /** Wait before the second try; doubled for each further one, unless the server says how long. */
  firstWaitMs?: number;
  timeoutMs?: number;
  /** A server that asks for more patience than this is not waited for. */
  maxWaitMs?: number;
  /** Ends every request. */
  signal?: AbortSignal;
}

/** HTTP with the project's key pair. Requests that may be repeated are tried again when the server is away, busy or starting. */
export interface HttpClient {
  readonly host: string;
  /** @throws HttpError for every answer other than 2xx; CliError when there is none */
  json<T>(request: Request): Promise<T>;
  /** The answer with its body unread and without a limit of time, for streams. */
  stream(request: Request): Promise<Response>;
}

const RETRIED = [408, 425, 429, 500, 502, 503, 504];

export function createHttpClient(connection: Connection, options: HttpClientOptions): HttpClient {
  const { host, publicKey, secretKey } = connection;
  const { userAgent, attempts = 4, firstWaitMs = 300, timeoutMs = 60_000, maxWaitMs = 30_000, signal: ended } = options;
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;

  async function once(request: Request, timeout: AbortSignal | undefined): Promise<Response> {
    const signals = [timeout, ended, request.signal].filter((signal) => signal !== undefined);
    const headers: Record<string, string> = {
      authorization,
      accept: request.accept ?? 'application/json',
      'user-agent': userAgent,
    };
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    return fetch(addressOf(host, request), {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      redirect: 'manual',
      signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
    });
  }

  async function send<T>(request: Request, read: (response: Response) => Promise<T>, limited: boolean): Promise<T> {
    const repeatable = request.repeatable ?? ((request.method ?? 'GET') !== 'POST' && request.method !== 'PATCH');
    for (let attempt = 1; ; attempt++) {
      const last = !repeatable || attempt >= attempts;
      let pause = firstWaitMs * 2 ** (attempt - 1);
      try {
        const response = await once(request, limited ? AbortSignal.timeout(timeoutMs) : undefined);
        if (response.ok) return await read(response);
        const error = await errorOf(response, connection);
        const asked = retryAfterMs(response);
        if (last || !RETRIED.includes(response.status) || (asked ?? 0) > maxWaitMs) throw error;
        pause = asked ?? pause;
      } catch (error) {
        if (error instanceof CliError) throw error;
        if (ended?.aborted || request.signal?.aborted) throw error;
        if (last) throw unreachable(host, error);
      }
      await wait(pause, undefined, { signal: ended });
    }
  }

  return {
    host,
    json: <T>(request: Request) => send(request, (response) => readJson<T>(response, host), true),
    stream: (request) => send(request, async (response) => response, false),
  };
}

function addressOf(host: string, { path, query }: Request): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  return host + path + (params.size > 0 ? `?${params}` : '');
}

async function readJson<T>(response: Response, host: string): Promise<T> {
  const text = await response.text();
  if (text === '') return undefined as T;
  try {
    return parseJson(text) as T;
  } catch {
    throw new CliError(
      EXIT.failed,
      'unreadable',
      `${host} answered with something that is not JSON. Is it the address of a Telltale or Langfuse server?`,
    );
  }
}

function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function exitCodeOf(status: number) {
  if (status === 401 || status === 403) return EXIT.notAuthorised;
  if (status === 404) return EXIT.notFound;
  if (status === 409) return EXIT.conflict;
  if (status === 502 || status === 503 || status === 504) return EXIT.unreachable;
  return EXIT.failed;
}

/** Reads both shapes of errors: `{error: {code, message}}` of our own API and `{message, error}` of the Langfuse API. */
async function errorOf(response: Response, { host, publicKey }: Connection): Promise<HttpError> {
  const { status } = response;
  // Not followed: the keys would go to an address that nobody named.
  if (status >= 300 && status < 400) {
    const target = response.headers.get('location') ?? 'another address';
    return new HttpError(status, 'redirect', `${host} sends on to ${target}. Give the address of the server itself with --host.`);
  }
  const body: unknown = await response.json().catch(() => null);
  const outer = (body !== null && typeof body === 'object' ? body : {}) as Record<string, unknown>;
  const own = outer.error !== null && typeof outer.error === 'object' && !Array.isArray(outer.error);
  const inner = (own ? outer.error : outer) as Record<string, unknown>;
  const said = typeof inner.message === 'string' ? inner.message : `${status} ${response.statusText}`.trim();
  const issues = Array.isArray(outer.error) ? `: ${outer.error.map(issueText).join('; ')}` : '';
  const name = typeof inner.code === 'string' ? inner.code : typeof outer.error === 'string' ? outer.error : `http_${status}`;
  if (status === 401) {
    return new HttpError(status, name, `${host} refuses the key ${publicKey}: ${said} Check the keys, or run "telltale login".`);
  }
  if (status === 403) return new HttpError(status, name, `${host} does not allow this to the key ${publicKey}: ${said}`);
  if (status >= 500) return new HttpError(status, name, `${host} failed (${status}): ${said}`);
  return new HttpError(status, name, `${said}${issues} (${host})`);
}

function issueText(issue: unknown): string {
  const { path, message } = (issue ?? {}) as { path?: unknown; message?: unknown };
  const where = Array.isArray(path) ? path.join('.') : '';
  return where ? `${where}: ${message}` : String(message);
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'there is no way to that host',
  ETIMEDOUT: 'no answer in time',
  TimeoutError: 'no answer in time',
};

/** `fetch` wraps what went wrong; connecting to several addresses wraps it once more. */
function unreachable(host: string, error: unknown): CliError {
  const { name, cause } = error as Error & { cause?: { code?: string; message?: string; errors?: { code?: string }[] } };
  const code = cause?.code ?? cause?.errors?.[0]?.code ?? name;
  const reason = REASONS[code] ?? (cause?.message || (error as Error).message);
  const advice = 'Start a server with "telltale up", or name another with --host.';
  return new CliError(EXIT.unreachable, 'unreachable', `Cannot reach ${host}: ${reason}. ${advice}`, error);
}
