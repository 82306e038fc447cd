import { describe, expect, it } from 'vitest';
import { matchModel } from './match-model.ts';
import type { PricedModel } from './model.ts';
import { compilePattern } from './pattern.ts';
import { priceBook } from './price-book.ts';
import more from './price-book-more.json' with { type: 'json' };

/** Model of the price book -> names under which real senders know it. */
const SPELLINGS: Record<string, string[]> = {
  'gpt-4o': [
    'gpt-4o',
    'GPT-4o',
    'openai/gpt-4o',
    'azure/gpt-4o',
    'openrouter/openai/gpt-4o',
    'openai:gpt-4o',
    'azure/eu/gpt-4o',
    'github/gpt-4o',
    'litellm_proxy/gpt-4o',
    'gpt-4o-2025-03-27',
    ' gpt-4o ',
  ],
  'gpt-4o-2024-05-13': ['gpt-4o-2024-05-13', 'azure/gpt-4o-2024-05-13', 'azure/global/gpt-4o-2024-05-13'],
  'gpt-4o-2024-08-06': [
    'gpt-4o-2024-08-06',
    'openai/gpt-4o-2024-08-06',
    'azure/us/gpt-4o-2024-08-06',
    'openrouter/openai/gpt-4o-2024-08-06',
  ],
  'gpt-4o-2024-11-20': ['gpt-4o-2024-11-20', 'azure/global/gpt-4o-2024-11-20'],
  'gpt-4o-mini': [
    'gpt-4o-mini',
    'openai/gpt-4o-mini',
    'azure/gpt-4o-mini',
    'openrouter/openai/gpt-4o-mini',
    'vercel/openai/gpt-4o-mini',
    'GPT-4O-MINI',
  ],
  'gpt-4o-mini-2024-07-18': ['gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini-2024-07-18', 'azure/eu/gpt-4o-mini-2024-07-18'],
  'gpt-4o-audio-preview': ['gpt-4o-audio-preview', 'gpt-4o-audio-preview-2024-12-17'],
  'gpt-4o-audio-preview-2024-10-01': ['gpt-4o-audio-preview-2024-10-01'],
  'gpt-4o-realtime-preview': ['gpt-4o-realtime-preview'],
  'chatgpt-4o-latest': ['chatgpt-4o-latest', 'openai/chatgpt-4o-latest'],
  'gpt-4.1': ['gpt-4.1', 'openai/gpt-4.1', 'azure/gpt-4.1'],
  'gpt-4.1-2025-04-14': ['gpt-4.1-2025-04-14', 'openai/gpt-4.1-2025-04-14'],
  'gpt-4.1-mini': ['gpt-4.1-mini', 'openai/gpt-4.1-mini'],
  'gpt-4.1-nano': ['gpt-4.1-nano'],
  'gpt-4.1-nano-2025-04-14': ['gpt-4.1-nano-2025-04-14'],
  'gpt-4.5-preview': ['gpt-4.5-preview'],
  'gpt-4': ['gpt-4', 'openai/gpt-4', 'azure/gpt-4', 'gpt-4-9999'],
  'gpt-4-0613': ['gpt-4-0613', 'azure/gpt-4-0613'],
  'gpt-4-0314': ['gpt-4-0314'],
  'gpt-4-32k': ['gpt-4-32k', 'azure/gpt-4-32k'],
  'gpt-4-32k-0613': ['gpt-4-32k-0613'],
  'gpt-4-1106-preview': ['gpt-4-1106-preview', 'GPT-4-1106-Preview'],
  'gpt-4-0125-preview': ['gpt-4-0125-preview'],
  'gpt-4-turbo': ['gpt-4-turbo', 'openrouter/openai/gpt-4-turbo'],
  'gpt-4-turbo-2024-04-09': ['gpt-4-turbo-2024-04-09', 'azure/gpt-4-turbo-2024-04-09'],
  'gpt-4-turbo-preview': ['gpt-4-turbo-preview'],
  'gpt-4-turbo-vision': ['gpt-4-vision-preview', 'gpt-4-1106-vision-preview', 'gpt-4-turbo-vision'],
  'gpt-3.5-turbo': ['gpt-3.5-turbo', 'gpt-35-turbo', 'azure/gpt-35-turbo', 'openai/gpt-3.5-turbo'],
  'gpt-3.5-turbo-0125': ['gpt-3.5-turbo-0125', 'gpt-35-turbo-0125'],
  'gpt-3.5-turbo-0613': ['gpt-3.5-turbo-0613', 'gpt-35-turbo-0613'],
  'gpt-3.5-turbo-1106': ['gpt-3.5-turbo-1106', 'azure/gpt-35-turbo-1106'],
  'gpt-3.5-turbo-16k': ['gpt-3.5-turbo-16k', 'gpt-35-turbo-16k'],
  'gpt-3.5-turbo-instruct': ['gpt-3.5-turbo-instruct', 'text-completion-openai/gpt-3.5-turbo-instruct'],
  'ft:gpt-3.5-turbo-1106': [
    'ft:gpt-3.5-turbo-1106',
    'ft:gpt-3.5-turbo-1106:acme::8Qw1abcd',
    'openai/ft:gpt-3.5-turbo-1106:acme:support:8Qw1',
  ],
  'ft:gpt-3.5-turbo-0613': ['ft:gpt-3.5-turbo-0613:acme::7p4lURel'],
  'ft:davinci-002': ['ft:davinci-002:acme::1'],
  'gpt-5': ['gpt-5', 'openai/gpt-5', 'azure/gpt-5', 'openrouter/openai/gpt-5', 'openai.responses/gpt-5', 'openai:gpt-5'],
  'gpt-5-2025-08-07': ['gpt-5-2025-08-07', 'openai/gpt-5-2025-08-07'],
  'gpt-5-mini': ['gpt-5-mini', 'openai/gpt-5-mini', 'azure/gpt-5-mini'],
  'gpt-5-mini-2025-08-07': ['gpt-5-mini-2025-08-07'],
  'gpt-5-nano': ['gpt-5-nano', 'openai/gpt-5-nano'],
  'gpt-5-pro': ['gpt-5-pro'],
  'gpt-5-chat-latest': ['gpt-5-chat-latest', 'azure/gpt-5-chat'],
  'gpt-5.1': ['gpt-5.1', 'openai/gpt-5.1'],
  'gpt-5.1-2025-11-13': ['gpt-5.1-2025-11-13'],
  'gpt-5.2': ['gpt-5.2'],
  'gpt-5.2-pro-2025-12-11': ['gpt-5.2-pro-2025-12-11'],
  'gpt-5.4-mini': ['gpt-5.4-mini'],
  'gpt-5.5-2026-04-23': ['gpt-5.5-2026-04-23', 'gpt-5.5', 'openai/gpt-5.5'],
  'gpt-5.5-pro-2026-04-23': ['gpt-5.5-pro'],
  'gpt-5.6-terra': ['gpt-5.6-terra', 'openrouter/openai/gpt-5.6-terra'],
  o1: ['o1', 'openai/o1', 'azure/o1'],
  'o1-2024-12-17': ['o1-2024-12-17'],
  'o1-mini': ['o1-mini'],
  'o1-preview': ['o1-preview', 'azure/o1-preview'],
  'o1-pro': ['o1-pro'],
  o3: ['o3', 'openai/o3'],
  'o3-mini': ['o3-mini', 'azure/o3-mini'],
  'o3-mini-2025-01-31': ['o3-mini-2025-01-31'],
  'o4-mini': ['o4-mini', 'openai/o4-mini'],
  'o4-mini-2025-04-16': ['azure/o4-mini-2025-04-16'],
  'text-embedding-ada-002': ['text-embedding-ada-002', 'azure/text-embedding-ada-002', 'openai/text-embedding-ada-002'],
  'text-embedding-ada-002-v2': ['text-embedding-ada-002-v2'],
  'text-embedding-3-small': ['text-embedding-3-small', 'openai/text-embedding-3-small', 'azure/text-embedding-3-small'],
  'text-embedding-3-large': ['text-embedding-3-large', 'openai:text-embedding-3-large'],
  'claude-3-5-sonnet-20240620': [
    'claude-3-5-sonnet-20240620',
    'anthropic/claude-3-5-sonnet-20240620',
    'claude-3-5-sonnet@20240620',
    'anthropic.claude-3-5-sonnet-20240620-v1:0',
    'us.anthropic.claude-3-5-sonnet-20240620-v1:0',
    'bedrock/eu.anthropic.claude-3-5-sonnet-20240620-v1:0',
    'openrouter/anthropic/claude-3.5-sonnet-20240620',
    'publishers/anthropic/models/claude-3-5-sonnet@20240620',
  ],
  'claude-3.5-sonnet-20241022': [
    'claude-3-5-sonnet-20241022',
    'claude-3.5-sonnet-20241022',
    'anthropic.claude-3-5-sonnet-20241022-v2:0',
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'apac.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0',
    'vertex_ai/claude-3-5-sonnet-v2@20241022',
    'claude-3-5-sonnet-v2@20241022',
    'projects/my-project/locations/europe-west1/publishers/anthropic/models/claude-3-5-sonnet-v2@20241022',
    'anthropic.claude-3-5-sonnet-20241022-v2:0:51k',
    'bedrock/us-west-2/anthropic.claude-3-5-sonnet-20241022-v2:0',
  ],
  'claude-3.5-sonnet-latest': [
    'claude-3-5-sonnet-latest',
    'claude-3-5-sonnet',
    'claude-3.5-sonnet',
    'anthropic/claude-3.5-sonnet',
    'openrouter/anthropic/claude-3.5-sonnet:beta',
    'claude-3-5-sonnet-v2',
  ],
  'claude-3-5-haiku-20241022': [
    'claude-3-5-haiku-20241022',
    'us.anthropic.claude-3-5-haiku-20241022-v1:0',
    'claude-3-5-haiku@20241022',
  ],
  'claude-3.5-haiku-latest': ['claude-3-5-haiku-latest', 'anthropic/claude-3.5-haiku'],
  'claude-3.7-sonnet-20250219': [
    'claude-3-7-sonnet-20250219',
    'eu.anthropic.claude-3-7-sonnet-20250219-v1:0',
    'vertex_ai/claude-3-7-sonnet@20250219',
  ],
  'claude-3.7-sonnet-latest': ['claude-3-7-sonnet-latest', 'anthropic/claude-3.7-sonnet', 'anthropic/claude-3.7-sonnet:thinking'],
  'claude-3-opus-20240229': [
    'claude-3-opus-20240229',
    'claude-3-opus@20240229',
    'claude-3-opus-latest',
    'claude-3-opus',
    'anthropic.claude-3-opus-20240229-v1:0',
    'anthropic.claude-3-opus-20240229-v1:0:28k',
    'anthropic/claude-3-opus:beta',
  ],
  'claude-3-sonnet-20240229': [
    'claude-3-sonnet-20240229',
    'anthropic.claude-3-sonnet-20240229-v1:0',
    'bedrock/anthropic.claude-3-sonnet-20240229-v1:0',
  ],
  'claude-3-haiku-20240307': [
    'claude-3-haiku-20240307',
    'claude-3-haiku',
    'eu.anthropic.claude-3-haiku-20240307-v1:0',
    'vertex_ai/claude-3-haiku@20240307',
    'openrouter/anthropic/claude-3-haiku',
  ],
  'claude-sonnet-4-20250514': [
    'claude-sonnet-4-20250514',
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'claude-sonnet-4@20250514',
    'global.anthropic.claude-sonnet-4-20250514-v1:0',
  ],
  'claude-sonnet-4-latest': [
    'claude-sonnet-4',
    'claude-sonnet-4-0',
    'anthropic/claude-sonnet-4',
    'anthropic/claude-4-sonnet-20250522',
  ],
  'claude-sonnet-4-5-20250929': [
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-4-5',
    'anthropic/claude-sonnet-4.5',
    'anthropic:claude-sonnet-4-5',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'jp.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'claude-sonnet-4-5@20250929',
    'anthropic/claude-4.5-sonnet-20250929',
    'publishers/anthropic/models/claude-sonnet-4-5',
  ],
  'claude-opus-4-20250514': [
    'claude-opus-4-20250514',
    'claude-opus-4-0',
    'claude-opus-4',
    'us.anthropic.claude-opus-4-20250514-v1:0',
  ],
  'claude-opus-4-1-20250805': [
    'claude-opus-4-1-20250805',
    'claude-opus-4-1',
    'anthropic/claude-opus-4.1',
    'claude-opus-4-1@20250805',
  ],
  'claude-opus-4-5-20251101': ['claude-opus-4-5-20251101', 'claude-opus-4-5', 'anthropic/claude-opus-4.5'],
  'claude-haiku-4-5-20251001': [
    'claude-haiku-4-5-20251001',
    'claude-haiku-4-5',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'anthropic/claude-haiku-4.5',
  ],
  'claude-opus-4-6': [
    'claude-opus-4-6',
    'anthropic.claude-opus-4-6-v1',
    'us.anthropic.claude-opus-4-6-v1:0',
    'vertex_ai/claude-opus-4-6@default',
  ],
  'claude-sonnet-4-6': ['claude-sonnet-4-6', 'anthropic/claude-sonnet-4.6'],
  'claude-sonnet-5': ['claude-sonnet-5', 'anthropic/claude-sonnet-5'],
  'claude-opus-5': ['claude-opus-5'],
  'claude-2.1': ['claude-2.1', 'anthropic.claude-v2:1', 'anthropic.claude-v2:1:200k'],
  'claude-2.0': ['claude-2.0', 'claude-2', 'anthropic.claude-v2'],
  'claude-instant-1.2': ['claude-instant-1.2'],
  'claude-instant-1': ['claude-instant-1', 'anthropic.claude-instant-v1'],
  'gemini-2.5-pro': [
    'gemini-2.5-pro',
    'models/gemini-2.5-pro',
    'gemini/gemini-2.5-pro',
    'google/gemini-2.5-pro',
    'vertex_ai/gemini-2.5-pro',
    'google-gla:gemini-2.5-pro',
    'gemini-2.5-pro-preview-06-05',
    'openrouter/google/gemini-2.5-pro',
  ],
  'gemini-2.5-flash': [
    'gemini-2.5-flash',
    'models/gemini-2.5-flash',
    'google-vertex:gemini-2.5-flash',
    'publishers/google/models/gemini-2.5-flash',
    'projects/my-project-467711/locations/europe-central2/publishers/google/models/gemini-2.5-flash',
    'googleai/gemini-2.5-flash',
    'gemini-2.5-flash-preview-09-2025',
  ],
  'gemini-2.5-flash-lite': ['gemini-2.5-flash-lite', 'gemini-2.5-flash-lite-preview-06-17'],
  'gemini-2.0-flash': ['gemini-2.0-flash', 'models/gemini-2.0-flash', 'vertex_ai/gemini-2.0-flash'],
  'gemini-2.0-flash-001': ['gemini-2.0-flash-001', 'google/gemini-2.0-flash-001'],
  'gemini-2.0-flash-lite-preview': ['gemini-2.0-flash-lite-preview', 'gemini-2.0-flash-lite', 'gemini-2.0-flash-lite-001'],
  'gemini-1.5-pro-latest': ['gemini-1.5-pro-latest', 'gemini-1.5-pro', 'models/gemini-1.5-pro-002', 'google/gemini-pro-1.5'],
  'gemini-1.0-pro-001': ['gemini-1.0-pro-001'],
  'gemini-1.0-pro': ['gemini-1.0-pro', 'gemini-1.0-pro-002'],
  'gemini-3-pro-preview': [
    'gemini-3-pro-preview',
    'google/gemini-3-pro-preview',
    'gemini-3-pro-preview-11-2025',
    'models/gemini-3-pro-preview',
  ],
  'gemini-3-flash-preview': ['gemini-3-flash-preview'],
  'gemini-3.1-flash-lite-preview': ['gemini-3.1-flash-lite-preview'],
  'chat-bison': ['chat-bison', 'chat-bison@001', 'vertex_ai/chat-bison@002'],
  'text-bison-32k': ['text-bison-32k', 'text-bison-32k@002'],
  'textembedding-gecko': ['textembedding-gecko', 'textembedding-gecko@003'],
};

/** Names that look like a listed model and are none: their price is not known. */
const UNPRICED = [
  '',
  '   ',
  'gpt',
  'gpt-4o-mini-tts',
  'gpt-4o-transcribe',
  'gpt-4o-search-preview',
  'gpt-4o-mini-realtime-preview',
  'gpt-4o-mini-audio-preview',
  'gpt-image-1',
  'gpt-oss-120b',
  'my-gpt-4o',
  'gpt-4o-finetuned',
  'gpt-4ox',
  'someone/gpt-4o',
  'huggingface/someone/gpt-4',
  'ft:gpt-3.5-turbo-0125:acme::9abc',
  'ft:gpt-3.5-turbo:acme::9abc',
  'gpt-5-codex-max',
  'gpt-3',
  'o1-ultra',
  'o3-deep-research',
  'foo1',
  'text-embedding-3',
  'text-embedding-4-small',
  'claude',
  'claude-3',
  'claude-3-5',
  'claude-sonnet',
  'claude-sonnet-4-9',
  'claude-opus-4-20',
  'claude-3-5-sonnet-2024',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123',
  'us.meta.llama3-1-70b-instruct-v1:0',
  'gemini',
  'gemini-2.5-flash-image',
  'gemini-2.5-flash-preview-tts',
  'gemini-2.5-flash-native-audio-latest',
  'gemini-2.5-flash-preview-04-17',
  'gemini-2.0-flash-exp',
  'gemini-2.0-flash-thinking-exp-01-21',
  'gemini-1.5-flash',
  'gemini-1.0-pro-vision',
  'google/gemma-3-27b-it',
  'openrouter/google/gemini-2.5-pro:free',
  'meta-llama/llama-3.3-70b-instruct',
  'llama3',
  'test-model',
];

const nameOf = (name: string) => matchModel(name, priceBook)?.name ?? null;

describe('the price book', () => {
  it('knows more than 150 real spellings', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const [model, spellings] of Object.entries(SPELLINGS)) {
      for (const spelling of spellings) {
        checked += 1;
        const got = nameOf(spelling);
        if (got !== model) wrong.push(`${spelling} -> ${got}, not ${model}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(150);
  });

  it('does not price names that are no listed model', () => {
    expect(UNPRICED.map((name) => [name, nameOf(name)]).filter(([, got]) => got !== null)).toEqual([]);
  });

  it('recognises every model by its own name', () => {
    expect(priceBook.filter((model) => nameOf(model.name) !== model.name).map((model) => model.name)).toEqual([]);
    expect(priceBook.length).toBeGreaterThan(200);
  });

  it('is well-formed: unique ids, one default tier, equal usage types in all tiers, positive prices', () => {
    expect(new Set(priceBook.map((model) => model.id)).size).toBe(priceBook.length);
    const tierIds = priceBook.flatMap((model) => model.tiers.map((tier) => tier.id));
    expect(new Set(tierIds).size).toBe(tierIds.length);
    for (const model of priceBook) {
      expect(model.tiers.filter((tier) => tier.isDefault)).toHaveLength(1);
      expect(model.tiers[0]).toMatchObject({ isDefault: true, conditions: [] });
      const types = Object.keys(model.tiers[0]!.prices).toSorted();
      for (const tier of model.tiers) {
        expect(Object.keys(tier.prices).toSorted()).toEqual(types);
        expect(Object.values(tier.prices).every((price) => price > 0)).toBe(true);
      }
    }
  });

  it('keeps ids stable', () => {
    expect(matchModel('gpt-4o', priceBook)?.id).toBe('model-gpt-4o');
    expect(matchModel('ft:gpt-3.5-turbo-1106', priceBook)?.id).toBe('model-ft-gpt-3.5-turbo-1106');
    expect(matchModel('gpt-4o', priceBook)?.tiers.map((tier) => tier.id)).toContain('model-gpt-4o_tier_default');
  });
});

describe("a project's own models", () => {
  const own = (matchPattern: string, name = 'own'): PricedModel => ({
    id: name,
    name,
    matchPattern,
    owner: 'project',
    tokenizer: null,
    tiers: [{ id: 't', name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 1 } }],
  });

  it('win over the price book, in the order given', () => {
    expect(matchModel('gpt-4o', priceBook, [own('(?i)^GPT-4O$')])?.id).toBe('own');
    expect(matchModel('gpt-4o', priceBook, [own('^gpt', 'first'), own('^gpt-4o', 'second')])?.id).toBe('first');
    expect(matchModel('GPT-4o', priceBook, [own('^gpt-4o$')])?.id).toBe('model-gpt-4o');
  });

  it('never match with a pattern that cannot be compiled, and never hang', () => {
    expect(matchModel('gpt-4o', priceBook, [own('(unclosed'), own('^(?=gpt)')])?.id).toBe('model-gpt-4o');
    const started = performance.now();
    expect(matchModel(`${'a'.repeat(400)}!`, priceBook, [own('^(a+)+$')])).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('are not searched in texts too long for a name', () => {
    expect(matchModel(`gpt-4o${'x'.repeat(1000)}`, priceBook, [own('gpt')])).toBeNull();
  });
});

describe('a pattern that somebody wrote to keep us busy', () => {
  it('is refused when repetition makes it large', () => {
    for (const pattern of ['(x?y?z?w?){1000}$', '(.?){1000}(.?){1000}']) {
      expect(() => compilePattern(pattern)).toThrow('it repeats too much');
    }
    const names = Array.from({ length: 100 }, (_, i) => `some-long-model-${i}`).join('|');
    expect(compilePattern(`(?i)^(${names})$`)('Some-Long-Model-42')).toBe(true);
  });

  it('takes little time otherwise', () => {
    const matches = compilePattern('(x?y?z?w?){200}(x?y?z?w?){40}$');
    const begun = performance.now();
    for (let i = 0; i < 100; i++) matches(`${'xyzw'.repeat(120)}${i}!`);
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});

describe('names without a price until now', () => {
  it.each([
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5-20250929'],
    ['claude-opus-4-1-20250805[1m]', 'claude-opus-4-1-20250805'],
    ['ft:gpt-4o-2024-08-06:acme::abc', 'ft:gpt-4o'],
    ['ft:gpt-4o-mini-2024-07-18:acme:x:1', 'ft:gpt-4o-mini'],
    ['ft:gpt-4.1-nano-2025-04-14:acme::z', 'ft:gpt-4.1-nano'],
    ['ft:gpt-4.1-2025-04-14:acme::z', 'ft:gpt-4.1'],
    ['gpt-5-codex', 'gpt-5'],
    ['gpt-5.1-codex-max', 'gpt-5.1'],
    ['gpt-5.1-codex-mini', 'gpt-5.1-codex-mini'],
    ['gpt-5.1-chat-latest', 'gpt-5.1'],
    ['gpt-5.2-chat-latest', 'gpt-5.2'],
    ['openai/gpt-5.2-chat', 'gpt-5.2'],
    ['gpt-5-chat-latest', 'gpt-5-chat-latest'],
    ['o3-mini-high', 'o3-mini'],
    ['openai/o4-mini-high', 'o4-mini'],
    ['gpt-realtime', 'gpt-realtime'],
    ['gpt-realtime-2025-08-28', 'gpt-realtime'],
    ['gemini-embedding-001', 'gemini-embedding-001'],
    ['models/gemini-embedding-001', 'gemini-embedding-001'],
    ['us.amazon.nova-pro-v1:0', 'amazon.nova-pro'],
    ['bedrock/amazon.nova-lite-v1:0', 'amazon.nova-lite'],
    ['mistral-large-latest', 'mistral-large-2512'],
    ['mistral/codestral-latest', 'codestral-latest'],
    ['deepseek-chat', 'deepseek-chat'],
    ['openrouter/x-ai/grok-4', 'grok-4'],
    ['grok-4-fast-reasoning', 'grok-4-fast'],
    ['cohere/command-a-03-2025', 'command-a-03-2025'],
    ['"gpt-4o"', 'gpt-4o'],
  ])('%s is priced as %s', (name, priced) => expect(nameOf(name)).toBe(priced));

  it.each(['ollama/deepseek-chat', 'vllm/mistral-small-latest', 'my-gpt-4o[1m]', 'deepseek-r1:8b', 'grok', 'nova'])(
    '%s is not',
    (name) => expect(nameOf(name)).toBeNull(),
  );

  it('each has the day of its price and where it was read', () => {
    for (const figure of more) {
      expect(figure.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(figure.source).toMatch(/^https:/);
    }
  });
});

describe('a price that starts on a day', () => {
  const day = (text: string) => Date.parse(text) * 1000;
  const own = (id: string, startDate: number | null): PricedModel => ({
    id,
    name: id,
    matchPattern: '^gpt-4o$',
    owner: 'project',
    tokenizer: null,
    startDate,
    tiers: [],
  });
  const models = [own('next', day('2027-01-01')), own('this', day('2026-01-01'))];

  it.each([
    ['2027-06-01', 'next'],
    ['2027-01-01', 'next'],
    ['2026-12-31', 'this'],
    ['2025-12-31', 'model-gpt-4o'],
  ])('on %s the price is %s', (at, id) => expect(matchModel('gpt-4o', priceBook, models, day(at))?.id).toBe(id));
});
