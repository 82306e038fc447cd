import type { DecodedSpan } from '../otlp/decoded.ts';
import { genericUsage, type Usage } from './generic-usage.ts';
import { hit, type InputOutput, type IoSource, isObject, parseObject, toNumber } from './span.ts';

/* Google's Agent Development Kit on Vertex. */

/** Contract §3.5, rule 8. */
export const googleAdkIo = ({ attributes }: IoSource): InputOutput | undefined => {
  const said = (key: string, otherwise: string) => {
    const value = attributes.get(key);
    return value && value !== '{}' ? value : attributes.get(otherwise);
  };
  return hit(
    said('gcp.vertex.agent.llm_request', 'gcp.vertex.agent.tool_call_args'),
    said('gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'),
  );
};

/** ADK 1.x tells cached tokens in the response only, and counts them in the input (contract §3.7). */
export function googleAdkUsage(span: DecodedSpan): Usage | undefined {
  if (span.scope.name !== 'gcp.vertex.agent') return undefined;
  const response = span.attributes.get('gcp.vertex.agent.llm_response');
  if (response === undefined) return undefined;
  const usage = genericUsage(span) ?? { details: {} };
  const told = parseObject(response)?.usage_metadata;
  const cached = isObject(told) ? toNumber(told.cached_content_token_count) : undefined;
  if (cached !== undefined && cached > 0 && usage.details.input_cached_tokens === undefined) {
    usage.details.input_cached_tokens = cached;
    if (usage.details.input !== undefined) usage.details.input = Math.max(0, usage.details.input - cached);
  }
  return usage;
}
