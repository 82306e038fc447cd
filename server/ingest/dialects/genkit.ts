import type { ObservationType } from '../../../contract/observation.ts';
import { readCount } from '../../../contract/usage/count.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { type Usage, usageOf } from './generic-usage.ts';
import { type InputOutput, type IoSource, isObject, parseObject, parseOrKeep } from './span.ts';

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
  const details: Record<string, number> = {};
  const refused: string[] = [];
  for (const [name, raw] of COUNTS) {
    const count = readCount(told[raw]);
    if (count && 'units' in count) details[name] = count.units;
    else if (count) refused.push(`genkit:output.usage.${raw} ${count.refused}`);
  }
  return usageOf({ details, kept: new Set(), refused });
}

const COUNTS: readonly (readonly [name: string, raw: string])[] = [
  ['input', 'inputTokens'],
  ['output', 'outputTokens'],
  ['total', 'totalTokens'],
  ['output_reasoning', 'thoughtsTokens'],
];
