import type { DecodedSpan } from '../otlp/decoded.ts';

/** Where a span says which service tier answered, and which was asked for. */
const ANSWERED = [
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
  'anthropic.response.service_tier',
  'aws.bedrock.response.service_tier',
];
const ASKED = ['openai.request.service_tier', 'gen_ai.openai.request.service_tier', 'gen_ai.request.service_tier'];

/**
 * The tier that a call is paid by: what the response says, for a provider serves `default` where it has no room in `flex`; else what was
 * asked for. Undefined when neither is told.
 * @param said model parameters of the dialect, which may have found it already
 */
export function serviceTier({ attributes }: DecodedSpan, said: Record<string, unknown> | undefined): string | undefined {
  const first = (keys: readonly string[]) =>
    keys.map((key) => attributes.get(key)).find((tier): tier is string => typeof tier === 'string' && tier !== '');
  return first(ANSWERED) ?? (said?.service_tier ? undefined : first(ASKED));
}
