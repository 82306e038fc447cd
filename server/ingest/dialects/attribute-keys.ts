import type { Attributes } from '../otlp/decoded.ts';
import { LIVEKIT_IO } from './livekit.ts';
import { isMastraIo } from './mastra.ts';
import { ASSOCIATION } from './traceloop.ts';

/**
 * What an attribute key can be part of, told by one look at it. Keys repeat from span to span, so each is classified once and
 * remembered; the memory is bounded.
 */
export const HAS = {
  prompt: 1 << 0,
  completion: 1 << 1,
  inputMessages: 1 << 2,
  outputMessages: 1 << 3,
  usage: 1 << 4,
  requestParameter: 1 << 5,
  observationMetadata: 1 << 6,
  sharedMetadata: 1 << 7,
  traceMetadata: 1 << 8,
  toolSchema: 1 << 9,
  experiment: 1 << 10,
  toolDefinition: 1 << 11,
  /** Read into a field of its own: not repeated in `metadata.attributes` (contract §3.9). */
  consumed: 1 << 12,
  /** Any attribute by which a child speaks for its trace (contract §3.11). */
  traceUpdate: 1 << 13,
  /** Attributes of Langfuse below Traceloop's prefix. */
  association: 1 << 14,
} as const;

export interface AttributeKey {
  bits: number;
  /** Its path in stored metadata. */
  metadataPath: string;
}

const PREFIXES: readonly (readonly [prefix: string, bits: number])[] = [
  ['gen_ai.prompt.', HAS.prompt | HAS.consumed],
  ['gen_ai.completion.', HAS.completion | HAS.consumed],
  ['llm.input_messages.', HAS.inputMessages | HAS.consumed],
  ['llm.output_messages.', HAS.outputMessages | HAS.consumed],
  ['gen_ai.usage.', HAS.usage],
  ['llm.token_count.', HAS.usage],
  ['gen_ai.request.', HAS.requestParameter],
  ['llm.invocation_parameters.', HAS.requestParameter],
  ['langfuse.observation.metadata', HAS.observationMetadata | HAS.consumed],
  ['langfuse.metadata', HAS.sharedMetadata],
  ['ai.telemetry.metadata.', HAS.sharedMetadata | HAS.consumed],
  ['langfuse.trace.metadata', HAS.traceMetadata | HAS.traceUpdate | HAS.consumed],
  ['llm.tools.', HAS.toolSchema],
  ['mastra.metadata.', HAS.sharedMetadata | HAS.consumed],
  [`${ASSOCIATION}langfuse.`, HAS.association | HAS.consumed],
  ['langfuse.experiment.', HAS.experiment | HAS.consumed],
];

const EXACT: ReadonlyMap<string, number> = new Map([
  ...[
    'langfuse.observation.input',
    'langfuse.observation.output',
    'genkit:input',
    'genkit:output',
    'ai.prompt.messages',
    'ai.prompt',
    'ai.toolCall.args',
    'ai.toolCall.result',
    'ai.response.text',
    'ai.response.object',
    'ai.response.toolCalls',
    'ai.result.text',
    'ai.result.object',
    'ai.result.toolCalls',
    'flue.turn.input',
    'flue.turn.output',
    'flue.tool.arguments',
    'flue.tool.result',
    'flue.task.prompt',
    'flue.task.result',
    'flue.workflow.payload',
    'flue.workflow.result',
    'flue.operation.result',
    'gcp.vertex.agent.llm_request',
    'gcp.vertex.agent.llm_response',
    'gcp.vertex.agent.tool_call_args',
    'gcp.vertex.agent.tool_response',
    'prompt',
    'all_messages_events',
    ...LIVEKIT_IO,
    'events',
    'mlflow.spanInputs',
    'mlflow.spanOutputs',
    'traceloop.entity.input',
    'traceloop.entity.output',
    'input.value',
    'output.value',
    'input',
    'output',
    'pydantic_ai.all_messages',
    'gen_ai.system_instructions',
    'final_result',
    'gen_ai.prompt',
    'gen_ai.completion',
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.tool.call.arguments',
    'gen_ai.tool.call.result',
  ].map((key) => [key, HAS.consumed] as const),
  ...['langfuse.trace.input', 'langfuse.trace.output'].map((key) => [key, HAS.consumed | HAS.traceUpdate] as const),
  ...[
    'langfuse.trace.name',
    'langfuse.trace.public',
    'langfuse.trace.tags',
    'user.id',
    'session.id',
    'langfuse.user.id',
    'langfuse.session.id',
    'tag.tags',
    'mastra.tags',
    'langsmith.span.tags',
    ...['user_id', 'userId', 'session_id', 'sessionId', 'tags'].map((name) => `${ASSOCIATION}${name}`),
  ].map((key) => [key, HAS.traceUpdate] as const),
  ...['langfuse_user_id', 'langfuse_session_id', 'langfuse_tags'].map(
    (key) => [`langfuse.observation.metadata.${key}`, HAS.observationMetadata | HAS.consumed | HAS.traceUpdate] as const,
  ),
  ...['sessionId', 'userId', 'tags'].map(
    (key) => [`ai.telemetry.metadata.${key}`, HAS.sharedMetadata | HAS.consumed | HAS.traceUpdate] as const,
  ),
  ...['sessionId', 'threadId', 'userId'].map(
    (key) => [`mastra.metadata.${key}`, HAS.sharedMetadata | HAS.consumed | HAS.traceUpdate] as const,
  ),
  ...['ai.prompt.tools', 'gen_ai.tool.definitions', 'model_request_parameters'].map((key) => [key, HAS.toolDefinition] as const),
]);

const known = new Map<string, AttributeKey>();
const REMEMBERED = 20_000;

/** What the key can be part of. */
export function attributeKey(key: string): AttributeKey {
  const found = known.get(key);
  if (found) return found;
  const made = { bits: classify(key), metadataPath: `attributes.${key}` };
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, made);
  return made;
}

function classify(key: string): number {
  const exact = EXACT.get(key);
  if (exact !== undefined) return exact;
  if (isMastraIo(key)) return HAS.consumed;
  for (const [prefix, bits] of PREFIXES) {
    if (!key.startsWith(prefix)) continue;
    // `langfuse.metadata` alone or with a key below it, but not `langfuse.metadatax`.
    if (!prefix.endsWith('.') && key.length > prefix.length && key[prefix.length] !== '.') continue;
    return bits;
  }
  return 0;
}

/** Everything the attributes can be part of, in one number. */
export function bitsOf(attributes: Attributes): number {
  let bits = 0;
  for (const [key, value] of attributes) {
    const its = attributeKey(key).bits;
    bits |= value ? its : its & ~HAS.traceUpdate;
  }
  return bits;
}

/** True when an attribute starts with the prefix and has more after it. */
export function hasPrefix(attributes: Attributes, prefix: string, bit: number): boolean {
  for (const key of attributes.keys()) if (attributeKey(key).bits & bit && key.startsWith(prefix)) return true;
  return false;
}
