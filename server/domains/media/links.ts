import { createHmac } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { createCrypto, equalInConstantTime } from '../../lib/crypto.ts';
import { forbidden } from '../../lib/errors.ts';

/** How long a link works, ms (contract §5.5: 1 h). */
export const LINK_LIFETIME_MS = 60 * 60 * 1000;

/** What a link allows, without any other credentials. */
export interface Grant {
  action: 'upload' | 'read';
  projectId: string;
  mediaId: string;
  /** The type that is to be uploaded; empty for reading. */
  contentType: string;
}

/** A link as it came back, nothing of it believed. `expires` in Unix seconds. */
export interface PresentedLink extends Grant {
  expires: string;
  signature: string;
}

export interface SignedLink {
  /** With its query: below the prefix of the public API when it begins with `/`, else absolute (where media are kept in a bucket). */
  address: string;
  expiresAt: Date;
}

/** Links that carry their own right: signed with a key that is derived from the server's secret, for a while. */
export interface Links {
  sign(grant: Grant): SignedLink;
  /** @throws AppError 403 for a link that we did not sign, that was changed, or whose time is over */
  verify(link: PresentedLink): Grant;
}

export function createLinks({ secret, clock }: { secret: string; clock: Clock }): Links {
  const key = createCrypto(secret).derive('media links');
  const signatureOf = ({ action, projectId, mediaId, contentType }: Grant, expires: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([action, projectId, mediaId, contentType, expires]))
      .digest('base64url');
  return {
    sign(grant) {
      const seconds = Math.floor((clock.now() + LINK_LIFETIME_MS) / 1000);
      const expires = String(seconds);
      const query = new URLSearchParams({ project: grant.projectId });
      if (grant.contentType) query.set('type', grant.contentType);
      query.set('expires', expires);
      query.set('signature', signatureOf(grant, expires));
      const route = grant.action === 'upload' ? 'upload' : 'content';
      return {
        address: `/media/${encodeURIComponent(grant.mediaId)}/${route}?${query}`,
        expiresAt: new Date(seconds * 1000),
      };
    },
    verify({ expires, signature, ...grant }) {
      if (!equalInConstantTime(signature, signatureOf(grant, expires)))
        throw forbidden('The signature of this link is not valid.');
      if (Number(expires) * 1000 <= clock.now()) throw forbidden('This link has expired. Ask for a new one.');
      return grant;
    },
  };
}
