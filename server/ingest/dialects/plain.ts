import type { ObservationType } from '../../../contract/observation.ts';
import { readCount } from '../../../contract/usage/count.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import type { Usage } from './generic-usage.ts';
import { toNumber } from './span.ts';

/*
 * The plain taxonomy: four span names and a handful of attributes, for programs that write their own spans. It answers only where no
 * other dialect did, and only for these names.
 */

const TYPES: ReadonlyMap<string, ObservationType> = new Map([
  ['agent.request', 'AGENT'],
  ['agent.plan', 'CHAIN'],
  ['llm.call', 'GENERATION'],
  ['tool.call', 'TOOL'],
] as const);

const isPlain = (span: DecodedSpan) => TYPES.has(span.name);

export const plainType = (span: DecodedSpan): ObservationType | undefined => TYPES.get(span.name);

/** The agent names the trace of its request. */
export function plainTraceName(span: DecodedSpan): string | undefined {
  const name = span.name === 'agent.request' && span.parentSpanId === '' ? span.attributes.get('agent.name') : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export const plainVersion = (span: DecodedSpan) => (isPlain(span) ? span.attributes.get('agent.version') : undefined);

export const plainModel = (span: DecodedSpan) => (isPlain(span) ? span.attributes.get('llm.model') : undefined);

export function plainModelParameters(span: DecodedSpan): Record<string, unknown> | undefined {
  const temperature = isPlain(span) ? span.attributes.get('llm.temperature') : undefined;
  return temperature === undefined ? undefined : { temperature };
}

/**
 * `tokens.input` and `tokens.output`. On a call, `prompt.tokens` stands in for an input that is not told; elsewhere it is the size of a
 * prompt that is being made (`agent.plan`), which no model has read yet.
 */
export function plainUsage(span: DecodedSpan): Usage | undefined {
  if (!isPlain(span)) return undefined;
  const details: Record<string, number> = {};
  const refused: string[] = [];
  for (const [key, name] of COUNTS) {
    if (key === 'prompt.tokens' && TYPES.get(span.name) !== 'GENERATION') continue;
    const count = readCount(span.attributes.get(key));
    if (count && 'units' in count) details[name] ??= count.units;
    else if (count) refused.push(`${key} ${count.refused}`);
  }
  return Object.keys(details).length + refused.length === 0 ? undefined : { details, refused };
}

const COUNTS: readonly (readonly [key: string, name: string])[] = [
  ['tokens.input', 'input'],
  ['prompt.tokens', 'input'],
  ['tokens.output', 'output'],
];

export function plainCost(span: DecodedSpan): Record<string, number> | undefined {
  const total = isPlain(span) ? toNumber(span.attributes.get('cost.usd')) : undefined;
  return total === undefined || total < 0 ? undefined : { total };
}

/** What a tool was called with, when nothing else told an input. */
export const plainInput = (span: DecodedSpan) => (isPlain(span) ? span.attributes.get('tool.args') : undefined);
