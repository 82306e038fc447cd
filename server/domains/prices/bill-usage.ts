/**
 * Names that different senders give to one and the same quantity, the preferred first. Two of them with the same amount in one usage map
 * are one quantity told twice; with different amounts they are kept apart, for then somebody meant something by it.
 */
const SYNONYMS = {
  input: ['input', 'input_tokens', 'prompt_tokens', 'prompt_token_count', 'promptTokenCount'],
  output: ['output', 'output_tokens', 'completion_tokens', 'candidates_token_count', 'candidatesTokenCount'],
  reasoning: ['output_reasoning_tokens', 'output_reasoning', 'reasoning_tokens', 'thoughts_token_count', 'thoughtsTokenCount'],
  cacheRead: ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens', 'cached_content_token_count'],
  cacheWrite: ['input_cache_creation', 'cache_creation_input_tokens', 'cache_write_tokens', 'input_cache_write'],
  audioIn: ['input_audio_tokens', 'input_audio'],
  audioOut: ['output_audio_tokens', 'output_audio'],
  search: ['web_search_queries', 'webSearchQueries', 'grounding_queries', 'groundingQueries'],
  total: ['total', 'total_tokens', 'totalTokens', 'total_token_count', 'totalTokenCount'],
} as const;
export type Quantity = keyof typeof SYNONYMS;

const quantities = new Map<string, Quantity>(
  Object.entries(SYNONYMS).flatMap(([quantity, names]) => names.map((name) => [name, quantity as Quantity] as const)),
);

/** Which quantity a usage type names; undefined when it is one of its own. */
export const quantityOf = (usageType: string): Quantity | undefined => quantities.get(usageType);

/** All usage types that name a quantity, the preferred first. */
export const namesOf = (quantity: Quantity): readonly string[] => SYNONYMS[quantity];

type Side = 'input' | 'output' | 'other';

/** Whether a usage type counts tokens that went in or came out; `other` for searches, requests and names that do not tell. */
function sideOf(usageType: string, quantity: Quantity | undefined): Side {
  if (quantity === 'input' || quantity === 'cacheRead' || quantity === 'cacheWrite' || quantity === 'audioIn') return 'input';
  if (quantity === 'output' || quantity === 'reasoning' || quantity === 'audioOut') return 'output';
  if (usageType.includes('input')) return 'input';
  if (usageType.includes('output')) return 'output';
  return 'other';
}

export interface Bill {
  /** Units to charge by usage type, each token exactly once; without `total`. */
  units: Record<string, number>;
  input: number;
  output: number;
  /** As given, else the sum of the units. */
  total: number;
}

/**
 * Reads a usage map so that no token is charged twice (contract §5.9 rules 1 and 5, and what it leaves open):
 * - one quantity under two names counts once;
 * - details that lie *inside* `input` or `output` (the given total is input + output alone) are taken out of them;
 * - a bare `reasoning_tokens` beside `output` is a part of it, as every API that uses this name has it, unless the total says otherwise.
 */
export function billUsage(usage: Readonly<Record<string, number>>): Bill {
  let plain = true;
  for (const key in usage) {
    if (key !== 'input' && key !== 'output' && key !== 'total') {
      plain = false;
      break;
    }
  }
  if (plain) {
    const { total: _, ...units } = usage;
    const input = usage.input ?? 0;
    const output = usage.output ?? 0;
    return { units, input, output, total: usage.total ?? input + output };
  }
  return billDetailedUsage(usage);
}

/** Whether another name of the same quantity, preferred over this one, tells the same amount. */
function toldBefore(usage: Readonly<Record<string, number>>, name: string, quantity: Quantity): boolean {
  for (const other of SYNONYMS[quantity]) {
    if (other === name) return false;
    if (usage[other] === usage[name]) return true;
  }
  return false;
}

function billDetailedUsage(usage: Readonly<Record<string, number>>): Bill {
  const units: Record<string, number> = {};
  let given: number | undefined = usage.total;
  for (const name in usage) {
    const quantity = quantities.get(name);
    if (quantity === 'total') given ??= usage[name]!;
    else if (!quantity || !toldBefore(usage, name, quantity)) units[name] = usage[name]!;
  }

  const sums = { input: 0, output: 0, other: 0 };
  const details = { input: 0, output: 0 };
  const principal: { input?: string; output?: string } = {};
  for (const name in units) {
    const quantity = quantities.get(name);
    const side = sideOf(name, quantity);
    sums[side] += units[name]!;
    if (quantity === 'input' || quantity === 'output') principal[quantity] ??= name;
    else if (side !== 'other') details[side] += units[name]!;
  }

  const reasoning = units.reasoning_tokens ?? 0;
  const everything = sums.input + sums.output;
  const principals = everything - details.input - details.output;
  const inside = given !== undefined && given === principals && given < everything;
  if (inside) {
    for (const side of ['input', 'output'] as const) {
      const name = principal[side];
      if (name === undefined) continue;
      const taken = Math.min(details[side], units[name]!);
      units[name] = units[name]! - taken;
      sums[side] -= taken;
    }
  } else if (reasoning > 0 && principal.output && reasoning <= units[principal.output]! && given !== everything) {
    units[principal.output] = units[principal.output]! - reasoning;
    sums.output -= reasoning;
  }
  return { units, input: sums.input, output: sums.output, total: given ?? sums.input + sums.output + sums.other };
}
