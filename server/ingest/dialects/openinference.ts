import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { HAS, hasPrefix } from './attribute-keys.ts';
import { rebuildIndexed } from './indexed-keys.ts';
import { type InputOutput, type IoSource, parseJson, parseObject, type Rule, says, toNumber } from './span.ts';
import { toolCallsIn } from './tool-calls.ts';

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

/**
 * What LlamaIndex calls a model call although it only builds the arguments of one: its output is the request that the call below it sends.
 */
export const openInferencePreparation = (span: DecodedSpan): ObservationType | undefined =>
  span.attributes.get('openinference.span.kind') === 'LLM' && span.name.endsWith('._prepare_chat_with_tools')
    ? 'CHAIN'
    : undefined;

/** Contract §3.5, rule 14; messages stand in for a value that says less than they do. */
export function openInferenceValueIo(source: IoSource): InputOutput | undefined {
  const input = source.attributes.get('input.value');
  const output = source.attributes.get('output.value');
  if (!says(input) && !says(output)) return undefined;
  const messages = openInferenceMessagesIo(source);
  return { input: fuller(input, messages?.input), output: fuller(output, messages?.output) };
}

/** Python's way to print an object: `ChatMessage(role=<MessageRole.USER: 'user'>, …)`. */
const PYTHON_REPR = /^\s*\w+\(\w+=/;

/** The value, or the messages where the value is a printed object or leaves a call of a tool out that the messages tell. */
function fuller(value: unknown, messages: unknown): unknown {
  if (!says(value)) return messages;
  if (!Array.isArray(messages) || messages.length === 0) return value;
  const read = parseJson(value) ?? value;
  if (isPrinted(read)) return messages;
  return toolCallsIn(messages).length > toolCallsIn(read).length ? messages : value;
}

function isPrinted(read: unknown): boolean {
  if (typeof read !== 'object' || read === null) return typeof read === 'string' && PYTHON_REPR.test(read);
  const lists = Array.isArray(read) ? [read] : Object.values(read).filter((entry) => Array.isArray(entry));
  return lists.some((list) => (list as unknown[]).flat().some((entry) => typeof entry === 'string' && PYTHON_REPR.test(entry)));
}

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
