import type { Level, ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { firstTruthy, hit, type InputOutput, type IoSource } from './span.ts';

/* LiveKit's voice agents. */

const SCOPE = 'livekit-agents';

const TYPES: ReadonlyMap<string, ObservationType> = new Map([
  ['agent_turn', 'AGENT'],
  ['start_agent_activity', 'AGENT'],
  ['function_tool', 'TOOL'],
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

/** Contract §3.5, rule 10. */
export const liveKitIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(
    firstTruthy(attributes, ['lk.input_text', 'lk.user_transcript', 'lk.chat_ctx']),
    firstTruthy(attributes, ['lk.function_tool.output', 'lk.response.text']),
  );
