/**
 * Writes server/domains/prices/price-book.json from a file of figures: `node scripts/make-price-book.ts figures.json`.
 * Figures: an array of {model, tiers: [{name, priority, when, usd_per_unit}], tokenizer?}. What is derived here, and only here, is the
 * pattern by which each model is recognised under the names that providers, clouds and gateways give it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Figure {
  model: string;
  tiers: { name: string; priority: number; when: Record<string, unknown>[]; usd_per_unit: Record<string, number> }[];
  tokenizer?: { family: string; tokenizerModel?: string; tokensPerMessage?: number; tokensPerName?: number };
}

const source = process.argv[2];
if (!source) throw new Error('Usage: node scripts/make-price-book.ts <figures.json>');
const figures = JSON.parse(readFileSync(source, 'utf8')) as Figure[];
const names = new Set(figures.map((figure) => figure.model));

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Routers that put their own name before that of the provider: `openrouter/openai/gpt-4o`, `litellm_proxy/gpt-4o`. */
const ROUTERS =
  'openrouter|litellm|litellm_proxy|vercel|vercel_ai_gateway|gateway|portkey|helicone|github|github_copilot|cloudflare';
/** Suffixes by which OpenRouter selects a route to the same model at the same price (`:free` is another price and not among them). */
const ROUTES = '(?::(?:beta|thinking|nitro|floor|extended|exacto))?';

const PREFIX = {
  openai: `(?:(?:${ROUTERS}|openai|openai\\.chat|openai\\.responses|azure|azure_ai|azure-openai|azure_openai|text-completion-openai|responses|chat|eu|us|global)[/:])*`,
  anthropic:
    `(?:(?:${ROUTERS}|anthropic|bedrock|bedrock_converse|converse|invoke|amazon-bedrock|aws|vertex_ai|vertexai|vertex|google-vertex|google-vertex-anthropic|azure_ai|azure|[a-z]{2}(?:-gov)?-[a-z]+-\\d)[/:])*` +
    '(?:arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\\d*:(?:inference-profile|foundation-model)/)?' +
    '(?:projects/[^/]+/locations/[^/]+/)?(?:publishers/anthropic/)?(?:models/)?' +
    '(?:(?:us|eu|apac|jp|au|ca|us-gov|global)\\.)?(?:anthropic\\.)?',
  google:
    `(?:(?:${ROUTERS}|google|gemini|google-gla|google-vertex|google_genai|google_vertexai|google-generative-ai|googleai|vertex_ai|vertexai|vertex)[/:])*` +
    '(?:projects/[^/]+/locations/[^/]+/)?(?:publishers/google/)?(?:models/)?',
};

/** Names of one model that follow no rule. */
const ALSO: Record<string, string> = {
  'gpt-4-turbo-vision': 'gpt-4-(?:turbo-vision|vision-preview|1106-vision-preview)',
  'claude-2.0': 'claude-(?:v?2(?:\\.0)?)(?::0)?(?::\\d+k)?',
  'claude-2.1': 'claude-(?:v?2\\.1|v2:1)(?::\\d+k)?',
  'claude-1.3': 'claude-v?1(?:\\.3)?',
  'claude-1.2': 'claude-v?1\\.2',
  'claude-1.1': 'claude-v?1\\.1',
  'claude-instant-1': 'claude-instant(?:-v?1(?:\\.1)?)?(?::2)?(?::\\d+k)?',
  'claude-instant-1.2': 'claude-instant-v?1\\.2',
  'gemini-pro': 'gemini-pro',
  'gemini-1.0-pro': 'gemini-1\\.0-pro(?:-\\d{3})?',
  'gemini-1.0-pro-latest': 'gemini-1\\.0-pro-latest',
  'gemini-1.5-pro-latest': 'gemini-(?:pro-)?1\\.5(?:-pro)?(?:-latest|-\\d{3})?',
  'gemini-2.0-flash': 'gemini-2\\.0-flash(?:-latest)?',
  'gemini-2.0-flash-lite-preview': 'gemini-2\\.0-flash-lite(?:-001|-preview)?',
  'gemini-2.5-pro': 'gemini-2\\.5-pro(?:-latest|-\\d{3}|-preview(?:-\\d{2}-\\d{2,4})?)?',
  'gemini-2.5-flash': 'gemini-2\\.5-flash(?:-latest|-\\d{3}|-preview-09-2025)?',
  'gemini-2.5-flash-lite': 'gemini-2\\.5-flash-lite(?:-latest|-\\d{3}|-preview(?:-\\d{2}-\\d{2,4})?)?',
};

const DAY = '-\\d{4}-\\d{2}-\\d{2}';

/** Whether this name pins a version: such a pattern is tried before the one of its family. */
const pinned = (name: string) => /-\d{4}-\d{2}-\d{2}$|-20\d{6}$|-\d{4}(-preview)?$|-00\d$|-v2$/.test(name);

function openai(name: string): string {
  const tuned = name.startsWith('ft:');
  const core = escaped(name).replace('gpt-3\\.5', 'gpt-3\\.?5');
  if (tuned) return `${core}(?::.*)?`;
  const dated = /^(.*)-\d{4}-\d{2}-\d{2}$/.exec(name);
  if (dated) return names.has(dated[1]!) ? core : `${escaped(dated[1]!)}(?:${DAY})?`;
  if (pinned(name) || /embedding|^text-|^(babbage|davinci)-|-preview$/.test(name))
    return name.endsWith('-preview') && !pinned(name) ? `${core}(?:${DAY})?` : core;
  if (name.endsWith('-latest')) return `${core.slice(0, -'-latest'.length)}(?:-latest|${DAY})?`;
  if (/^gpt-(4|4-32k|3\.5-turbo|3\.5-turbo-16k)$/.test(name)) return `${core}(?:-\\d{4}|${DAY})?`;
  return `${core}(?:${DAY}|-latest)?`;
}

/** Claude 3 and later: family and version in either order, dots or dashes, pinned by `-20241022` or `@20241022`, Bedrock's `-v2:0`. */
function anthropic(name: string): string {
  const parsed = /^claude-(?:(\d)(?:[.-](\d))?-([a-z]+)|([a-z]+)-(\d)(?:-(\d))?)(?:-(20\d{6}|latest))?$/.exec(name);
  if (!parsed) throw new Error(`No rule for ${name}`);
  const [, oldMajor, oldMinor, oldFamily, newFamily, newMajor, newMinor, pin] = parsed;
  const family = oldFamily ?? newFamily;
  const version = (oldMajor ?? newMajor)! + ((oldMinor ?? newMinor) ? `[.-]${oldMinor ?? newMinor}` : '');
  // Bare family versions: `claude-opus-4-0` is Anthropic's alias of version 4.
  const zero = newMajor === '4' && !newMinor ? '(?:[.-]0)?' : '';
  const core = `claude-(?:${version}-${family}|${family}-${version}${zero})`;
  const siblings = [...names].filter((other) => other !== name && new RegExp(`^${core}(?:-(?:20\\d{6}|latest))?$`).test(other));
  const isFamily = !siblings.some((other) => other.endsWith('-latest') || !/-20\d{6}$/.test(other)) || !pin || pin === 'latest';
  const bedrock = '(?:-v\\d+(?::\\d+)?(?::\\d+k)?)?';
  return isFamily ? `${core}(?:-v\\d)?(?:[-@](?:20\\d{6}|latest|default))?${bedrock}` : `${core}(?:-v\\d)?[-@]${pin}${bedrock}`;
}

function google(name: string): string {
  if (!name.startsWith('gemini')) return `${escaped(name)}(?:[@-](?:\\d{3}|latest))?`;
  if (/-00\d$|-\d{2}-\d{2}$/.test(name)) return escaped(name);
  if (name.endsWith('-preview') && !names.has(name.slice(0, -'-preview'.length)))
    return `${escaped(name.slice(0, -'-preview'.length))}(?:-preview(?:-\\d{2}-\\d{2,4})?)?`;
  return `${escaped(name.replace(/-latest$/, ''))}(?:-latest|-\\d{3})?`;
}

function patternOf(name: string): string {
  const vendor = /^claude/.test(name) ? 'anthropic' : /^gemini|bison|gecko|unicorn/.test(name) ? 'google' : 'openai';
  const core = ALSO[name] ?? { openai, anthropic, google }[vendor](name);
  const routes = vendor === 'openai' && name.startsWith('ft:') ? '' : ROUTES;
  return `(?i)^${PREFIX[vendor]}${core}${routes}$`;
}

const models = figures
  .map((figure) => ({
    name: figure.model,
    matchPattern: patternOf(figure.model),
    tokenizer: figure.tokenizer
      ? {
          family: figure.tokenizer.family,
          model: figure.tokenizer.tokenizerModel,
          tokensPerMessage: figure.tokenizer.tokensPerMessage,
          tokensPerName: figure.tokenizer.tokensPerName,
        }
      : null,
    tiers: figure.tiers
      .toSorted((a, b) => a.priority - b.priority)
      .map((tier) => ({ name: tier.name, conditions: tier.when, prices: tier.usd_per_unit })),
  }))
  .toSorted((a, b) => Number(pinned(b.name)) - Number(pinned(a.name)) || (a.name < b.name ? -1 : 1));

const lines = models.map((model) => JSON.stringify(model)).join(',\n');
writeFileSync(new URL('../server/domains/prices/price-book.json', import.meta.url), `[\n${lines}\n]\n`);
console.log(`${models.length} models written`);
