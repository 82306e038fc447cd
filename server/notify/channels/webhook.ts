import type { NotifyRequest } from '../request.ts';
import { signatureOf } from '../signature.ts';

export interface WebhookTarget {
  url: string;
  /** Sent beside ours, which they cannot override. */
  headers: readonly { name: string; value: string }[];
  signingSecret: string;
}

/** A signed webhook (contract §7.1). @param body the payload as JSON text  @param now ms since the Unix epoch */
export function webhookRequest(target: WebhookTarget, body: string, now: number): NotifyRequest {
  const custom = target.headers.map(({ name, value }) => [name.toLowerCase(), value]);
  return {
    url: target.url,
    headers: {
      ...Object.fromEntries(custom),
      'content-type': 'application/json',
      'user-agent': 'Langfuse/1.0',
      'x-langfuse-signature': signatureOf(target.signingSecret, Math.floor(now / 1000), body),
    },
    body,
  };
}
