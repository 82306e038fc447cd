import { newId } from '../../lib/ids.ts';

/** The single writes of before the batch protocol (contract §1.20): each is one event of a batch. */
export const LEGACY_WRITES = [
  { method: 'POST', path: '/traces', type: 'trace-create', idKey: 'id' },
  { method: 'POST', path: '/spans', type: 'span-create', idKey: 'id' },
  { method: 'PATCH', path: '/spans', type: 'span-update', idKey: 'spanId' },
  { method: 'POST', path: '/generations', type: 'generation-create', idKey: 'id' },
  { method: 'PATCH', path: '/generations', type: 'generation-update', idKey: 'generationId' },
  { method: 'POST', path: '/events', type: 'event-create', idKey: 'id' },
] as const;

export type LegacyWrite = (typeof LEGACY_WRITES)[number];

/**
 * The event that says the same as a legacy write. A created thing without an id gets one; `prompt` and `completion` of old generations
 * are input and output.
 * @param body JSON of the request, any; what is wrong with it the check of the event says
 */
export function eventOf(write: LegacyWrite, body: unknown, now: Date): Record<string, unknown> {
  const event = { id: newId(), timestamp: now.toISOString(), type: write.type };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { ...event, body };
  const { [write.idKey]: id, prompt, completion, ...rest } = body as Record<string, unknown>;
  const creates = write.type.endsWith('-create');
  const said: Record<string, unknown> = { ...rest, id: creates ? (id ?? newId()) : id };
  if (prompt !== undefined) said.input ??= prompt;
  if (completion !== undefined) said.output ??= completion;
  return { ...event, body: said };
}
