import type { DecodedSpan } from '../otlp/decoded.ts';
import { toNumber } from './span.ts';

/** Units by usage type, and which of them repeat units that another type counts already. */
export interface Usage {
  details: Record<string, number>;
  repeated?: ReadonlySet<string>;
}

/** Canonical names and what they are called on the wire, the first that is present counts (contract §3.7). */
const NAMES: readonly (readonly [canonical: string, raw: readonly string[]])[] = [
  ['input', ['prompt_tokens', 'input_tokens', 'prompt']],
  ['output', ['completion_tokens', 'output_tokens', 'completion']],
  ['total', ['total_tokens', 'total']],
  [
    'input_cached_tokens',
    [
      'cache_read.input_tokens',
      'cache_read_input_tokens',
      'cache_read_tokens',
      'details.cache_read_tokens',
      'details.cache_read_input_tokens',
      'prompt_details.cache_read',
      'input_cached_tokens',
    ],
  ],
  [
    'input_cache_creation',
    [
      'cache_creation.input_tokens',
      'cache_creation_input_tokens',
      'cache_write_tokens',
      'details.cache_write_tokens',
      'details.cache_creation_input_tokens',
      'prompt_details.cache_write',
      'input_cache_creation',
    ],
  ],
  ['output_reasoning_tokens', ['reasoning.output_tokens', 'completion_details.reasoning']],
  ['output_audio_tokens', ['completion_details.audio']],
];

const CANONICAL: ReadonlyMap<string, readonly [canonical: string, rank: number]> = new Map(
  NAMES.flatMap(([canonical, raw]) => raw.map((name, rank) => [name, [canonical, rank] as const] as const)),
);

const PREFIXES = ['gen_ai.usage.', 'llm.token_count.'] as const;

/**
 * Every `gen_ai.usage.*` and `llm.token_count.*` under its canonical name (contract §3.7). Cached and created tokens are taken out of the
 * input, reasoned and spoken ones out of the output. Names that are not known stay as they are; they detail what input or output count
 * already, so they do not add to the sums. Undefined when the span tells no usage.
 */
export function genericUsage(span: DecodedSpan): Usage | undefined {
  let details: Record<string, number> | undefined;
  const ranks: Record<string, number> = {};
  const others: string[] = [];
  for (const [key, value] of span.attributes) {
    const prefix = key.startsWith(PREFIXES[0]) ? PREFIXES[0] : key.startsWith(PREFIXES[1]) ? PREFIXES[1] : undefined;
    if (!prefix) continue;
    const raw = key.slice(prefix.length);
    const count = raw === 'cost' || raw.startsWith('cost.') ? undefined : toNumber(value);
    if (count === undefined || raw === '') continue;
    details ??= {};
    const [canonical, rank] = CANONICAL.get(raw) ?? [raw.startsWith('details.') ? raw.slice('details.'.length) : raw, undefined];
    if (rank === undefined) {
      if (details[canonical] === undefined) {
        details[canonical] = count;
        others.push(canonical);
      }
    } else if (ranks[canonical] === undefined || rank < ranks[canonical]) {
      ranks[canonical] = rank;
      details[canonical] = count;
    }
  }
  if (!details) return undefined;
  // A name of its own that happens to be the canonical one (`details.output_audio_tokens`) is a detail and is not taken out.
  const of = (detail: string) => (ranks[detail] === undefined ? 0 : details[detail]!);
  if (details.input !== undefined)
    details.input = Math.max(0, details.input - of('input_cached_tokens') - of('input_cache_creation'));
  if (details.output !== undefined)
    details.output = Math.max(0, details.output - of('output_reasoning_tokens') - of('output_audio_tokens'));
  const repeated =
    details.input !== undefined || details.output !== undefined
      ? new Set(others.filter((name) => ranks[name] === undefined))
      : undefined;
  return repeated?.size ? { details, repeated } : { details };
}
