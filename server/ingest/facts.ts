import { newId } from '../lib/ids.ts';
import { type EventRow, emptyObservation, type Micros, type ObservationRow } from '../store/analytics/rows.ts';
import type { ObservationBody, TraceBody } from './langfuse/bodies.ts';
import type { EVENT_KINDS } from './langfuse/events.ts';
import type { ScoreBody } from './langfuse/score.ts';
import { recordEvent } from './logs/stored-record.ts';
import type { DecodedLogRecord } from './otlp/decoded.ts';
import type { Sender } from './types.ts';

/** What is said in one piece: who says it again under the same id and time says it once. */
interface Statement<Body> {
  /** A new one when absent. */
  eventId?: string;
  /** When it was said, which decides between statements; now when absent. */
  at?: Micros;
  body: Body;
}

type EventType = keyof typeof EVENT_KINDS;

/** One statement about a trace. */
export interface TraceEdit extends Statement<TraceBody> {
  type: 'trace-create';
}

/** One statement about an observation. `promptId` is the door's to fill. */
export interface ObservationEdit extends Statement<ObservationBody> {
  type: Exclude<EventType, 'trace-create' | 'score-create' | 'sdk-log'>;
}

export type Edit = TraceEdit | ObservationEdit;

/** One score, settled: it keeps to its config. */
export type ScoreFact = Statement<ScoreBody>;

/** Everything that can be written, in the one form in which the door takes it. */
export interface Facts {
  /** Whole observations, without a price: see `spanOf`. */
  spans: ObservationRow[];
  scores: ScoreFact[];
  /** What is said of a trace or an observation piece by piece, and folded. */
  edits: Edit[];
  /** Log records of OTLP that belong to a span. */
  records: DecodedLogRecord[];
}

/** A whole observation with what its sender is known by, to be filled. */
export const spanOf = (
  sender: Sender,
  traceId: string,
  id: string,
  fields: Partial<Omit<ObservationRow, 'project_id' | 'trace_id' | 'id'>> = {},
): ObservationRow => ({ ...emptyObservation(sender.projectId, traceId, id), ...fields, ...marksOf(sender), via: sender.via });

/** A sender within the server: nobody's key. `via` says which door it stands behind. */
export const insideSender = (projectId: string, via: Sender['via']): Sender => ({
  projectId,
  publicKey: '',
  scope: 'full',
  via,
  sdkName: '',
  sdkVersion: '',
});

const marksOf = ({ publicKey, sdkName, sdkVersion }: Sender) => ({
  api_key: publicKey,
  sdk_name: sdkName,
  sdk_version: sdkVersion,
});

/** Edits and scores as events of the log. */
export function eventsOf(
  { edits, scores, records = [] }: Pick<Facts, 'edits' | 'scores'> & Partial<Facts>,
  sender: Sender,
  now: Micros,
): EventRow[] {
  const events: EventRow[] = [];
  const add = (entity: EventRow['entity'], event_type: string, { eventId, at, body }: Statement<{ id: string }>) =>
    events.push({
      project_id: sender.projectId,
      entity,
      entity_id: body.id,
      event_id: eventId ?? newId(),
      event_time: at ?? now,
      event_type,
      body: JSON.stringify(body),
      ...marksOf(sender),
      received_at: now,
    });
  for (const edit of edits) add(edit.type === 'trace-create' ? 'trace' : 'observation', edit.type, edit);
  for (const score of scores) add('score', 'score-create', score);
  for (const record of records) events.push(recordEvent(record, sender, now));
  return events;
}
