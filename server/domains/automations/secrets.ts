import type { Crypto } from '../../lib/crypto.ts';

/** What an automation knows that nobody is shown again. */
export interface ActionSecrets {
  /** Of webhooks. */
  signingSecret?: string;
  /** Values of secret headers, by name in lower case. */
  headers?: Record<string, string>;
  /** Address of an incoming webhook of Slack. */
  url?: string;
  /** GitHub's. */
  token?: string;
}

/** Bound to its automation: a row's secrets do not open in another row. */
const contextOf = (automationId: string): string => `automations ${automationId}`;

export const sealSecrets = (crypto: Crypto, automationId: string, secrets: ActionSecrets): string =>
  crypto.encrypt(JSON.stringify(secrets), contextOf(automationId));

/** @throws DecryptionError when the server has another secret than the one they were stored with */
export const openSecrets = (crypto: Crypto, automationId: string, sealed: string): ActionSecrets =>
  JSON.parse(crypto.decrypt(sealed, contextOf(automationId))) as ActionSecrets;

/** The end of a secret, enough to tell it from another. */
export const lastOf = (secret: string): string => (secret.length >= 12 ? `…${secret.slice(-4)}` : '…');
