import type { ZodType } from 'zod';
import type { EventRow } from '../../store/analytics/rows.ts';
import { eventBody, generationBody, sdkLogBody, spanBody, traceBody, typedObservationBody } from './bodies.ts';
import { scoreEventInput } from './score.ts';

/** What an event type of the batch protocol means (contract §2.2). */
interface EventKind {
  entity: EventRow['entity'];
  body: ZodType;
  /** Updates are folded after creates of the same time. */
  update?: true;
  /** A public key without its secret may send it. */
  open?: true;
}

export const EVENT_KINDS = {
  'trace-create': { entity: 'trace', body: traceBody },
  'span-create': { entity: 'observation', body: spanBody },
  'span-update': { entity: 'observation', body: spanBody, update: true },
  'generation-create': { entity: 'observation', body: generationBody },
  'generation-update': { entity: 'observation', body: generationBody, update: true },
  'event-create': { entity: 'observation', body: eventBody },
  'agent-create': { entity: 'observation', body: generationBody },
  'tool-create': { entity: 'observation', body: generationBody },
  'chain-create': { entity: 'observation', body: generationBody },
  'retriever-create': { entity: 'observation', body: generationBody },
  'evaluator-create': { entity: 'observation', body: generationBody },
  'embedding-create': { entity: 'observation', body: generationBody },
  'guardrail-create': { entity: 'observation', body: generationBody },
  'observation-create': { entity: 'observation', body: typedObservationBody },
  'observation-update': { entity: 'observation', body: typedObservationBody, update: true },
  'score-create': { entity: 'score', body: scoreEventInput, open: true },
  'sdk-log': { entity: 'log', body: sdkLogBody, open: true },
} as const satisfies Readonly<Record<string, EventKind>>;

/** What a type of the wire means; undefined when it is none. */
export const eventKind = (type: string): EventKind | undefined =>
  Object.hasOwn(EVENT_KINDS, type) ? EVENT_KINDS[type as keyof typeof EVENT_KINDS] : undefined;
