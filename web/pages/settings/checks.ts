import type { getIngestion } from '../../../contract/api/ingestion.ts';
import { formatBytes, formatCount, formatDuration } from '../../../contract/format.ts';
import type { OutputOf } from '../../../contract/operation.ts';

export type Ingestion = OutputOf<typeof getIngestion>;

export interface Check {
  tone: 'idle' | 'waiting' | 'good' | 'bad';
  title: string;
  /** What was seen, or what to do. */
  detail: string;
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const items = (count: number) => `${formatCount(count)} item${count === 1 ? '' : 's'}`;

/** Reasons in the words of somebody who looks for a trace, each with what to do. The words are those of the receipts. */
export const REASONS: Record<string, { name: string; advice: string }> = {
  invalid_id: {
    name: 'Wrong id',
    advice: 'Trace ids have 32 and span ids 16 hexadecimal digits, not all zero. The exporter or a proxy in between breaks them.',
  },
  invalid_field: {
    name: 'Wrong field',
    advice: 'The message names the field. Correct what the app puts there; everything else was kept.',
  },
  odd_time: {
    name: 'Odd time',
    advice: 'The spans were kept and stand in 1970. OTLP wants nanoseconds; the exporter sends milliseconds or microseconds.',
  },
  unauthorized: {
    name: 'Not allowed',
    advice: 'A public key alone may only send scores. Send traces with public and secret key.',
  },
  too_large: {
    name: 'Too large',
    advice: 'Send smaller batches, cut long inputs, or raise TELLTALE_MAX_BODY_MB on the server.',
  },
  score_config: {
    name: 'Breaks its score config',
    advice: 'The value is outside of what the score’s config allows. Change the value or the config.',
  },
  not_found: {
    name: 'Not found',
    advice: 'What it refers to does not exist in this project. Check the id, and that the key is of the right project.',
  },
  unreadable: {
    name: 'Unreadable',
    advice:
      'The body is neither OTLP nor a Langfuse batch, or was cut off. Check the exporter’s protocol (http/protobuf or http/json).',
  },
  busy: {
    name: 'Server was busy',
    advice: 'The SDK tries again by itself. If it keeps coming: raise TELLTALE_BUFFER_MB or send less at once.',
  },
  failed: {
    name: 'Server failed',
    advice: 'The store did not take it, a full disk for example. The server’s log has the cause; SDKs try again.',
  },
};

export const reasonOf = (reason: string): { name: string; advice: string } =>
  REASONS[reason] ?? { name: reason.replaceAll('_', ' '), advice: 'The message says what was wrong.' };

/**
 * Follows the way of a span and says of each station whether it looks right.
 * @param keyCount keys of the project; undefined when the reader may not see them
 */
export function checksOf(ingestion: Ingestion, keyCount: number | undefined): Check[] {
  const accepted = sum(ingestion.keys.map((key) => key.accepted));
  const stored = sum(ingestion.keys.map((key) => key.stored));
  const refused = sum(ingestion.keys.flatMap((key) => key.refused.map(({ count }) => count)));
  const came = accepted + refused > 0;
  const checks: Check[] = [];
  if (keyCount !== undefined) {
    checks.push(
      keyCount > 0
        ? {
            tone: 'good',
            title: 'The project has a key',
            detail: keyCount === 1 ? 'One, ready to be used.' : `${formatCount(keyCount)}, ready to be used.`,
          }
        : { tone: 'bad', title: 'The project has no key', detail: 'Create one under API keys and give it to your app.' },
    );
  }
  checks.push(
    came
      ? { tone: 'good', title: 'Requests arrive', detail: `${items(accepted + refused)} since the server started.` }
      : {
          tone: 'waiting',
          title: 'Nothing has arrived since the server started',
          detail:
            'The app sends to another address, with a key of another project, or has not flushed yet. Requests with a wrong key are answered 401 and cannot be counted here.',
        },
  );
  if (came) {
    checks.push(
      refused === 0
        ? { tone: 'good', title: 'Nothing was refused', detail: 'Every item could be read and was taken.' }
        : {
            tone: 'bad',
            title: `${items(refused)} refused`,
            detail: 'The reasons are below. The rest of each request was kept.',
          },
    );
    const open = accepted - stored;
    checks.push(
      open <= 0
        ? { tone: 'good', title: 'Everything accepted is stored', detail: `${items(stored)} written.` }
        : { tone: 'waiting', title: `${items(open)} being written`, detail: 'They are acknowledged once they are stored.' },
    );
    const lags = ingestion.keys.flatMap((key) => (key.lag ? [key.lag.p99] : []));
    if (lags.length > 0) {
      const worst = Math.max(...lags);
      checks.push(
        worst <= 2000
          ? {
              tone: 'good',
              title: 'It shows up quickly',
              detail: `99 of 100 requests could be read within ${formatDuration(worst)}.`,
            }
          : {
              tone: 'waiting',
              title: 'It takes a while to show up',
              detail: `One of 100 requests took more than ${formatDuration(worst)} to be readable. The disk or the store is the bottleneck.`,
            },
      );
    }
  }
  const { bytes, limit } = ingestion.buffer;
  const room = {
    title: 'There is room in the buffer',
    detail: `${formatBytes(bytes)} of ${formatBytes(limit)} wait to be written.`,
  };
  checks.push(
    limit > 0 && bytes / limit > 0.8
      ? {
          tone: 'bad',
          title: 'The buffer is nearly full',
          detail: `${room.detail} Beyond that, senders are asked to come back later. Raise TELLTALE_BUFFER_MB or look at the store.`,
        }
      : { tone: 'good', ...room },
  );
  return checks;
}
