import { hit, type InputOutput, type IoSource } from './span.ts';

/*
 * OpenLLMetry (Traceloop). `traceloop.span.kind` says nothing for us (contract §3.3); its calls of a model are found by the conventions
 * for generative AI, its flattened messages by `genAiFlattenedIo`.
 */

/** Contract §3.5, rule 13. */
export const traceloopIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('traceloop.entity.input'), attributes.get('traceloop.entity.output'));
