import { unauthorized } from '../../lib/errors.ts';

export type Credentials = { publicKey: string; secretKey: string } | { publicKey: string; secretKey: null };

/**
 * Reads an `Authorization` header: `Basic base64(publicKey:secretKey)`, or `Bearer publicKey` (contract §0.1).
 * @throws AppError 401 with the contract's messages (§0.2).
 */
export function readAuthorization(header: string | undefined): Credentials {
  if (!header) throw unauthorized('No authorization header');
  const [, scheme, value] = /^(basic|bearer) +(\S+) *$/i.exec(header) ?? [];
  if (scheme === undefined || value === undefined) throw unauthorized('Invalid authorization header');
  if (scheme.toLowerCase() === 'bearer') return { publicKey: value, secretKey: null };
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) throw unauthorized('Invalid authorization header');
  return { publicKey: pair.slice(0, colon), secretKey: pair.slice(colon + 1) };
}

/** What a caller with wrong credentials is told; the SDKs print it (contract §0.2). */
export const invalidCredentials = () => unauthorized("Invalid credentials. Confirm that you've configured the correct host.");
