import { readCount } from '../../../contract/usage/count.ts';
import { quantityOf } from '../../../contract/usage/quantities.ts';
import { tellApart } from '../../../contract/usage/tell-apart.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';

/** Units by usage type as they are stored, and which counts were refused: `name: why`. */
export interface Usage {
  details: Record<string, number>;
  refused?: string[];
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

/** The cache is so often told, and so differently, that any words for it will do: after the names of the list. */
const CACHE: Readonly<Record<string, string>> = {
  'cache read': 'input_cached_tokens',
  'cache write': 'input_cache_creation',
  '5m+cache write': 'input_cache_creation_5m',
  '1h+cache write': 'input_cache_creation_1h',
};
const LAST = NAMES.length * 10;

function canonicalOf(raw: string): readonly [canonical: string, rank: number] | undefined {
  const listed = CANONICAL.get(raw);
  if (listed) return listed;
  const { side, traits, unknown } = quantityOf(raw);
  const cache = side === 'input' && unknown === '' ? CACHE[traits.join('+')] : undefined;
  return cache === undefined ? undefined : [cache, LAST];
}

const PREFIXES = ['gen_ai.usage.', 'llm.token_count.'] as const;
/** Anthropic's own instrumentation tells how long what it wrote to the cache lives; five minutes is what the sum is priced as anyway. */
const WRITTEN_FOR_AN_HOUR = 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens';

/** What a span tells, not yet told apart: names as they are stored, and those of them that stay inside their side. */
export interface Told {
  details: Record<string, number>;
  kept: Set<string>;
  refused: string[];
}

/** Every `gen_ai.usage.*` and `llm.token_count.*` under its canonical name (contract §3.7); undefined when the span tells no usage. */
export function toldUsage(span: DecodedSpan): Told | undefined {
  let told: Told | undefined;
  const ranks: Record<string, number> = {};
  for (const [key, value] of span.attributes) {
    const prefix = key.startsWith(PREFIXES[0]) ? PREFIXES[0] : key.startsWith(PREFIXES[1]) ? PREFIXES[1] : undefined;
    if (!prefix) continue;
    const raw = key.slice(prefix.length);
    const count = raw === '' || raw === 'cost' || raw.startsWith('cost.') ? undefined : readCount(value);
    if (!count) continue;
    told ??= { details: {}, kept: new Set(), refused: [] };
    if ('refused' in count) {
      told.refused.push(`${key} ${count.refused}`);
      continue;
    }
    const known = canonicalOf(raw);
    const canonical = known?.[0] ?? (raw.startsWith('details.') ? raw.slice('details.'.length) : raw);
    const rank = known?.[1] ?? LAST + 1;
    if (ranks[canonical] !== undefined && rank >= ranks[canonical]) continue;
    ranks[canonical] = rank;
    told.details[canonical] = count.units;
    if (known) told.kept.delete(canonical);
    else told.kept.add(canonical);
  }
  const hour = told && readCount(span.attributes.get(WRITTEN_FOR_AN_HOUR));
  if (told && hour && 'units' in hour && hour.units > 0) told.details.input_cache_creation_1h ??= hour.units;
  return told;
}

/**
 * What is told, apart: cached and created tokens are taken out of the input, reasoned and spoken ones out of the output, unless total or
 * amounts show that they stand beside it. Names that are not known stay as they are, and inside.
 */
export const usageOf = ({ details, kept, refused }: Told, always = false): Usage => ({
  details: tellApart(details, kept, always),
  refused,
});

export function genericUsage(span: DecodedSpan): Usage | undefined {
  const told = toldUsage(span);
  return told && usageOf(told);
}
