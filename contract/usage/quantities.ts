/*
 * What a usage type counts, read off its name. Senders have a hundred names for a dozen quantities (`cache_read.input_tokens`,
 * `input_cached_tokens`, `cachedContentTokenCount`, `prompt_details.cache_read`): all are words for a side and for what is special about
 * the tokens. docs/usage-and-cost.md tells the whole rule.
 */

export type Side = 'input' | 'output' | 'total' | 'other';

/** What may be special about tokens of one side. */
export type Trait =
  | 'cache read'
  | 'cache write'
  | '5m'
  | '1h'
  | 'uncached'
  | 'reasoning'
  | 'prediction'
  | 'tool use'
  | 'text'
  | 'audio'
  | 'image'
  | 'video';

export interface Quantity {
  side: Side;
  /** None: the whole side. Sorted. */
  traits: readonly Trait[];
  /** Words that name nothing we know: the quantity is then one of its own, a part of its side. */
  unknown: string;
  /** Equal for names of one quantity. */
  key: string;
}

const SIDES: Readonly<Record<string, Side>> = {
  input: 'input',
  prompt: 'input',
  output: 'output',
  completion: 'output',
  candidates: 'output',
  candidate: 'output',
  total: 'total',
};

const TRAITS: Readonly<Record<string, readonly Trait[]>> = {
  cached: ['cache read'],
  reasoning: ['reasoning'],
  thoughts: ['reasoning'],
  thinking: ['reasoning'],
  prediction: ['prediction'],
  text: ['text'],
  audio: ['audio'],
  image: ['image'],
  images: ['image'],
  video: ['video'],
  videos: ['video'],
};

/** Words that say no more than that something is counted. */
const NOISE = new Set(
  'token tokens count counts units usage detail details num number of n content accepted rejected ephemeral input5m input1h'.split(
    ' ',
  ),
);

/** A cache is read, written or missed: by the words beside it. */
function cacheTraits(words: Set<string>): Trait[] {
  const says = (...names: string[]) => names.some((name) => words.delete(name));
  if (says('write', 'creation', 'created', 'written')) return ['cache write'];
  if (says('miss', 'no')) return ['uncached'];
  says('read', 'hit');
  return ['cache read'];
}

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/ephemeral_?(5m|1h)/g, 'ephemeral_$1')
    // What Gemini's batches call text.
    .replace(/modality_1\b/g, 'text')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

function parse(name: string): Quantity {
  const words = new Set(wordsOf(name));
  const traits = new Set<Trait>();
  let side: Side | undefined;
  if (words.delete('cache')) for (const trait of cacheTraits(words)) traits.add(trait);
  for (const lifetime of ['5m', '1h'] as const) {
    if (!words.delete(lifetime)) continue;
    traits.add('cache write');
    traits.add(lifetime);
  }
  if (words.has('ephemeral') && !traits.has('cache read')) traits.add('cache write');
  if (words.has('tool') && words.has('use') && !words.has('web')) {
    words.delete('tool');
    words.delete('use');
    traits.add('tool use');
  }
  const unknown: string[] = [];
  for (const word of words) {
    const ofSide = SIDES[word];
    const special = TRAITS[word];
    if (ofSide) side = side === 'total' || side === undefined ? ofSide : side;
    else if (special) for (const trait of special) traits.add(trait);
    else if (!NOISE.has(word)) unknown.push(word);
  }
  side ??= impliedSide(traits);
  const list = [...traits].sort();
  const rest = unknown.join('_');
  if (side === 'total' && (list.length > 0 || rest !== '')) side = 'other';
  return {
    side,
    traits: list,
    unknown: rest,
    key: side === 'other' ? `other ${wordsOf(name).join('_')}` : `${side} ${list.join('+')} ${rest}`,
  };
}

/** Only what goes in is cached, only what comes out is thought. */
function impliedSide(traits: ReadonlySet<Trait>): Side {
  if (traits.has('cache read') || traits.has('cache write') || traits.has('uncached') || traits.has('tool use')) return 'input';
  if (traits.has('reasoning') || traits.has('prediction')) return 'output';
  return 'other';
}

/** Names come from outside: the list of those that were read is begun anew when it grows. */
const MOST_NAMES = 5_000;
const known = new Map<string, Quantity>();

/** The quantity that a usage type names. */
export function quantityOf(name: string): Quantity {
  let quantity = known.get(name);
  if (!quantity) {
    quantity = parse(name);
    if (known.size >= MOST_NAMES) known.clear();
    known.set(name, quantity);
  }
  return quantity;
}

export const isWhole = ({ side, traits, unknown }: Quantity): boolean =>
  (side === 'input' || side === 'output') && traits.length === 0 && unknown === '';

export const isTotal = ({ side }: Quantity): boolean => side === 'total';

export const isCache = ({ traits }: Quantity): boolean => traits.includes('cache read') || traits.includes('cache write');

const MODALITIES: ReadonlySet<Trait> = new Set(['text', 'audio', 'image', 'video']);
/** The kind of content that a quantity counts, where its name says one. */
export const modalityOf = ({ traits }: Quantity): Trait | undefined => traits.find((trait) => MODALITIES.has(trait));

/** Things that are no tokens and have prices of their own, by all their names. */
export const SEARCHES: readonly string[] = ['web_search_queries', 'webSearchQueries', 'grounding_queries', 'groundingQueries'];

/**
 * Whether a usage type is a part of its side by what its name says, where nothing else tells: OpenAI's and Gemini's bare names
 * (`reasoning_tokens`, `cachedContentTokenCount`) and everything that is said of prompt or completion. Names that begin with their side are
 * Langfuse's, Anthropic's `cache_*` are its API's: both stand beside input and output, and so do Gemini's thoughts.
 */
export function isInsideByName(name: string, quantity: Quantity): boolean {
  if (quantity.side !== 'input' && quantity.side !== 'output') return false;
  if (/^(prompt|completion)(?!TokenCount|_token_count)/i.test(name)) return true;
  if (/^(input|output)|thoughts|^cache_?(read|creation|write)|^ephemeral/i.test(name)) return false;
  return quantity.traits.length > 0;
}
