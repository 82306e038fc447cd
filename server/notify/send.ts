import type { Clock } from '../lib/clock.ts';
import { type Outbound, OutboundRefused } from '../lib/outbound.ts';
import type { NotifyRequest } from './request.ts';

/** How a request went. */
export interface Sent {
  startedAt: Date;
  durationMs: number;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** The beginning of the answer; null when there was none. */
  body: string | null;
  /** Why it counts as failed; null for a success. */
  error: string | null;
}

/** Sends a request once. Never throws: what goes wrong is in the result. */
export type Send = (request: NotifyRequest) => Promise<Sent>;

/** A receiver has this long to answer, ms. */
export const SEND_TIMEOUT_MS = 10_000;
/** What is kept of an answer, characters; as much is read as a receiver needs to be understood. */
export const MAX_KEPT_BODY = 1000;
const MAX_READ_BYTES = 64 * 1024;

/**
 * Sends through the guard against private addresses. A 2xx is a success; everything else, redirects too, is a failure: a receiver that
 * moved must be given its new address (contract §7.1).
 */
export function createSend({
  outbound,
  clock,
  timeoutMs = SEND_TIMEOUT_MS,
}: {
  outbound: Pick<Outbound, 'fetch'>;
  clock: Clock;
  timeoutMs?: number;
}): Send {
  return async ({ url, headers, body, refusal }) => {
    const startedAt = new Date(clock.now());
    const start = performance.now();
    const done = (rest: Omit<Sent, 'startedAt' | 'durationMs'>): Sent => ({
      startedAt,
      durationMs: Math.round(performance.now() - start),
      ...rest,
    });
    const signal = AbortSignal.timeout(timeoutMs);
    let status: number | null = null;
    try {
      const answer = await outbound.fetch(url, { method: 'POST', headers, body, signal });
      status = answer.status;
      const text = await readBeginning(answer.body);
      const kept = storableBeginning(text);
      if (status >= 300 && status < 400) {
        const error = `The receiver answered ${status}: redirects are not followed. Use the address that it points to.`;
        return done({ status, body: kept, error });
      }
      if (!answer.ok) return done({ status, body: kept, error: `The receiver answered ${status}.` });
      return done({ status, body: kept, error: refusal?.(text) ?? null });
    } catch (error) {
      return done({ status, body: null, error: reasonOf(error, timeoutMs) });
    }
  };
}

/** The first bytes of an answer as text; the rest is not fetched. */
async function readBeginning(stream: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is left.
  if (stream) {
    for await (const chunk of stream) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_READ_BYTES) break;
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Without what PostgreSQL cannot hold. */
const storableBeginning = (text: string): string => text.replaceAll('\0', '\ufffd').slice(0, MAX_KEPT_BODY).toWellFormed();

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The receiver closed the connection.',
  UND_ERR_SOCKET: 'The receiver closed the connection.',
  ENOTFOUND: 'The name of the host cannot be resolved.',
  EAI_AGAIN: 'The name of the host cannot be resolved at the moment.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The network of the host cannot be reached.',
  UND_ERR_CONNECT_TIMEOUT: 'The host did not take the connection in time.',
};

/** What went wrong without an answer, for the delivery log. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof OutboundRefused) return error.message;
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError') return `There was no answer within ${timeoutMs / 1000} s.`;
  const cause = (error as { cause?: { code?: string; message?: string; errors?: { code?: string }[] } }).cause;
  const known = [code, cause?.code, ...(cause?.errors ?? []).map((each) => each.code)].find((each) => each && each in WORDS);
  if (known) return WORDS[known]!;
  return `The request failed: ${cause?.message ?? (error as Error).message}`.slice(0, 500);
}
