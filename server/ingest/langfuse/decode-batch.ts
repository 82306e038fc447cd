import { z } from 'zod';
import { hasMoreKeys, MAX_METADATA_KEYS } from '../../../contract/metadata.ts';
import { AppError, tooLarge } from '../../lib/errors.ts';
import { createBreath } from '../../lib/gently.ts';
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

/** Events of one batch. SDKs send some hundreds. */
const MAX_EVENTS = 50_000;
/** Refused events that are told one by one. */
const MAX_ERRORS = 1_000;
/** Tags of a trace. */
const MAX_TAGS = 1_000;

/** `metadata` of a batch: what the SDK says of itself; anything else is ignored. */
const batchMetadata = z
  .object({ sdk_name: z.string().catch(''), sdk_version: z.string().catch('') })
  .catch({ sdk_name: '', sdk_version: '' });

/**
 * The list of events of a batch request.
 * @throws AppError 400 `InvalidEnvelope` with the issues as details when it is none (contract §2.1)
 */
export function readEnvelope(payload: unknown): { batch: unknown[]; sdkName: string; sdkVersion: string } {
  // Before anything looks at each of them.
  if (lengthOf(field(payload, 'batch')) > MAX_EVENTS) {
    throw tooLarge(`A batch holds at most ${MAX_EVENTS.toLocaleString('en')} events. Send smaller ones.`);
  }
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
  const breath = createBreath();
  let untold = 0;
  for (const { event, index } of ordered) {
    if (breath.due()) await breath.take();
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
      if (decoded.answer.errors.length >= MAX_ERRORS) untold++;
      else {
        const message = TITLES[error.status] ?? error.name;
        decoded.answer.errors.push({ id: eventId, status: error.status, message, error: error.message });
      }
      decoded.refused.push({
        index,
        item: eventId === 'unknown' ? null : eventId,
        reason: reasonOf(error),
        message: error.message,
      });
    }
  }
  if (untold > 0) {
    const error = `${untold} more events of this batch were refused, which are not listed`;
    decoded.answer.errors.push({ id: 'unknown', status: 400, message: TITLES[400]!, error });
  }
  return decoded;
}

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
  if (error.code === 'TooLarge') return 'too_large';
  return error.code === 'InvalidId' ? 'invalid_id' : 'invalid_field';
}

const rank = (event: unknown): number => (eventKind(String(field(event, 'type')))?.update ? 1 : 0);

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

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
  requireBounded(head.body);
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

/** @throws AppError 400 naming the field that has too much in it to be kept as fields of its own */
function requireBounded(body: Record<string, unknown>): void {
  const fail = (field: string, many: number, what: string): never => {
    throw new AppError(400, 'TooLarge', `body.${field}: has more than ${many.toLocaleString('en')} ${what}`);
  };
  if (hasMoreKeys(body.metadata, MAX_METADATA_KEYS)) fail('metadata', MAX_METADATA_KEYS, 'keys');
  if (Array.isArray(body.tags) && body.tags.length > MAX_TAGS) fail('tags', MAX_TAGS, 'tags');
}
