import type { ObservationType } from '../../../contract/observation.ts';
import type { Attributes, DecodedSpan } from '../otlp/decoded.ts';
import { hit, type InputOutput, type IoSource } from './span.ts';

/*
 * OpenLLMetry (Traceloop). Its decorators say what a step is by `traceloop.span.kind`; its calls of a model are found by the conventions for
 * generative AI, its flattened messages by `genAiFlattenedIo`.
 */

const KINDS: ReadonlyMap<unknown, ObservationType> = new Map([
  ['workflow', 'CHAIN'],
  ['task', 'CHAIN'],
  ['agent', 'AGENT'],
  ['tool', 'TOOL'],
] as const);

export const traceloopType = ({ attributes }: DecodedSpan): ObservationType | undefined =>
  KINDS.get(attributes.get('traceloop.span.kind'));

/** Contract §3.5, rule 13. */
export const traceloopIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('traceloop.entity.input'), attributes.get('traceloop.entity.output'));

/** Everything that a program tells of its trace goes out below this prefix, attributes of Langfuse too. */
export const ASSOCIATION = 'traceloop.association.properties.';
const LANGFUSE = `${ASSOCIATION}langfuse.`;

/** The span with Langfuse's attributes under their own names; what the span says itself stays. */
export function liftAssociations(span: DecodedSpan): DecodedSpan {
  let attributes: Attributes | undefined;
  for (const [key, value] of span.attributes) {
    if (!key.startsWith(LANGFUSE)) continue;
    const name = key.slice(ASSOCIATION.length);
    if (span.attributes.has(name)) continue;
    attributes ??= new Map(span.attributes);
    attributes.set(name, value);
  }
  return attributes ? { ...span, attributes } : span;
}
