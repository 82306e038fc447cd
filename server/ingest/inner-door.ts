import { setImmediate } from 'node:timers/promises';
import { type Clock, uniqueMicros } from '../lib/clock.ts';
import { forbidden } from '../lib/errors.ts';
import type { EventRow, Micros, ObservationRow } from '../store/analytics/rows.ts';
import { eventsOf, type Facts } from './facts.ts';
import { linkEdits, linkPrompts, rememberPrompts } from './link-prompts.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { Circumstances, FindPrompt, PriceRows, Refusal, Sender } from './types.ts';

/** Changes rows and events in place so that what must not be stored is gone; later stages see nothing else. */
export type Mask = (taken: { rows: ObservationRow[]; events: EventRow[] }, projectId: string) => Promise<void> | void;

/** The write stage: resolves when everything is stored and can be queried. @throws AppError 429 or 503 when it cannot take more */
export interface Writer {
  write(taken: { rows: ObservationRow[]; events: EventRow[] }, bytes: number, signal?: AbortSignal): Promise<void>;
}

export interface InnerDoorParts {
  findPrompt: FindPrompt;
  masks: readonly Mask[];
  priceRows: PriceRows;
  writer: Writer;
  receipts: Receipts;
  clock: Clock;
}

export interface TakenFrom extends Circumstances {
  /** Size of what was sent, for the bound of the write buffer; measured when absent. */
  bytes?: number;
  /** When it came, from `uniqueMicros`; now when absent. */
  takenAt?: Micros;
  /** What the decoder refused of it, to be counted with it. */
  refused?: readonly Refusal[];
}

/** Where everything that writes facts ends. */
export interface InnerDoor {
  /**
   * Links prompts, masks, prices and stores; resolves when the facts can be read. The spans become the door's.
   * @param sender whose facts they are: its `via` tells how they came, its project holds them
   * @throws AppError 403 a public key alone brings anything but scores; 429/503 full; the signal's reason
   */
  accept(facts: Partial<Facts>, sender: Sender, from?: TakenFrom): Promise<void>;
}

/** Facts on their way through the stages. */
interface Intake extends Facts {
  readonly sender: Sender;
  readonly takenAt: Micros;
  readonly refused: readonly Refusal[];
  readonly bytes: number | undefined;
  readonly signal: AbortSignal | undefined;
  events: EventRow[];
}

type Stage = (intake: Intake, parts: InnerDoorParts) => Promise<void> | void;

/** The way of a fact before it is written. */
const PREPARING: readonly Stage[] = [admit, link, log, mask, price];

export function createInnerDoor(parts: InnerDoorParts): InnerDoor {
  return {
    async accept({ spans = [], scores = [], edits = [], records = [] }, sender, from = {}) {
      const { bytes, takenAt, refused = [], signal, prepared } = from;
      const taken = { spans, scores, edits, records, sender, refused, bytes, signal };
      const intake: Intake = { ...taken, events: [], takenAt: takenAt ?? uniqueMicros(parts.clock) };
      for (const stage of PREPARING) {
        signal?.throwIfAborted();
        await stage(intake, parts);
      }
      prepared?.();
      await write(intake, parts);
    },
  };
}

function admit({ spans, scores, edits, records, sender, refused }: Intake, { receipts }: InnerDoorParts): void {
  if (sender.scope !== 'full' && spans.length + edits.length + records.length > 0) {
    throw forbidden('Access denied: a public key alone may only write scores. Use the key pair.');
  }
  const stray = spans.find(({ project_id }) => project_id !== sender.projectId);
  if (stray) throw new Error(`a span of project ${stray.project_id} came with a sender of ${sender.projectId}`);
  receipts.accepted(sender, spans.length + scores.length + edits.length + records.length, [...refused]);
}

async function link({ spans, edits, sender }: Intake, parts: InnerDoorParts): Promise<void> {
  const findPrompt = rememberPrompts(parts.findPrompt);
  await linkPrompts(spans, findPrompt);
  await linkEdits(edits, sender.projectId, findPrompt);
}

function log(intake: Intake): void {
  intake.events = eventsOf(intake, intake.sender, intake.takenAt);
}

async function mask({ spans, events, sender }: Intake, { masks }: InnerDoorParts): Promise<void> {
  for (const apply of masks) await apply({ rows: spans, events }, sender.projectId);
}

/** Whole rows only: what events make of a row is known, and priced, where they are folded. */
async function price({ spans, signal }: Intake, { priceRows }: InnerDoorParts): Promise<void> {
  for (let i = 0; i < spans.length; i += PRICED_AT_ONCE) {
    if (i > 0) await setImmediate();
    signal?.throwIfAborted();
    await priceRows(spans.length <= PRICED_AT_ONCE ? spans : spans.slice(i, i + PRICED_AT_ONCE));
  }
}

/** Between so many rows others get their turn, and it is asked whether anybody still waits. */
const PRICED_AT_ONCE = 250;

async function write(intake: Intake, { writer, receipts, clock }: InnerDoorParts): Promise<void> {
  const { spans, events, sender, takenAt, signal, bytes = sizeOf(intake) } = intake;
  const items = spans.length + events.length;
  if (items === 0) return;
  await writer.write({ rows: spans, events }, bytes, signal);
  receipts.stored(sender, items, Math.max(0, clock.now() - takenAt / 1000));
}

/** About the bytes of what the server itself brings. */
const sizeOf = ({ spans, events }: Intake): number =>
  spans.reduce((sum, { input, output, events: logged }) => sum + 500 + input.length + output.length + logged.length, 0) +
  events.reduce((sum, { body }) => sum + 200 + body.length, 0);
