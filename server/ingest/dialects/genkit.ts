import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import type { Usage } from './generic-usage.ts';
import { type InputOutput, type IoSource, isObject, parseObject, parseOrKeep, toNumber } from './span.ts';

/* Firebase Genkit. */

const SCOPE = 'genkit-tracer';

const SUBTYPES: ReadonlyMap<unknown, ObservationType> = new Map([
  ['model', 'GENERATION'],
  ['background-model', 'GENERATION'],
  ['embedder', 'EMBEDDING'],
  ['tool', 'TOOL'],
  ['tool.v2', 'TOOL'],
  ['retriever', 'RETRIEVER'],
  ['evaluator', 'EVALUATOR'],
] as const);

export const genkitType = (span: DecodedSpan): ObservationType | undefined =>
  SUBTYPES.get(span.attributes.get('genkit:metadata:subtype'));

export const genkitModel = (span: DecodedSpan) =>
  span.attributes.get('genkit:metadata:subtype') === 'model' ? span.attributes.get('genkit:name') : undefined;

/** Contract §3.5, rule 2: always answers for Genkit's spans. */
export function genkitIo({ attributes, scopeName }: IoSource): InputOutput | undefined {
  if (scopeName !== SCOPE) return undefined;
  const input = parseOrKeep(attributes.get('genkit:input'));
  const output = parseOrKeep(attributes.get('genkit:output'));
  return {
    input: isObject(input) ? (input.messages ?? input) : input,
    output: isObject(output) ? (output.message ?? output) : output,
  };
}

/** The configuration of the request. Contract §3.6. */
export function genkitModelParameters(span: DecodedSpan): Record<string, unknown> | undefined {
  if (span.scope.name !== SCOPE) return undefined;
  const asked = parseObject(span.attributes.get('genkit:input'))?.config;
  if (isObject(asked)) return asked;
  const request = parseObject(span.attributes.get('genkit:output'))?.request;
  return isObject(request) && isObject(request.config) ? request.config : undefined;
}

/** Contract §3.7: thoughts are counted in the output and taken out of it. */
export function genkitUsage(span: DecodedSpan): Usage | undefined {
  if (span.scope.name !== SCOPE) return undefined;
  const told = parseObject(span.attributes.get('genkit:output'))?.usage;
  if (!isObject(told)) return undefined;
  const input = toNumber(told.inputTokens);
  const output = toNumber(told.outputTokens);
  const thoughts = toNumber(told.thoughtsTokens);
  const total = toNumber(told.totalTokens);
  const details: Record<string, number> = {};
  if (input !== undefined) details.input = input;
  if (output !== undefined) details.output = Math.max(0, output - (thoughts ?? 0));
  if (total !== undefined) details.total = total;
  if (thoughts !== undefined) details.output_reasoning = thoughts;
  return { details };
}
