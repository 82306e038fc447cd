import type { Level, ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { genericUsage, type Usage } from './generic-usage.ts';
import { firstTruthy, isObject, parseObject, usageSpan } from './span.ts';

/* LangSmith's OpenTelemetry exporter (LangChain, LangGraph, its wrapper of the Claude Agent SDK). */

const SCOPE = 'langsmith';

const KINDS: ReadonlyMap<unknown, ObservationType> = new Map([
  ['llm', 'GENERATION'],
  ['tool', 'TOOL'],
  ['retriever', 'RETRIEVER'],
  ['embedding', 'EMBEDDING'],
  ['prompt', 'SPAN'],
  ['parser', 'SPAN'],
] as const);

/** A chain is one when it tells what went in or came out; one that tells neither only holds its steps together, and is a span. */
export function langSmithType({ attributes }: DecodedSpan): ObservationType | undefined {
  const kind = attributes.get('langsmith.span.kind');
  if (kind !== 'chain') return KINDS.get(kind);
  return firstTruthy(attributes, ['gen_ai.prompt', 'gen_ai.completion']) ? 'CHAIN' : 'SPAN';
}

/** The exporter ends every span with status OK: only the exception says that it failed. */
export const langSmithLevel = ({ scope, events }: DecodedSpan): Level | undefined =>
  scope.name === SCOPE && events.some((event) => event.name === 'exception') ? 'ERROR' : undefined;

/** LangChain's names for parts of a side, in those of the conventions. */
const DETAILS: ReadonlyMap<string, string> = new Map([
  ['cache_read', 'cache_read_input_tokens'],
  ['cache_creation', 'cache_creation_input_tokens'],
  ['reasoning', 'reasoning.output_tokens'],
]);

/** LangChain's `usage_metadata`: sides with everything in them, and what of each was special. */
export function langSmithUsage(span: DecodedSpan): Usage | undefined {
  const told = parseObject(span.attributes.get('langsmith.metadata.usage_metadata'));
  if (!told) return undefined;
  const counts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(told)) {
    if (!isObject(value)) counts[name] = value;
    else for (const [detail, units] of Object.entries(value)) counts[DETAILS.get(detail) ?? sided(name, detail)] = units;
  }
  return genericUsage(usageSpan(span, counts));
}

/** `audio` in `input_token_details` is `input_audio`; names that say their side already stay. */
function sided(container: string, detail: string): string {
  const side = container.startsWith('output') ? 'output' : 'input';
  return detail.includes(side) ? detail : `${side}_${detail}`;
}
