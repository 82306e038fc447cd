import type { ObservationType } from '../../../contract/observation.ts';
import { readCount } from '../../../contract/usage/count.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { genAiMessagesIo } from './gen-ai.ts';
import { type Usage, usageOf } from './generic-usage.ts';
import type { PromptLink } from './langfuse.ts';
import { promptLink } from './langfuse.ts';
import { firstSaid, type InputOutput, type IoSource, isObject, parseJson, parseObject, toNumber } from './span.ts';

/* Vercel's AI SDK; its spans have the scope `ai`. */

const SCOPE = 'ai';

const CALLS: readonly (readonly [operation: string, type: ObservationType])[] = [
  ['ai.generateText.doGenerate', 'GENERATION'],
  ['ai.streamText.doStream', 'GENERATION'],
  ['ai.generateObject.doGenerate', 'GENERATION'],
  ['ai.streamObject.doStream', 'GENERATION'],
  ['ai.embed.doEmbed', 'EMBEDDING'],
  ['ai.embedMany.doEmbed', 'EMBEDDING'],
];

const MODEL_KEYS = ['langfuse.observation.model.name', 'ai.model.id', 'gen_ai.request.model', 'gen_ai.response.model'];

/** `operation.name` carries the function id after the operation; `ai.operationId` is the operation alone. */
function isOperation(span: DecodedSpan, operation: string): boolean {
  const name = span.attributes.get('operation.name');
  return (typeof name === 'string' && name.startsWith(operation)) || span.attributes.get('ai.operationId') === operation;
}

const mentionsOperation = (span: DecodedSpan) => span.attributes.has('operation.name') || span.attributes.has('ai.operationId');

/** A call of a model: only when the span names one (contract §3.3, row 5). */
export function vercelCallType(span: DecodedSpan): ObservationType | undefined {
  if (!mentionsOperation(span) || !MODEL_KEYS.some((key) => span.attributes.get(key))) return undefined;
  return CALLS.find(([operation]) => isOperation(span, operation))?.[1];
}

export const vercelToolType = (span: DecodedSpan): ObservationType | undefined =>
  mentionsOperation(span) && isOperation(span, 'ai.toolCall') ? 'TOOL' : undefined;

/** `<function id>:<operation>`, or the operation alone. */
export function vercelName(span: DecodedSpan): string | undefined {
  const operation = span.attributes.get('ai.operationId');
  if (!operation) return undefined;
  const functionId = span.attributes.get('ai.telemetry.functionId');
  return functionId ? `${functionId}:${operation}` : String(operation);
}

/** Contract §3.5, rule 3: always answers for this SDK's spans. */
export function vercelIo(source: IoSource): InputOutput | undefined {
  const { attributes, scopeName } = source;
  if (scopeName !== SCOPE) return undefined;
  const input = firstSaid(attributes, ['ai.prompt.messages', 'ai.prompt', 'ai.toolCall.args']);
  const output = vercelOutput(source);
  if (input !== undefined && output !== undefined) return { input, output };
  const otherwise = genAiMessagesIo(source);
  return { input: input ?? otherwise?.input, output: output ?? otherwise?.output };
}

function vercelOutput({ attributes }: IoSource): unknown {
  const text = attributes.get('ai.response.text');
  const calls = attributes.get('ai.response.toolCalls');
  if (text !== undefined && calls !== undefined) {
    return JSON.stringify({ role: 'assistant', content: text, tool_calls: parseJson(calls) ?? calls });
  }
  return firstSaid(attributes, [
    'ai.response.text',
    'ai.result.text',
    'ai.toolCall.result',
    'ai.response.object',
    'ai.result.object',
    'ai.response.toolCalls',
    'ai.result.toolCalls',
  ]);
}

/** Contract §3.6: always the same names, null where nothing was said; the SDK of Langfuse may say more on top. */
export function vercelModelParameters(span: DecodedSpan): Record<string, unknown> | undefined {
  if (span.scope.name !== SCOPE) return undefined;
  const said = (...keys: string[]) => keys.map((key) => span.attributes.get(key)).find((value) => value !== undefined) ?? null;
  return {
    maxSteps: said('ai.settings.maxSteps'),
    toolChoice: said('ai.prompt.toolChoice'),
    maxTokens: said('gen_ai.request.max_tokens'),
    finishReason: said('gen_ai.response.finish_reasons', 'gen_ai.finishReason'),
    system: said('gen_ai.system', 'ai.model.provider'),
    maxRetries: said('ai.settings.maxRetries'),
    mode: said('ai.settings.mode'),
    temperature: said('gen_ai.request.temperature'),
    service_tier: openAiServiceTier(span) ?? said('gen_ai.request.service_tier'),
    ...parseObject(span.attributes.get('langfuse.observation.model.parameters')),
  };
}

const providerMetadata = (span: DecodedSpan) => parseObject(span.attributes.get('ai.response.providerMetadata'));

function openAiServiceTier(span: DecodedSpan): unknown {
  const openai = providerMetadata(span)?.openai;
  return isObject(openai) ? (openai.serviceTier ?? undefined) : undefined;
}

/** Where each provider tells what the SDK's own attributes leave out (contract §3.7). */
const PROVIDER_COUNTS: readonly (readonly [path: readonly string[], detail: string])[] = [
  [['openai', 'cachedPromptTokens'], 'input_cached_tokens'],
  [['openai', 'acceptedPredictionTokens'], 'accepted_prediction_tokens'],
  [['openai', 'rejectedPredictionTokens'], 'rejected_prediction_tokens'],
  [['openai', 'reasoningTokens'], 'output_reasoning_tokens'],
  [['anthropic', 'usage', 'cache_creation_input_tokens'], 'input_cache_creation'],
  [['anthropic', 'usage', 'cache_read_input_tokens'], 'input_cached_tokens'],
  [['anthropic', 'usage', 'cache_creation', 'ephemeral_5m_input_tokens'], 'input_cache_creation_5m'],
  [['anthropic', 'usage', 'cache_creation', 'ephemeral_1h_input_tokens'], 'input_cache_creation_1h'],
  [['bedrock', 'usage', 'cacheReadInputTokens'], 'input_cache_read'],
  [['bedrock', 'usage', 'cacheWriteInputTokens'], 'input_cache_write'],
  [['bedrock', 'usage', 'cacheCreationInputTokens'], 'input_cache_creation'],
];

/** The SDK's own attributes, the first that is present counts. */
const COUNTS: readonly (readonly [key: string, detail: string])[] = [
  ['gen_ai.usage.prompt_tokens', 'input'],
  ['gen_ai.usage.input_tokens', 'input'],
  ['gen_ai.usage.completion_tokens', 'output'],
  ['gen_ai.usage.output_tokens', 'output'],
  ['ai.usage.tokens', 'total'],
  ['ai.usage.cachedInputTokens', 'input_cached_tokens'],
  ['ai.usage.reasoningTokens', 'output_reasoning_tokens'],
];

/** Predicted tokens are part of the output and stay in it. */
const KEPT: Set<string> = new Set(['accepted_prediction_tokens', 'rejected_prediction_tokens']);

/** Operations that wrap the calls of a model: what they say of usage is what their calls have said. */
const WRAPPERS: ReadonlySet<unknown> = new Set([
  'ai.generateText',
  'ai.streamText',
  'ai.generateObject',
  'ai.streamObject',
  'ai.embed',
  'ai.embedMany',
]);

/** Whether the span says how many tokens it took, rather than only repeat some of what its calls say. */
const countsItself = ({ attributes }: DecodedSpan) =>
  !WRAPPERS.has(attributes.get('ai.operationId')) || [...attributes.keys()].some((key) => key.startsWith('gen_ai.usage.'));

/** Contract §3.7: cached, created and reasoned tokens are taken out of the sums that hold them. */
export function vercelUsage(span: DecodedSpan): Usage | undefined {
  if (span.scope.name !== SCOPE) return undefined;
  // Zeros and not nothing: tokens of a step that says nothing would be counted from its text.
  if (!countsItself(span)) return { details: { input: 0, output: 0 } };
  const details: Record<string, number> = {};
  const refused: string[] = [];
  const put = (detail: string, name: string, value: unknown) => {
    const count = readCount(value);
    if (count && 'units' in count) details[detail] ??= count.units;
    else if (count) refused.push(`${name} ${count.refused}`);
  };
  for (const [key, detail] of COUNTS) put(detail, key, span.attributes.get(key));
  const metadata = providerMetadata(span);
  if (metadata) for (const [path, detail] of PROVIDER_COUNTS) put(detail, path.join('.'), valueAt(metadata, path));
  // Whatever the numbers say: the SDK counts the cache in the input since its version 6, and readers know what this mapping gives before.
  const usage = usageOf({ details, kept: KEPT, refused }, true);
  usage.details.input ??= 0;
  usage.details.output ??= 0;
  return usage;
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  let at = from;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** Contract §3.4: JSON `{name, version}` among the SDK's own metadata. */
export function vercelPrompt(span: DecodedSpan): PromptLink | undefined {
  const given = parseObject(span.attributes.get('ai.telemetry.metadata.langfusePrompt'));
  return given && promptLink(typeof given.name === 'string' ? given.name : undefined, given.version);
}

/** Milliseconds from the start to the first chunk, rounded up. */
export function vercelFirstChunk(span: DecodedSpan): number | undefined {
  const millis = toNumber(span.attributes.get('ai.response.msToFirstChunk') ?? span.attributes.get('ai.stream.msToFirstChunk'));
  return millis === undefined || millis < 0 ? undefined : Math.ceil(millis);
}
