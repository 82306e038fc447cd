import type { Level, ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { firstSaid, hit, type InputOutput, type IoSource, isObject, parseJson } from './span.ts';
import { isTrue } from './trace-fields.ts';

/* LiveKit's voice agents. */

const SCOPE = 'livekit-agents';

const TYPES: ReadonlyMap<string, ObservationType> = new Map([
  ['agent_turn', 'AGENT'],
  ['start_agent_activity', 'AGENT'],
  ['function_tool', 'TOOL'],
  // They name the model, but the call between them is the one that it answered.
  ['llm_node', 'SPAN'],
  ['llm_request_run', 'SPAN'],
] as const);

export const liveKitType = (span: DecodedSpan): ObservationType | undefined =>
  span.scope.name === SCOPE ? TYPES.get(span.name) : undefined;

/** Plumbing of a voice pipeline: kept, but out of the way (contract §3.4). */
const DEBUG_NAMES: ReadonlySet<string> = new Set([
  'user_speaking',
  'eou_detection',
  'llm_request_run',
  'tts_node',
  'tts_request',
  'tts_request_run',
  'tts_stream_adapter',
  'agent_speaking',
  'drain_agent_activity',
  'on_exit',
  'on_enter',
  'llm_fallback_adapter',
  'tts_fallback_adapter',
  'start_agent_activity',
]);

export const liveKitLevel = (span: DecodedSpan): Level | undefined =>
  span.scope.name === SCOPE && DEBUG_NAMES.has(span.name) ? 'DEBUG' : undefined;

/** A tool that failed ends its span without a status. */
export const liveKitToolFailed = (span: DecodedSpan): Level | undefined =>
  isTrue(span.attributes, 'lk.function_tool.is_error') ? 'ERROR' : undefined;

/** From 1.8 on, what people say stands below `lk.pii`. */
const said = (...names: string[]): string[] => names.flatMap((name) => [`lk.${name}`, `lk.pii.${name}`]);

const INPUTS = said('input_text', 'user_transcript', 'user_input', 'chat_ctx', 'function_tool.arguments');
const OUTPUTS = said('function_tool.output', 'response.text');
const CALLS = said('response.function_calls');

/** What `liveKitIo` reads. */
export const LIVEKIT_IO: readonly string[] = [...INPUTS, ...OUTPUTS, ...CALLS];

/** Contract §3.5, rule 10. */
export const liveKitIo = ({ attributes }: IoSource): InputOutput | undefined => {
  const output = firstSaid(attributes, OUTPUTS);
  return hit(firstSaid(attributes, INPUTS), withCalls(output, firstSaid(attributes, CALLS)));
};

/** What the model said and the tools that it asked for, as one message of an assistant. */
function withCalls(content: unknown, given: unknown): unknown {
  const calls = parseJson(given);
  if (!Array.isArray(calls) || calls.length === 0) return content;
  const tool_calls = calls.filter(isObject).map(({ call_id, id, name, arguments: args }) => ({
    id: call_id ?? id,
    type: 'function',
    function: { name, arguments: args },
  }));
  return { role: 'assistant', content: content ?? '', tool_calls };
}
