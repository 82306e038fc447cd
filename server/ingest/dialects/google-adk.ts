import { readCount } from '../../../contract/usage/count.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { toldUsage, type Usage, usageOf } from './generic-usage.ts';
import { hit, type InputOutput, type IoSource, isObject, parseObject, says } from './span.ts';

/* Google's Agent Development Kit on Vertex. */

/** Contract §3.5, rule 8. */
export const googleAdkIo = ({ attributes }: IoSource): InputOutput | undefined => {
  const said = (key: string, otherwise: string) => {
    const value = attributes.get(key);
    return says(value) && value !== '{}' ? value : attributes.get(otherwise);
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
  const told = toldUsage(span) ?? { details: {}, kept: new Set<string>(), refused: [] };
  const metadata = parseObject(response)?.usage_metadata;
  const cached = isObject(metadata) ? readCount(metadata.cached_content_token_count) : undefined;
  if (cached && 'units' in cached && cached.units > 0) told.details.input_cached_tokens ??= cached.units;
  return usageOf(told);
}
