import type { Attributes, AttributeValue, DecodedEvent } from '../otlp/decoded.ts';
import { genAiMessagesIo } from './gen-ai.ts';
import { hit, type InputOutput, type IoSource, parseJson, toObject } from './span.ts';

/* OpenTelemetry's conventions for generative AI, told as events of the span (Semantic Kernel, Strands and others). */

const DETAILS = 'gen_ai.client.inference.operation.details';
/** What details events tell; the span may tell some of it itself. */
const DETAIL_KEYS = ['gen_ai.system_instructions', 'gen_ai.input.messages', 'gen_ai.output.messages'] as const;

/**
 * `gen_ai.client.inference.operation.details` (conventions 1.37): its attributes are read as if they were the span's. Strands sends one event
 * for the system prompt, one for the input and one for the output, so all of them are read together. Contract §3.5, rule 5.
 */
export function genAiDetailsEventIo({ attributes, events }: IoSource): InputOutput | undefined {
  const details = events.filter((event) => event.name === DETAILS);
  if (details.length === 0) return undefined;
  const told: Attributes = new Map();
  for (const { attributes: its } of details) {
    for (const [key, value] of its) told.set(key, joined(told.get(key), value));
  }
  if (!DETAIL_KEYS.some((key) => told.get(key))) return genAiMessagesIo({ attributes: told });
  for (const key of DETAIL_KEYS) {
    const own = attributes.get(key);
    if (own && !told.get(key)) told.set(key, own);
  }
  return genAiMessagesIo({ attributes: told });
}

/** Lists of messages one behind the other; of anything else the later. Said twice is said once. */
function joined(before: AttributeValue | undefined, after: AttributeValue): AttributeValue {
  if (before === undefined || JSON.stringify(before) === JSON.stringify(after)) return after;
  const [first, second] = [parseJson(before), parseJson(after)];
  if (!Array.isArray(first) || !Array.isArray(second)) return after;
  return JSON.stringify([...(first as unknown[]), ...(second as unknown[])]);
}

const ROLES: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
]);

const withRole = (event: DecodedEvent) => ({ role: ROLES.get(event.name), ...readMessage(event) });

/** Attributes hold texts, so lists of parts and whole messages come as JSON text in them. */
function readMessage({ attributes }: DecodedEvent): Record<string, unknown> {
  const message = toObject(attributes);
  for (const key of ['content', 'message', 'tool_calls'] as const) {
    const read = typeof message[key] === 'string' ? parseJson(message[key]) : undefined;
    if (typeof read === 'object' && read !== null) message[key] = read;
  }
  return message;
}

/** One event per message, answers as `gen_ai.choice`. Contract §3.5, rule 6. */
export function genAiMessageEventsIo({ events }: IoSource): InputOutput | undefined {
  if (events.length === 0) return undefined;
  const messages = events.filter((event) => ROLES.has(event.name)).map(withRole);
  const choices = events.filter((event) => event.name === 'gen_ai.choice').map(readMessage);
  return hit(messages.length > 0 ? messages : undefined, choices.length > 1 ? choices : choices[0]);
}
