import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { HAS, hasPrefix } from './attribute-keys.ts';
import { rebuildIndexed } from './indexed-keys.ts';
import { hit, type InputOutput, type IoSource, parseObject, type Rule, toNumber } from './span.ts';

/* OpenInference (Arize): LlamaIndex, LangChain, CrewAI, Agno, SmolAgents, OpenAI Agents and many more send it. */

const KINDS: ReadonlyMap<unknown, ObservationType> = new Map([
  ['CHAIN', 'CHAIN'],
  ['RETRIEVER', 'RETRIEVER'],
  ['EMBEDDING', 'EMBEDDING'],
  ['AGENT', 'AGENT'],
  ['TOOL', 'TOOL'],
  ['GUARDRAIL', 'GUARDRAIL'],
  ['EVALUATOR', 'EVALUATOR'],
  ['LLM', 'GENERATION'],
] as const);

export const openInferenceType = (span: DecodedSpan): ObservationType | undefined =>
  KINDS.get(span.attributes.get('openinference.span.kind'));

/** Contract §3.5, rule 14. */
export const openInferenceValueIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('input.value'), attributes.get('output.value'));

/** Contract §3.5, rule 19. */
export function openInferenceMessagesIo({ attributes }: IoSource): InputOutput | undefined {
  if (
    !hasPrefix(attributes, 'llm.input_messages.', HAS.inputMessages) &&
    !hasPrefix(attributes, 'llm.output_messages.', HAS.outputMessages)
  ) {
    return undefined;
  }
  return {
    input: rebuildIndexed(attributes, 'llm.input_messages.'),
    output: rebuildIndexed(attributes, 'llm.output_messages.'),
  };
}

export const openInferenceModelParameters = (span: DecodedSpan) => parseObject(span.attributes.get('llm.invocation_parameters'));

/** Contract §3.8: the total only. */
export const openInferenceCost: Rule<Record<string, number>> = (span) => {
  const total = toNumber(span.attributes.get('llm.cost.total'));
  return total === undefined || total < 0 ? undefined : { total };
};
