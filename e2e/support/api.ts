import type { TestServer } from './server.ts';

/** An answer of `fetch`, read. */
export interface Answer<T = unknown> {
  status: number;
  body: T;
  headers: Headers;
}

type Sender = Pick<TestServer, 'url' | 'authorization'>;

/** Asks the server as the project's key, or without any when it is empty. A body that is no buffer or text is sent as JSON. */
export async function call<T = unknown>(
  server: Sender,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(server.authorization === '' ? {} : { authorization: server.authorization }),
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: readJson(text) as T, headers: response.headers };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The body of an answer that must be a success. @throws Error with the answer otherwise */
export async function get<T = Record<string, unknown>>(server: Sender, path: string): Promise<T> {
  const { status, body } = await call<T>(server, 'GET', path);
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}

interface PartialSuccess {
  rejectedSpans: string;
  errorMessage: string;
}

/** Sends spans in OTLP's JSON form. @throws Error unless all are taken, and nothing is remarked but what `remark` expects */
export async function sendOtlp(
  server: Sender,
  resourceSpans: readonly unknown[],
  headers: Record<string, string> = {},
  remark?: RegExp,
): Promise<void> {
  const { status, body } = await call<{ partialSuccess?: PartialSuccess }>(
    server,
    'POST',
    '/api/public/otel/v1/traces',
    { resourceSpans },
    headers,
  );
  const partial = body && typeof body === 'object' ? body.partialSuccess : undefined;
  const isExpected = partial === undefined || (partial.rejectedSpans === '0' && remark?.test(partial.errorMessage));
  if (status !== 200 || !isExpected) {
    throw new Error(`The export was answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  }
}
