import type { ObservationRow } from '../../store/analytics/rows.ts';
import { fillTools } from '../dialects/fill-tools.ts';
import { findIo } from '../dialects/find-io.ts';
import { isObject, parseJson, toObject, toText } from '../dialects/span.ts';
import { moveIntoInput } from '../dialects/tool-definitions.ts';
import { type AttributeMap, type Attributes, type AttributeValue, type DecodedEvent, NO_ATTRIBUTES } from '../otlp/decoded.ts';
import { isMessage, type StoredRecord } from './stored-record.ts';

/** Log lines that one step shows, the first in time. */
const MAX_LINES = 200;

/**
 * The row with what the log records of its span tell: messages become its input and output where the span told none, all other records are
 * shown among its events. Pure; completing a completed row with the same records changes nothing, with more records it is as if all had come
 * at once.
 */
export function completeRow(row: ObservationRow, records: readonly StoredRecord[]): ObservationRow {
  const ordered = [...new Map(records.map((record) => [record.id, record])).values()].sort(
    (a, b) => a.time - b.time || (a.id < b.id ? -1 : 1),
  );
  const completed = { ...row };
  completeMessages(completed, ordered.filter(isMessage));
  completed.events = withLines(row.events, ordered.filter((record) => !isMessage(record)).slice(0, MAX_LINES));
  return completed;
}

function completeMessages(row: ObservationRow, messages: readonly StoredRecord[]): void {
  if (messages.length === 0) return;
  const found = findIo({ attributes: NO_ATTRIBUTES, events: messages.map(asEvent), scopeName: messages[0]!.scope });
  const logged = new Set(row.logged_io.split(' '));
  const told = parseJson(row.input);
  if (found?.input && (row.input === '' || logged.has('input') || isFrame(told))) {
    row.input = toText(inFrame(found.input, told));
    logged.add('input');
  }
  if (found?.output && (row.output === '' || logged.has('output'))) {
    row.output = toText(found.output);
    logged.add('output');
  }
  row.logged_io = (['input', 'output'] as const).filter((side) => logged.has(side)).join(' ') as ObservationRow['logged_io'];
  fillTools(row);
}

/** A record as the event of a span: the conventions put into its body what events of spans have as attributes. */
function asEvent({ name, time, body, attributes }: StoredRecord): DecodedEvent {
  // An old message says of itself only which system it is of; a new one has everything in its attributes.
  const own: Attributes = isObject(body) ? new Map(Object.entries(body as AttributeMap)) : new Map();
  if (body !== undefined && body !== null && !isObject(body))
    own.set(name === 'gen_ai.choice' ? 'message' : 'content', body as AttributeValue);
  if (own.size > 0 && isOneMessage(name)) return { name, time, attributes: own };
  const all: Attributes = new Map(attributes);
  for (const key of ['event.name', 'gen_ai.system', 'gen_ai.provider.name']) all.delete(key);
  for (const [key, value] of own) all.set(key, value);
  return { name: name.startsWith('gen_ai.') ? name : 'gen_ai.client.inference.operation.details', time, attributes: all };
}

const isOneMessage = (name: string) => name === 'gen_ai.choice' || /^gen_ai\.\w+\.message$/.test(name);

const rolesOf = (list: readonly unknown[]) => list.map((message) => (isObject(message) ? message.role : undefined));

/** What a span has of an input although it tells no messages: tools, the system prompt. */
function isFrame(told: unknown): boolean {
  const messages = Array.isArray(told) ? told : isObject(told) && Array.isArray(told.tools) ? (told.messages ?? []) : undefined;
  if (!Array.isArray(messages)) return false;
  if (isObject(told) && Object.keys(told).some((key) => key !== 'tools' && key !== 'messages')) return false;
  return rolesOf(messages).every((role) => role === 'system');
}

/** The messages of the log with tools and system prompt of the span. */
function inFrame(input: unknown, told: unknown): unknown {
  const tools = isObject(told) && Array.isArray(told.tools) ? told.tools : [];
  const before = Array.isArray(told) ? told : isObject(told) && Array.isArray(told.messages) ? told.messages : [];
  const list = typeof input === 'string' ? parseJson(input) : input;
  if (!Array.isArray(list)) return tools.length > 0 ? moveIntoInput(input, tools) : input;
  const system = rolesOf(list).includes('system')
    ? []
    : before.filter((message) => isObject(message) && message.role === 'system');
  const messages = [...system, ...(list as unknown[])];
  return tools.length > 0 ? moveIntoInput(messages, tools) : messages;
}

/** The events of the span, then its log lines; those that an earlier round put there are put anew. */
function withLines(events: string, lines: readonly StoredRecord[]): string {
  const parsed = parseJson(events);
  const all = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const own = all.filter((event) => !isObject(event) || event.source !== 'log');
  if (lines.length === 0) return own.length === all.length ? events : own.length === 0 ? '' : toText(own);
  return toText([...own, ...lines.map(lineOf)]);
}

function lineOf({ name, time, severity, body, attributes }: StoredRecord) {
  return {
    name: name || 'log',
    time: new Date(Math.floor(time / 1000)).toISOString(),
    source: 'log',
    attributes: { ...(severity !== '' && { severity }), ...(body !== undefined && { body }), ...toObject(attributes) },
  };
}
