import { type Clock, uniqueMicros } from '../lib/clock.ts';
import { AppError, forbidden } from '../lib/errors.ts';
import type { EventRow, Micros, ObservationRow, ScoreRow } from '../store/analytics/rows.ts';
import { type BatchAnswer, decodeBatch, readEnvelope } from './langfuse/decode-batch.ts';
import { decodeScore, scoreDeletion } from './langfuse/decode-score.ts';
import { eventOf, type LegacyWrite } from './langfuse/legacy-writes.ts';
import type { FindScoreConfig } from './langfuse/score.ts';
import { linkPrompts, rememberPrompts } from './link-prompts.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { FindPrompt, NormalisedExport, PriceRows, Refusal, Sender } from './types.ts';

/** Encodings of an OTLP export. */
export type OtlpFormat = 'protobuf' | 'json';

/** Decodes one OTLP export and makes whole rows of it. @throws AppError 400 when it cannot be read at all */
export type ReadExport = (body: Buffer, format: OtlpFormat, sender: Sender, now: Micros) => NormalisedExport;

/** Changes rows and events in place so that what must not be stored is gone; later stages see nothing else. */
export type Mask = (taken: { rows: ObservationRow[]; events: EventRow[] }, projectId: string) => Promise<void> | void;

/** The write stage: resolves when everything is stored and can be queried. @throws AppError 429 or 503 when it cannot take more */
export interface Writer {
  write(taken: { rows: ObservationRow[]; events: EventRow[] }, bytes: number): Promise<void>;
}

export interface DoorParts {
  readExport: ReadExport;
  findPrompt: FindPrompt;
  findScoreConfig: FindScoreConfig;
  masks: readonly Mask[];
  priceRows: PriceRows;
  writer: Writer;
  receipts: Receipts;
  clock: Clock;
}

/**
 * The one way in for facts, whatever protocol brought them. Every method resolves only after what it took is stored; a bad item is
 * refused and costs only itself. A rejected promise means that nothing of the request was promised and that it may be sent again; to
 * count it is the surface's, which knows who was told.
 */
export interface Door {
  /**
   * @param body decompressed
   * @throws AppError 400 unreadable, 403 not a full key, 429/503 full
   */
  acceptOtlp(body: Buffer, format: OtlpFormat, sender: Sender): Promise<{ accepted: number; refused: Refusal[] }>;
  /**
   * A batch of contract §2. @param payload parsed JSON of the request; @param bytes its size
   * @throws AppError 400 `InvalidEnvelope` with issues as details, 429/503 full
   */
  acceptBatch(payload: unknown, sender: Sender, bytes: number): Promise<BatchAnswer>;
  /** A legacy single write (contract §1.20). @throws AppError as the event's own error, 429/503 full */
  acceptLegacy(write: LegacyWrite, body: unknown, sender: Sender, bytes: number): Promise<{ id: string }>;
  /**
   * One score, from any source. @param sources those that the caller may claim
   * @throws AppError 400, 403, 404 naming the field; 429/503 full
   */
  acceptScore(score: unknown, sender: Sender, sources: readonly ScoreRow['source'][], bytes?: number): Promise<{ id: string }>;
  /**
   * Deletes a score as it was read, with what was logged of it; no read shows it when the promise resolves. It is not counted: nothing
   * came in.
   * @throws AppError 429/503 full
   */
  deleteScore(projectId: string, score: Pick<ScoreRow, 'id' | 'updated_at'>): Promise<void>;
}

type Payload =
  | { kind: 'otlp'; body: Buffer; format: OtlpFormat }
  | { kind: 'batch'; batch: readonly unknown[] }
  | { kind: 'score'; score: unknown; sources: readonly ScoreRow['source'][] };

/** A request on its way through the stages. */
interface Intake {
  readonly payload: Payload;
  readonly sender: Sender;
  readonly bytes: number;
  readonly takenAt: Micros;
  rows: ObservationRow[];
  events: EventRow[];
  refused: Refusal[];
  answer: BatchAnswer;
}

type Stage = (intake: Intake, parts: DoorParts) => Promise<void> | void;

/** The way of a fact. */
const STAGES: readonly Stage[] = [admit, normalise, mask, price, write];

export function createDoor(parts: DoorParts): Door {
  const accept = async (payload: Payload, sender: Sender, bytes: number): Promise<Intake> => {
    const intake: Intake = {
      payload,
      sender,
      bytes,
      takenAt: uniqueMicros(parts.clock),
      rows: [],
      events: [],
      refused: [],
      answer: { successes: [], errors: [] },
    };
    for (const stage of STAGES) await stage(intake, parts);
    return intake;
  };

  const acceptOne = async (event: Record<string, unknown>, sender: Sender, bytes: number): Promise<{ id: string }> => {
    const { answer, events } = await accept({ kind: 'batch', batch: [event] }, sender, bytes);
    const [error] = answer.errors;
    if (error) throw new AppError(error.status, CODES[error.status] ?? 'InvalidRequestError', error.error);
    return { id: events[0]!.entity_id };
  };

  return {
    async acceptOtlp(body, format, sender) {
      const { rows, refused } = await accept({ kind: 'otlp', body, format }, sender, body.length);
      return { accepted: rows.length, refused };
    },
    async acceptBatch(payload, sender, bytes) {
      const { batch, sdkName, sdkVersion } = readEnvelope(payload);
      const told = sender.sdkName === '' ? { ...sender, sdkName, sdkVersion } : sender;
      return (await accept({ kind: 'batch', batch }, told, bytes)).answer;
    },
    acceptLegacy: (legacy, body, sender, bytes) => acceptOne(eventOf(legacy, body, new Date(parts.clock.now())), sender, bytes),
    async acceptScore(score, sender, sources, bytes = Buffer.byteLength(JSON.stringify(score) ?? '')) {
      const { events } = await accept({ kind: 'score', score, sources }, sender, bytes);
      return { id: events[0]!.entity_id };
    },
    async deleteScore(projectId, score) {
      // After everything that was read, though another server's clock may run ahead of ours.
      const now = Math.max(uniqueMicros(parts.clock), score.updated_at + 1);
      const event = scoreDeletion(projectId, score.id, now);
      await parts.writer.write({ rows: [], events: [event] }, event.body.length);
    },
  };
}

const CODES: Readonly<Record<number, string>> = { 401: 'UnauthorizedError', 404: 'LangfuseNotFoundError' };

/** Only a full key brings anything but scores; which events a public key may send, each event's check says. */
function admit({ payload, sender }: Intake): void {
  if (payload.kind === 'otlp' && sender.scope !== 'full') {
    throw forbidden('Access denied: a public key alone may only write scores. Use the key pair.');
  }
}

/** From what was sent to rows and events: decoded, checked, brought into one form, prompt links resolved. */
async function normalise(intake: Intake, parts: DoorParts): Promise<void> {
  const { payload, sender, takenAt } = intake;
  const findPrompt = rememberPrompts(parts.findPrompt);
  if (payload.kind === 'otlp') {
    Object.assign(intake, parts.readExport(payload.body, payload.format, sender, takenAt));
    await linkPrompts(intake.rows, findPrompt);
  } else if (payload.kind === 'batch') {
    Object.assign(intake, await decodeBatch(payload.batch, sender, takenAt, { ...parts, findPrompt }));
  } else {
    intake.events = [await decodeScore(payload.score, payload.sources, sender, takenAt, parts.findScoreConfig)];
  }
  parts.receipts.accepted(sender, intake.rows.length + intake.events.length, intake.refused);
}

async function mask({ rows, events, sender }: Intake, { masks }: DoorParts): Promise<void> {
  for (const apply of masks) await apply({ rows, events }, sender.projectId);
}

/** Whole rows only: what events make of a row is known, and priced, where they are folded. */
async function price({ rows }: Intake, { priceRows }: DoorParts): Promise<void> {
  if (rows.length > 0) await priceRows(rows);
}

async function write({ rows, events, bytes, sender, takenAt }: Intake, { writer, receipts, clock }: DoorParts): Promise<void> {
  const items = rows.length + events.length;
  if (items === 0) return;
  await writer.write({ rows, events }, bytes);
  receipts.stored(sender, items, Math.max(0, clock.now() - takenAt / 1000));
}
