import { createHmac, randomBytes } from 'node:crypto';

/** A new secret to sign webhooks with. */
export const newSigningSecret = (): string => `lf-whsec_${randomBytes(32).toString('hex')}`;

/**
 * The value of `x-langfuse-signature` (contract §7.1): the time, and the HMAC-SHA256 of time and body with the secret.
 * @param seconds since the Unix epoch; receivers refuse a signature that is too old
 * @param body exactly as it is sent
 */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
