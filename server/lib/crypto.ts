import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Everything that is done with the server's secret. Each purpose has a key of its own, derived from the secret, so that knowing one
 * (a leaked hash key, say) tells nothing of the others.
 */
export interface Crypto {
  /** AES-256-GCM. `context` (a table and row, say) must be the same on decryption: a text moved elsewhere does not open. */
  encrypt(text: string, context: string): string;
  /** @throws DecryptionError when the text was changed, has another context, or was made with another secret. */
  decrypt(sealed: string, context: string): string;
  /** HMAC-SHA256, 64 hex characters. For secrets of high entropy that are looked up by their hash; not for passwords. */
  keyedHash(text: string): string;
  /** A secret for another part, e.g. `sessions`; the same every time for one purpose. 64 hex characters. */
  derive(purpose: string): string;
}

export class DecryptionError extends Error {}

const VERSION = 'v1';

/** @param secret the server's secret, at least 32 characters. */
export function createCrypto(secret: string): Crypto {
  if (secret.length < 32) throw new Error('The secret needs at least 32 characters.');
  const key = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'telltale', purpose, 32));
  const encryptionKey = key('encryption');
  const hashKey = key('hash');
  return {
    encrypt(text, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return [VERSION, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join('.');
    },
    decrypt(sealed, context) {
      const [version, nonce, tag, body, ...rest] = sealed.split('.');
      if (version !== VERSION || nonce === undefined || tag === undefined || body === undefined || rest.length > 0) {
        throw new DecryptionError('Not an encrypted text.');
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', encryptionKey, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
          .setAAD(Buffer.from(context))
          .setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new DecryptionError(
          'The text cannot be decrypted: it was changed, belongs elsewhere, or was encrypted with another TELLTALE_SECRET.',
          { cause: error },
        );
      }
    },
    keyedHash: (text) => createHmac('sha256', hashKey).update(text).digest('hex'),
    derive: (purpose) => key(`derive:${purpose}`).toString('hex'),
  };
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
