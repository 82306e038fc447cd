import { unauthorized } from '../../lib/errors.ts';

export type Credentials = { publicKey: string; secretKey: string } | { publicKey: string; secretKey: null };

/** Headers by which a key pair may come instead: the public one alone only tells which project an SDK believes to write to. */
const PUBLIC_KEY = 'x-langfuse-public-key';
const SECRET_KEY = 'x-langfuse-secret-key';

/** The `Authorization` header of a request, or what its two key headers amount to. */
export function authorizationOf(read: (name: string) => string | undefined): string | undefined {
  const given = read('authorization');
  if (given) return given;
  const [publicKey, secretKey] = [read(PUBLIC_KEY), read(SECRET_KEY)];
  if (!publicKey || !secretKey) return given;
  return `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
}

/** `OTEL_EXPORTER_OTLP_HEADERS` wants its values percent-encoded, and some who read it (LiteLLM) send them as they are. */
function decoded(header: string): string {
  if (!/%[0-9a-f]{2}/i.test(header)) return header;
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

/**
 * Reads an `Authorization` header: `Basic base64(publicKey:secretKey)`, or `Bearer publicKey` (contract §0.1).
 * @throws AppError 401 with the contract's messages (§0.2).
 */
export function readAuthorization(header: string | undefined): Credentials {
  if (!header) throw unauthorized('No authorization header');
  const [, scheme, value] = /^(basic|bearer) +(\S+) *$/i.exec(decoded(header)) ?? [];
  if (scheme === undefined || value === undefined) throw unauthorized('Invalid authorization header');
  if (scheme.toLowerCase() === 'bearer') return { publicKey: value, secretKey: null };
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) throw unauthorized('Invalid authorization header');
  return { publicKey: pair.slice(0, colon), secretKey: pair.slice(colon + 1) };
}

/** What a caller with wrong credentials is told; the SDKs print it (contract §0.2). */
export const invalidCredentials = () => unauthorized("Invalid credentials. Confirm that you've configured the correct host.");
