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
 * - details that lie *inside* `input` or `output` (the types sum to more than the given total, by just these) are taken out of them;
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
  const details: Detail[] = [];
  const principal: { input?: string; output?: string } = {};
  for (const name in units) {
    const quantity = quantities.get(name);
    const side = sideOf(name, quantity);
    sums[side] += units[name]!;
    if (quantity === 'input' || quantity === 'output') principal[quantity] ??= name;
    else if (side !== 'other' && units[name]! > 0) details.push({ name, side, units: units[name]! });
  }

  for (const { side, units: inside } of detailsInside(
    details,
    sums.input + sums.output,
    given,
    units[principal.output ?? ''] ?? 0,
  )) {
    const whole = principal[side];
    if (whole === undefined) continue;
    const taken = Math.min(inside, units[whole]!);
    units[whole] = units[whole]! - taken;
    sums[side] -= taken;
  }
  return { units, input: sums.input, output: sums.output, total: given ?? sums.input + sums.output + sums.other };
}

interface Detail {
  name: string;
  side: 'input' | 'output';
  units: number;
}

/** A search through all sets of details doubles with each. */
const MAX_DETAILS = 8;

/**
 * Which details are counted inside input and output as well: those that make up what the types sum to beyond the given total. Bare names
 * (`reasoning_tokens`) are suspected before those that say where they belong (`output_reasoning_tokens`).
 */
function detailsInside(details: Detail[], everything: number, given: number | undefined, output: number): Detail[] {
  if (details.length === 0 || given === everything) return [];
  const excess = given === undefined ? 0 : everything - given;
  if (excess > 0 && details.length <= MAX_DETAILS) {
    const isBare = ({ name }: Detail) => Number(!/^(input|output)_/.test(name));
    const suspects = details.toSorted((a, b) => isBare(b) - isBare(a));
    for (let set = 1; set < 1 << suspects.length; set += 1) {
      const chosen = suspects.filter((_, i) => set & (1 << i));
      if (chosen.reduce((sum, detail) => sum + detail.units, 0) === excess) return chosen;
    }
  }
  return details.filter(({ name, units }) => name === 'reasoning_tokens' && units <= output);
}
