import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import type { Edit, Facts } from '../facts.ts';
import type { Refusal, Sender } from '../types.ts';
import { eventKind } from './events.ts';
import { id, microsOf, time } from './fields.ts';
import { check } from './issues.ts';
import { DEEPEST, isTooDeep } from './nesting.ts';
import { type FindScoreConfig, ScoreConfigError, type ScoreInput, settleScore } from './score.ts';
import { oddCounts } from './usage.ts';

/** Answer to a batch, sent with status 207 (contract §2.1). */
export interface BatchAnswer {
  /** `message` says what of a taken event does not count. */
  successes: { id: string; status: 201; message?: string }[];
  errors: { id: string; status: number; message: string; error: string }[];
}

export interface DecodedBatch {
  answer: BatchAnswer;
  /** What is to be written: the answer's successes (events of `sdk-log` are in neither). */
  facts: Pick<Facts, 'edits' | 'scores'>;
  refused: Refusal[];
}

/** What the decoder asks of the settings. */
export interface BatchSettings {
  findScoreConfig: FindScoreConfig;
}

const envelope = z.object({
  id,
  timestamp: time,
  type: z.string(),
  body: z.record(z.string(), z.unknown()),
});

/** `metadata` of a batch: what the SDK says of itself; anything else is ignored. */
const batchMetadata = z
  .object({ sdk_name: z.string().catch(''), sdk_version: z.string().catch('') })
  .catch({ sdk_name: '', sdk_version: '' });

/**
 * The list of events of a batch request.
 * @throws AppError 400 `InvalidEnvelope` with the issues as details when it is none (contract §2.1)
 */
export function readEnvelope(payload: unknown): { batch: unknown[]; sdkName: string; sdkVersion: string } {
  const parsed = z.object({ batch: z.array(z.unknown()), metadata: z.unknown().optional() }).safeParse(payload);
  if (!parsed.success) {
    throw new AppError(400, 'InvalidEnvelope', 'Invalid request data', { details: parsed.error.issues });
  }
  const told = batchMetadata.parse(parsed.data.metadata);
  return { batch: parsed.data.batch, sdkName: told.sdk_name, sdkVersion: told.sdk_version };
}

/**
 * Checks each event of a batch by itself, so that a bad one costs only itself, and turns the good ones into facts.
 * Creates come before updates in the answer, otherwise the order of the batch is kept.
 */
export async function decodeBatch(
  batch: readonly unknown[],
  sender: Sender,
  now: Micros,
  settings: BatchSettings,
): Promise<DecodedBatch> {
  const decoded: DecodedBatch = { answer: { successes: [], errors: [] }, facts: { edits: [], scores: [] }, refused: [] };
  const ordered = batch.map((event, index) => ({ event, index })).sort((a, b) => rank(a.event) - rank(b.event));
  for (const [done, { event, index }] of ordered.entries()) {
    if (done > 0 && done % BREATH === 0) await setImmediate();
    const eventId = idOf(event);
    try {
      const taken = await decodeEvent(event, sender, now, settings, decoded.facts);
      if (!taken) continue;
      const odd = oddCounts(field(event, 'body'));
      if (odd.length === 0) decoded.answer.successes.push({ id: eventId, status: 201 });
      else {
        const message = `${odd.join(', ')}: not counted`;
        decoded.answer.successes.push({ id: eventId, status: 201, message });
        decoded.refused.push({ index, item: eventId, reason: 'invalid_count', message, kept: true });
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      decoded.answer.errors.push({
        id: eventId,
        status: error.status,
        message: TITLES[error.status] ?? error.name,
        error: error.message,
      });
      decoded.refused.push({
        index,
        item: eventId === 'unknown' ? null : eventId,
        reason: reasonOf(error),
        message: error.message,
      });
    }
  }
  return decoded;
}

/** So many events are checked at a stretch (about 12 ms); then other requests get their turn. */
const BREATH = 500;

/** Titles of per-event failures (contract §2.1). */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid request data',
  401: 'Authentication error',
  404: 'Resource not found',
};

function reasonOf(error: AppError): Refusal['reason'] {
  if (error instanceof ScoreConfigError) return 'score_config';
  if (error.status === 401) return 'unauthorized';
  if (error.status === 404) return 'not_found';
  return error.code === 'InvalidId' ? 'invalid_id' : 'invalid_field';
}

const rank = (event: unknown): number => (eventKind(String(field(event, 'type')))?.update ? 1 : 0);

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** Id of an event for the answer, whatever else is wrong with it (contract §2.1). */
function idOf(event: unknown): string {
  const parsed = id.safeParse(field(event, 'id'));
  return parsed.success ? parsed.data : 'unknown';
}

/** Adds what an event says to the facts. @returns whether it did: an event of `sdk-log` is checked and then dropped */
async function decodeEvent(
  event: unknown,
  sender: Sender,
  now: Micros,
  settings: BatchSettings,
  { edits, scores }: DecodedBatch['facts'],
): Promise<boolean> {
  const head = check(envelope, event, 'event');
  const kind = eventKind(head.type);
  if (!kind) throw new AppError(400, 'InvalidType', `type: ${JSON.stringify(head.type.slice(0, 100))} is not an event type`);
  if (sender.scope === 'scores' && !kind.open) {
    throw new AppError(401, 'UnauthorizedError', `Access Scope Denied: a public key alone may not send ${head.type}`);
  }
  if (isTooDeep(head.body)) throw new AppError(400, 'InvalidBody', `body: is nested deeper than ${DEEPEST} levels`);
  const checked = check(kind.body, head.body, 'body') as { id?: string | null };
  if (kind.entity === 'log') return false;
  const said = { eventId: head.id, at: microsOf(head.timestamp) ?? now };
  if (kind.entity === 'score') {
    const body = await settleScore(checked as ScoreInput, head.id, sender.projectId, settings.findScoreConfig);
    scores.push({ ...said, body });
  } else {
    edits.push({ ...said, type: head.type, body: { ...checked, id: checked.id ?? head.id } } as Edit);
  }
  return true;
}
