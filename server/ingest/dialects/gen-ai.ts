import type { Level, ObservationType } from '../../../contract/observation.ts';
import type { Attributes, AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import { HAS, hasPrefix } from './attribute-keys.ts';
import { rebuildIndexed } from './indexed-keys.ts';
import {
  firstSaid,
  firstTruthy,
  hit,
  type InputOutput,
  type IoSource,
  isObject,
  parseJson,
  type Rule,
  says,
  toNumber,
} from './span.ts';

/* OpenTelemetry's conventions for generative AI, attributes only; their events are in gen-ai-events.ts. */

const OPERATIONS: ReadonlyMap<unknown, ObservationType> = new Map([
  ['chat', 'GENERATION'],
  ['completion', 'GENERATION'],
  ['text_completion', 'GENERATION'],
  ['generate_content', 'GENERATION'],
  ['generate', 'GENERATION'],
  ['embeddings', 'EMBEDDING'],
  ['invoke_agent', 'AGENT'],
  ['create_agent', 'AGENT'],
  ['execute_tool', 'TOOL'],
  ['retrieval', 'RETRIEVER'],
  // It runs agents and repeats the sum of what they used; it calls no model itself.
  ['invoke_workflow', 'CHAIN'],
] as const);

export const genAiOperationType = (span: DecodedSpan): ObservationType | undefined =>
  OPERATIONS.get(span.attributes.get('gen_ai.operation.name'));

export const genAiToolType = (span: DecodedSpan): ObservationType | undefined =>
  firstTruthy(span.attributes, ['gen_ai.tool.name', 'gen_ai.tool.call.id']) ? 'TOOL' : undefined;

/**
 * The tool of a span that ran it. On a call of a model the same attribute names the tool that the model asked for (OpenLIT), on an agent
 * one of those that it has.
 */
export const genAiToolName: Rule<AttributeValue> = ({ attributes }) => {
  const name = attributes.get('gen_ai.tool.name');
  if (!name) return undefined;
  const type = OPERATIONS.get(attributes.get('gen_ai.operation.name'));
  return type === undefined || type === 'TOOL' ? name : undefined;
};

/** The conventions ask for `error.type` on what failed, and some set no status beside it; Strands has a word of its own for tools. */
export function genAiFailed({ attributes, statusCode }: DecodedSpan): Level | undefined {
  if (statusCode !== 0 && attributes.get('gen_ai.tool.status') !== 'error') return undefined;
  if (!attributes.has('gen_ai.operation.name')) return undefined;
  return firstTruthy(attributes, ['error.type']) || attributes.get('gen_ai.tool.status') === 'error' ? 'ERROR' : undefined;
}

const MODEL_KEYS = [
  'langfuse.observation.model.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'llm.model_name',
  'model',
];

/** Whatever names a model is taken for a call of it (contract §3.3, row 10). */
export const modelNamedType = (span: DecodedSpan): ObservationType | undefined =>
  firstTruthy(span.attributes, MODEL_KEYS) ? 'GENERATION' : undefined;

/** Contract §3.5, rule 20. */
export function genAiMessagesIo({ attributes }: Pick<IoSource, 'attributes'>): InputOutput | undefined {
  const messages = attributes.get('gen_ai.input.messages');
  const input = messages ? withSystem(messages, attributes) : attributes.get('gen_ai.tool.call.arguments');
  const output = firstSaid(attributes, ['gen_ai.output.messages', 'gen_ai.tool.call.result']);
  return hit(input, output);
}

/** Contract §3.5, rule 18: a whole attribute, or one attribute per field of each message. */
export function genAiFlattenedIo({ attributes }: IoSource): InputOutput | undefined {
  const prompt = attributes.get('gen_ai.prompt');
  const completion = attributes.get('gen_ai.completion');
  if (
    !says(prompt) &&
    !says(completion) &&
    !hasPrefix(attributes, 'gen_ai.prompt.', HAS.prompt) &&
    !hasPrefix(attributes, 'gen_ai.completion.', HAS.completion)
  ) {
    return undefined;
  }
  return {
    input: says(prompt) ? prompt : rebuildIndexed(attributes, 'gen_ai.prompt.'),
    output: says(completion) ? completion : rebuildIndexed(attributes, 'gen_ai.completion.'),
  };
}

/** Messages with `gen_ai.system_instructions` put before them, unless a system message is there. A list in a text stays a text. */
export function withSystem(messages: AttributeValue, attributes: Attributes): unknown {
  const instructions = systemText(attributes.get('gen_ai.system_instructions'));
  if (instructions === '') return messages;
  const list = typeof messages === 'string' ? parseJson(messages) : messages;
  if (!Array.isArray(list)) return messages;
  const hasSystem = list.some((message: unknown) => {
    const read = typeof message === 'string' ? parseJson(message) : message;
    return isObject(read) && read.role === 'system';
  });
  if (hasSystem) return messages;
  const whole = [{ role: 'system', content: instructions }, ...(list as unknown[])];
  return typeof messages === 'string' ? JSON.stringify(whole) : whole;
}

/** A list of parts (their contents, one a line) or plain text. */
function systemText(value: AttributeValue | undefined): string {
  if (value === undefined) return '';
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  const parts = Array.isArray(parsed) ? parsed : isObject(parsed) ? [parsed] : undefined;
  if (!parts) return typeof value === 'string' ? value : '';
  return parts
    .map((part: unknown) => {
      const read = typeof part === 'string' ? (parseJson(part) ?? part) : part;
      if (typeof read === 'string') return read;
      return isObject(read) && typeof read.content === 'string' ? read.content : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}

/**
 * Milliseconds from the start to the first chunk of a stream, rounded up. The conventions count it in seconds; the second name is the one
 * that the AI SDK of Vercel has used since its version 7.
 */
export function genAiFirstChunk({ attributes }: DecodedSpan): number | undefined {
  const seconds = toNumber(
    attributes.get('gen_ai.response.time_to_first_chunk') ?? attributes.get('gen_ai.client.operation.time_to_first_chunk'),
  );
  return seconds === undefined || seconds < 0 ? undefined : Math.ceil(seconds * 1000);
}

/** Contract §3.6, last row: every `gen_ai.request.*` and `llm.invocation_parameters.*` but the model. */
export function genAiRequestParameters(span: DecodedSpan): Record<string, unknown> | undefined {
  let found: Record<string, unknown> | undefined;
  for (const [key, value] of span.attributes) {
    const name = key.startsWith('gen_ai.request.')
      ? key.slice('gen_ai.request.'.length)
      : key.startsWith('llm.invocation_parameters.')
        ? key.slice('llm.invocation_parameters.'.length)
        : '';
    if (name === '' || name === 'model') continue;
    found ??= {};
    found[name] = value;
  }
  return found;
}

export const genAiCost: Rule<Record<string, number>> = (span) => {
  const total = toNumber(span.attributes.get('gen_ai.usage.cost'));
  return total === undefined || total < 0 ? undefined : { total };
};
