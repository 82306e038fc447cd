import type { Receipts } from '../../ingest/receipts/receipts.ts';
import type { Sender } from '../../ingest/types.ts';
import { answerOf } from '../langfuse/errors.ts';

const REASONS: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not_found',
  413: 'too_large',
  429: 'busy',
  499: 'gone',
  500: 'failed',
  503: 'busy',
};

/** Counts a request that was turned away as a whole, with what its sender was told (never with what was sent). */
export function countRefusal(receipts: Pick<Receipts, 'turnedAway'>, sender: Sender, error: unknown): void {
  const { status, body } = answerOf(error);
  receipts.turnedAway(sender, REASONS[status] ?? 'unreadable', messageOf(body));
}

/** The message, and where it only says that something is wrong, the fields that are. */
function messageOf({ message, error }: Record<string, unknown>): string {
  if (!Array.isArray(error)) return String(message);
  const fields = error.map(
    ({ path, message: said }: { path: unknown[]; message: string }) => `${path.join('.') || 'body'}: ${said}`,
  );
  return `${String(message)}: ${fields.join('; ')}`;
}
