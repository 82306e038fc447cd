import type { DecodedSpan } from '../otlp/decoded.ts';
import { withSystem } from './gen-ai.ts';
import { hit, type InputOutput, type IoSource, isObject, parseJson, parseObject } from './span.ts';

/* Logfire and Pydantic AI, in all their generations; Pipecat shares the plain `input` / `output`. */

/** Contract §3.5, rule 9. */
export const logfirePromptIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('prompt'), attributes.get('all_messages_events'));

/** Contract §3.5, rule 11: messages in the attribute `events`, the answer among them. */
export function logfireEventsIo({ attributes }: IoSource): InputOutput | undefined {
  const given = attributes.get('events');
  if (!given) return undefined;
  const parsed = parseJson(given);
  if (!Array.isArray(parsed)) return undefined;
  const events = parsed.map((entry: unknown) => (typeof entry === 'string' ? (parseJson(entry) ?? entry) : entry));
  const isChoice = (entry: unknown) => isObject(entry) && entry['event.name'] === 'gen_ai.choice';
  const messages = events.filter((entry) => !isChoice(entry));
  return hit(messages.length > 0 ? messages : undefined, events.find(isChoice));
}

/** Contract §3.5, rule 15. */
export const plainInputOutputIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('input'), attributes.get('output'));

/** Contract §3.5, rule 16. */
export function pydanticAiRunIo({ attributes, scopeName }: IoSource): InputOutput | undefined {
  if (scopeName !== 'pydantic-ai') return undefined;
  const messages = attributes.get('pydantic_ai.all_messages');
  return hit(messages && withSystem(messages, attributes), attributes.get('final_result'));
}

/** Contract §3.5, rule 17. */
export const pydanticAiToolIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('tool_arguments'), attributes.get('tool_response'));

export const pydanticAiModelParameters = (span: DecodedSpan) => parseObject(span.attributes.get('model_config'));
