import { createHash } from 'node:crypto';
import { type EventRow, logEntityId, type Micros } from '../../store/analytics/rows.ts';
import { parseJson, parseObject, toObject, toText } from '../dialects/span.ts';
import type { Attributes, AttributeValue, DecodedLogRecord } from '../otlp/decoded.ts';
import { jsonText } from '../otlp/json-text.ts';
import type { Sender } from '../types.ts';

/** A log record as it is kept, in the log of the span that it belongs to. */
export interface StoredRecord {
  id: string;
  time: Micros;
  name: string;
  severity: string;
  body: unknown;
  attributes: Attributes;
  scope: string;
}

/** Longest body of a record that is no message; messages are kept whole. */
const MAX_LINE = 20_000;

/** Whether the record tells what a model was asked or answered, by the conventions' names for that. */
export const isMessage = ({ name, attributes }: Pick<StoredRecord, 'name' | 'attributes'>): boolean =>
  name.startsWith('gen_ai.') || attributes.has('gen_ai.input.messages') || attributes.has('gen_ai.output.messages');

/** The record as an event of the log. Its id is its content: what is sent again is the same row. */
export function recordEvent(record: DecodedLogRecord, sender: Sender, now: Micros): EventRow {
  const { traceId, spanId, time, name, severity, attributes } = record;
  const body = isMessage(record) ? record.body : cut(record.body);
  const told = jsonText({ name, severity, body, attributes: toObject(attributes), scope: record.scope.name });
  return {
    project_id: sender.projectId,
    entity: 'log',
    entity_id: logEntityId(traceId, spanId),
    event_id: createHash('sha256')
      .update(`${time ?? ''} ${told}`)
      .digest('hex')
      .slice(0, 32),
    event_time: time ?? now,
    event_type: isMessage(record) ? 'message' : 'line',
    body: told,
    api_key: sender.publicKey,
    sdk_name: sender.sdkName,
    sdk_version: sender.sdkVersion,
    received_at: now,
  };
}

const cut = (body: AttributeValue | undefined): AttributeValue | undefined => {
  const text = toText(body);
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : body;
};

/** What `recordEvent` kept. */
export function readRecord({ event_id, event_time, body }: Pick<EventRow, 'event_id' | 'event_time' | 'body'>): StoredRecord {
  const told = parseObject(parseJson(body)) ?? {};
  return {
    id: event_id,
    time: event_time,
    name: toText(told.name),
    severity: toText(told.severity),
    body: told.body,
    attributes: new Map(Object.entries((parseObject(told.attributes) ?? {}) as Record<string, AttributeValue>)),
    scope: toText(told.scope),
  };
}
