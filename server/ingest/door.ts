import { type Clock, uniqueMicros } from '../lib/clock.ts';
import { AppError, forbidden } from '../lib/errors.ts';
import type { Micros, ScoreRow } from '../store/analytics/rows.ts';
import { createInnerDoor, type InnerDoor, type InnerDoorParts } from './inner-door.ts';
import { type BatchAnswer, decodeBatch, readEnvelope } from './langfuse/decode-batch.ts';
import { decodeScore, scoreDeletion } from './langfuse/decode-score.ts';
import { eventOf, type LegacyWrite } from './langfuse/legacy-writes.ts';
import type { FindScoreConfig } from './langfuse/score.ts';
import { readLogExport } from './read-logs.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { Circumstances, NormalisedExport, Refusal, Sender } from './types.ts';

/** Encodings of an OTLP export. */
export type OtlpFormat = 'protobuf' | 'json';

/** Decodes one OTLP export and makes whole rows of it. @throws AppError 400 when it cannot be read at all */
export type ReadExport = (
  body: Buffer,
  format: OtlpFormat,
  sender: Sender,
  now: Micros,
) => Promise<NormalisedExport> | NormalisedExport;

export interface DoorParts extends InnerDoorParts {
  readExport: ReadExport;
  findScoreConfig: FindScoreConfig;
  receipts: Receipts;
  clock: Clock;
}

/**
 * The one way in for facts, whatever protocol brought them. Every method resolves only after what it took is stored; a bad item is
 * refused and costs only itself. A rejected promise means that nothing of the request was promised and that it may be sent again; to
 * count it is the surface's, which knows who was told.
 *
 * The methods named after a protocol decode and check what it brought, and end in `accept`, as does what the server itself has to say.
 */
export interface Door extends InnerDoor {
  /**
   * @param body decompressed
   * @throws AppError 400 unreadable, 403 not a full key, 429/503 full
   */
  acceptOtlp(
    body: Buffer,
    format: OtlpFormat,
    sender: Sender,
    circumstances?: Circumstances,
  ): Promise<{ accepted: number; refused: Refusal[] }>;
  /**
   * An OTLP export of logs: records that belong to a span are kept and complete it, whichever comes first.
   * @param body decompressed
   * @throws AppError 400 unreadable, 403 not a full key, 429/503 full
   */
  acceptLogs(body: Buffer, format: OtlpFormat, sender: Sender, circumstances?: Circumstances): Promise<{ refused: Refusal[] }>;
  /**
   * A batch of events: they come as Langfuse's SDKs send them. @param payload parsed JSON of the request; @param bytes its size
   * @throws AppError 400 `InvalidEnvelope` with issues as details, 429/503 full
   */
  acceptBatch(payload: unknown, sender: Sender, bytes: number, circumstances?: Circumstances): Promise<BatchAnswer>;
  /** A single write of before the batches. @throws AppError as the event's own error, 429/503 full */
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

export function createDoor(parts: DoorParts): Door {
  const inner = createInnerDoor(parts);

  const takeBatch = async (batch: readonly unknown[], sender: Sender, bytes: number, circumstances?: Circumstances) => {
    const takenAt = uniqueMicros(parts.clock);
    const { facts, refused, answer } = await decodeBatch(batch, sender, takenAt, parts);
    await inner.accept(facts, sender, { ...circumstances, bytes, takenAt, refused });
    return { facts, answer };
  };

  return {
    ...inner,
    async acceptOtlp(body, format, sender, circumstances) {
      requireFull(sender);
      const takenAt = uniqueMicros(parts.clock);
      const { rows, refused } = await parts.readExport(body, format, sender, takenAt);
      await inner.accept({ spans: rows }, sender, { ...circumstances, bytes: body.length, takenAt, refused });
      return { accepted: rows.length, refused };
    },
    async acceptLogs(body, format, sender, circumstances) {
      requireFull(sender);
      const takenAt = uniqueMicros(parts.clock);
      const { records, refused } = await readLogExport(body, format);
      await inner.accept({ records }, sender, { ...circumstances, bytes: body.length, takenAt, refused });
      return { refused };
    },
    async acceptBatch(payload, sender, bytes, circumstances) {
      const { batch, sdkName, sdkVersion } = readEnvelope(payload);
      const told = sender.sdkName === '' ? { ...sender, sdkName, sdkVersion } : sender;
      return (await takeBatch(batch, told, bytes, circumstances)).answer;
    },
    async acceptLegacy(legacy, body, sender, bytes) {
      const event = eventOf(legacy, body, new Date(parts.clock.now()));
      const { facts, answer } = await takeBatch([event], sender, bytes);
      const [error] = answer.errors;
      if (error) throw new AppError(error.status, CODES[error.status] ?? 'InvalidRequestError', error.error);
      return { id: facts.edits[0]!.body.id };
    },
    async acceptScore(score, sender, sources, bytes = Buffer.byteLength(JSON.stringify(score) ?? '')) {
      const fact = await decodeScore(score, sources, sender, parts.findScoreConfig);
      await inner.accept({ scores: [fact] }, sender, { bytes });
      return { id: fact.body.id };
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
function requireFull(sender: Sender): void {
  if (sender.scope !== 'full') {
    throw forbidden('Access denied: a public key alone may only write scores. Use the key pair.');
  }
}
