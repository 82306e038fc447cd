import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { hit, type InputOutput, type IoSource, parseOrKeep } from './span.ts';

/* Mastra's own OpenTelemetry exporter: `mastra.span.type` names what a span is, and the attributes that tell what went in and came out. */

const TYPES: ReadonlyMap<unknown, ObservationType> = new Map([
  ['agent_run', 'AGENT'],
  ['workflow_run', 'CHAIN'],
  ['workflow_step', 'CHAIN'],
  ['tool_call', 'TOOL'],
  ['mcp_tool_call', 'TOOL'],
  ['client_tool_call', 'TOOL'],
] as const);

export const mastraType = ({ attributes }: DecodedSpan): ObservationType | undefined =>
  TYPES.get(attributes.get('mastra.span.type'));

export function mastraIo({ attributes }: IoSource): InputOutput | undefined {
  const type = attributes.get('mastra.span.type');
  if (typeof type !== 'string') return undefined;
  return hit(parseOrKeep(attributes.get(`mastra.${type}.input`)), parseOrKeep(attributes.get(`mastra.${type}.output`)));
}

/** Which attributes `mastraIo` may read. */
export const isMastraIo = (key: string): boolean => /^mastra\.\w+\.(?:in|out)put$/.test(key);

/** ISO time of the first token. */
export const mastraCompletionStart = ({ attributes }: DecodedSpan) => attributes.get('mastra.completion_start_time');
