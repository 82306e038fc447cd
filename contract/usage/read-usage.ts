import { readCount } from './count.ts';

/** A usage object as it is stored, and what of it was not taken. */
export interface ReadUsage {
  details: Record<string, number>;
  /** `name: why`, for the sender. */
  refused: string[];
}

type Given = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Given => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of the two sides in providers' own usage objects; `details` hold parts of the side. */
const SHAPES = [
  {
    input: 'prompt_tokens',
    output: 'completion_tokens',
    total: 'total_tokens',
    details: {
      input: ['prompt_tokens_details', 'prompt_token_details'],
      output: ['completion_tokens_details', 'completion_token_details'],
    },
  },
  {
    input: 'input_tokens',
    output: 'output_tokens',
    total: 'total_tokens',
    details: {
      input: ['input_tokens_details', 'input_token_details'],
      output: ['output_tokens_details', 'output_token_details'],
    },
  },
  {
    input: 'inputTokens',
    output: 'outputTokens',
    total: 'totalTokens',
    details: { input: ['inputTokenDetails', 'inputTokensDetails'], output: ['outputTokenDetails', 'outputTokensDetails'] },
  },
  {
    input: 'promptTokenCount',
    output: 'candidatesTokenCount',
    total: 'totalTokenCount',
    details: { input: ['promptTokensDetails'], output: ['candidatesTokensDetails'] },
  },
] as const;
type Shape = (typeof SHAPES)[number];

/**
 * Any usage object that a sender may give (Langfuse's `usageDetails`, a provider's own `usage`), as a flat map of counts:
 * - OpenAI's objects, and whatever details its sides in objects of their own, become `input`, `output`, `total` and
 *   `input_<detail>`, `output_<detail>`, the details taken out of their side: they are always a part of it;
 * - Anthropic's `cache_creation` object becomes the two lifetimes;
 * - every other count keeps its name.
 * Money (`cost`) and whatever else is no count is left out. The same for the batch API and OTLP.
 */
export function readUsage(given: Given): ReadUsage {
  const read: ReadUsage = { details: {}, refused: [] };
  const shape = SHAPES.find((one) => isOfShape(given, one));
  const taken = new Set<string>();
  if (shape) for (const name of readShape(given, shape, read)) taken.add(name);
  for (const name of Object.keys(given)) {
    if (taken.has(name) || isMoney(name) || name === '__proto__') continue;
    const value = given[name];
    if (isObject(value)) readNested(name, value, read);
    else put(read, name, value);
  }
  return read;
}

const isMoney = (name: string): boolean => /(^|_)costs?(_|$)|Cost$/.test(name);

function put(read: ReadUsage, name: string, value: unknown): void {
  const count = readCount(value);
  if (!count) return;
  if ('units' in count) read.details[name] = count.units;
  else read.refused.push(`${name} ${count.refused}`);
}

/** Both sides and the total, as OpenAI has them; or details in objects, whichever sides are there. */
function isOfShape(given: Given, { input, output, total, details }: Shape): boolean {
  const says = (name: string) => readCount(given[name]) !== undefined;
  const nested = [...details.input, ...details.output].some((name) => typeof given[name] === 'object' && given[name] !== null);
  if (nested) return says(input) || says(output);
  if (total !== 'total_tokens') return false;
  const allowed: readonly string[] = [input, output, total, ...details.input, ...details.output];
  return (
    says(input) && says(output) && says(total) && Object.keys(given).every((name) => allowed.includes(name) || isMoney(name))
  );
}

function readShape(given: Given, shape: Shape, read: ReadUsage): string[] {
  const names: string[] = [shape.input, shape.output, shape.total];
  put(read, 'input', given[shape.input]);
  put(read, 'output', given[shape.output]);
  for (const side of ['input', 'output'] as const) {
    for (const name of shape.details[side]) {
      names.push(name);
      for (const [detail, units] of detailsOf(given[name], name, read)) {
        read.details[`${side}_${detail}`] = units;
        if (read.details[side] !== undefined) read.details[side] = Math.max(0, read.details[side] - units);
      }
    }
  }
  put(read, 'total', given[shape.total]);
  return names;
}

/** OpenAI's object of details, or Gemini's list by modality. */
function detailsOf(given: unknown, path: string, read: ReadUsage): [detail: string, units: number][] {
  const found: [string, number][] = [];
  const add = (detail: string, value: unknown) => {
    const count = readCount(value);
    if (count && 'units' in count) found.push([detail, count.units]);
    else if (count) read.refused.push(`${path}.${detail} ${count.refused}`);
  };
  if (Array.isArray(given)) {
    for (const one of given as unknown[]) {
      if (isObject(one) && typeof one.modality === 'string') add(`${one.modality.toLowerCase()}_tokens`, one.tokenCount);
    }
    return found;
  }
  if (!isObject(given)) return found;
  // What is cached is told by kind as well: the kinds say more.
  const kinds = isObject(given.cached_tokens_details) ? given.cached_tokens_details : undefined;
  const byKind = kinds
    ? Object.values(kinds).reduce<number>((sum, units) => sum + (typeof units === 'number' ? units : 0), 0)
    : 0;
  const replaced = kinds !== undefined && byKind > 0 && byKind === given.cached_tokens;
  for (const [detail, value] of Object.entries(given)) {
    if (detail === 'cached_tokens_details' || (replaced && detail === 'cached_tokens')) continue;
    add(detail, value);
  }
  if (replaced) for (const [kind, value] of Object.entries(kinds)) add(`cached_${kind}`, value);
  return found;
}

/** Anthropic tells the lifetimes of what was written to the cache, and what its own tools did, in objects of their own. */
function readNested(name: string, value: Given, read: ReadUsage): void {
  if (name === 'cache_creation') {
    put(read, 'input_cache_creation_5m', value.ephemeral_5m_input_tokens || undefined);
    put(read, 'input_cache_creation_1h', value.ephemeral_1h_input_tokens || undefined);
  } else if (name === 'server_tool_use' || name === 'serverToolUse') {
    for (const [tool, uses] of Object.entries(value)) put(read, tool, uses);
  }
}
