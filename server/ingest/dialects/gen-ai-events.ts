import type { DecodedEvent } from '../otlp/decoded.ts';
import { genAiMessagesIo } from './gen-ai.ts';
import { hit, type InputOutput, type IoSource, toObject } from './span.ts';

/* OpenTelemetry's conventions for generative AI, told as events of the span (Semantic Kernel, Strands and others). */

/** `gen_ai.client.inference.operation.details` (conventions 1.37): its attributes are read as if they were the span's. Contract §3.5, rule 5. */
export function genAiDetailsEventIo({ events }: IoSource): InputOutput | undefined {
  for (const event of events) {
    if (event.name !== 'gen_ai.client.inference.operation.details') continue;
    const found = genAiMessagesIo({ attributes: event.attributes });
    if (found) return found;
  }
  return undefined;
}

const ROLES: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
]);

const withRole = (event: DecodedEvent) => ({ role: ROLES.get(event.name), ...toObject(event.attributes) });

/** One event per message, answers as `gen_ai.choice`. Contract §3.5, rule 6. */
export function genAiMessageEventsIo({ events }: IoSource): InputOutput | undefined {
  if (events.length === 0) return undefined;
  const messages = events.filter((event) => ROLES.has(event.name)).map(withRole);
  const choices = events.filter((event) => event.name === 'gen_ai.choice').map((event) => toObject(event.attributes));
  return hit(messages.length > 0 ? messages : undefined, choices.length > 1 ? choices : choices[0]);
}
