import type { Tiktoken } from 'js-tiktoken/lite';
import { inputTexts, outputText, type Texts } from './message-texts.ts';
import type { ModelTokenizer } from './model.ts';

type Vocabulary = 'o200k_base' | 'cl100k_base';

const loading = new Map<Vocabulary, Promise<Tiktoken>>();

/** A vocabulary is megabytes: it is loaded when the first text is counted, once. */
function load(vocabulary: Vocabulary): Promise<Tiktoken> {
  let loaded = loading.get(vocabulary);
  if (!loaded) {
    const ranks = vocabulary === 'o200k_base' ? import('js-tiktoken/ranks/o200k_base') : import('js-tiktoken/ranks/cl100k_base');
    loaded = Promise.all([import('js-tiktoken/lite'), ranks]).then(([{ Tiktoken }, { default: data }]) => new Tiktoken(data));
    loading.set(vocabulary, loaded);
  }
  return loaded;
}

/** GPT-4, GPT-3.5, embeddings and older: cl100k (older completion models used a vocabulary close to it); everything since GPT-4o: o200k. */
const vocabularyOf = (tokenizer: ModelTokenizer, modelName: string): Vocabulary =>
  tokenizer.family === 'openai' && /^(ft:)?(gpt-4(?![.o])|gpt-3|text-|babbage|davinci)/.test(modelName)
    ? 'cl100k_base'
    : 'o200k_base';

/**
 * Anthropic publishes no vocabulary of its current models. Against their counting endpoint o200k is known to come out lower by roughly a
 * seventh on prose and more on code; this factor is the middle of it.
 */
const CLAUDE_FACTOR = 1.15;

/** Text that is counted exactly; what is longer is extrapolated from its beginning. */
export const EXACT_CHARACTERS = 16_384;
/** Text beyond this is not looked at in any way: nobody's context window is longer. */
const MAX_CHARACTERS = 8_000_000;
/** Byte-pair merging is quadratic in the length of an unbroken run: longer runs are cut, at the price of a token per cut at most. */
const RUN = /\S{65,}|\s{65,}/g;

function countText(encoder: Tiktoken, text: string): number {
  const counted = text.length > EXACT_CHARACTERS ? text.slice(0, EXACT_CHARACTERS) : text;
  let tokens = 0;
  let from = 0;
  const count = (part: string) => {
    if (part !== '') tokens += encoder.encode(part, [], []).length;
  };
  for (const run of counted.matchAll(RUN)) {
    count(counted.slice(from, run.index));
    for (let at = 0; at < run[0].length; at += 64) count(run[0].slice(at, at + 64));
    from = run.index + run[0].length;
  }
  count(counted.slice(from));
  return Math.round((tokens * Math.min(text.length, MAX_CHARACTERS)) / Math.max(counted.length, 1));
}

/** Tokens of chat messages as OpenAI counts them: every text, a fixed price per message and name, three to open the answer. */
function countInput(encoder: Tiktoken, { chat, messages }: Texts, tokenizer: ModelTokenizer): number {
  const perMessage = chat && tokenizer.family === 'openai' && tokenizer.tokensPerMessage !== undefined;
  let tokens = perMessage ? 3 : 0;
  for (const { text, role, name } of messages) {
    tokens += countText(encoder, text);
    if (!perMessage) continue;
    tokens += tokenizer.tokensPerMessage! + (role === undefined ? 0 : countText(encoder, role));
    if (name !== undefined) tokens += (tokenizer.tokensPerName ?? 1) + countText(encoder, name);
  }
  return tokens;
}

export interface TokenCounter {
  input(text: string): number;
  output(text: string): number;
}

/** A counter of tokens for a model; resolves once its vocabulary is loaded. Counts are estimates for claude and for texts over 16k characters. */
export async function tokenCounter(tokenizer: ModelTokenizer, modelName: string): Promise<TokenCounter> {
  const encoder = await load(vocabularyOf(tokenizer, modelName));
  const factor = tokenizer.family === 'claude' ? CLAUDE_FACTOR : 1;
  return {
    input: (text) => Math.round(countInput(encoder, inputTexts(text), tokenizer) * factor),
    output: (text) => Math.round(countText(encoder, outputText(text)) * factor),
  };
}
