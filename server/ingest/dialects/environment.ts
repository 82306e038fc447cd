import type { DecodedSpan } from '../otlp/decoded.ts';
import { isObject, parseObject } from './span.ts';

const KEYS = ['langfuse.environment', 'deployment.environment.name', 'deployment.environment'] as const;

const VALID = /^[a-z0-9\-_]+$/;

/**
 * An environment as it is stored (contract §0.5): lower case, every leading `langfuse-` taken off because those names belong to the
 * server itself, at most 40 characters. Anything that is then not `[a-z0-9-_]+` is `default`; it never fails.
 */
export function normaliseEnvironment(given: unknown): string {
  if (typeof given !== 'string' || given === '' || given === 'default') return 'default';
  const known = normalised.get(given);
  if (known !== undefined) return known;
  const cut = given
    .slice(0, 2000)
    .toLowerCase()
    .replace(/^(?:langfuse[-_]?)+/, '')
    .slice(0, 40);
  const environment = VALID.test(cut) ? cut : 'default';
  if (normalised.size > 1000) normalised.clear();
  normalised.set(given, environment);
  return environment;
}

/** Senders name few environments and name them on every span. */
const normalised = new Map<string, string>();

/** The environment of a span: its own attributes, then its resource's, key by key (contract §3.4). */
export function environmentOf(span: DecodedSpan): string {
  for (const key of KEYS) {
    const given = span.attributes.get(key) || span.resource.attributes.get(key);
    if (given) return normaliseEnvironment(given);
  }
  return normaliseEnvironment(environmentInOpenRouterEcho(span));
}

/** OpenRouter's broadcast echoes a failed request whole: one that Langfuse's judge made names its environment there. */
function environmentInOpenRouterEcho(span: DecodedSpan): unknown {
  if (span.resource.attributes.get('service.name') !== 'openrouter') return undefined;
  if (span.attributes.get('openrouter.source') !== 'openrouter') return undefined;
  const echo = parseObject(span.attributes.get('gen_ai.completion'));
  if (!echo || echo.completion) return undefined;
  const trace = isObject(echo.rawRequest) ? echo.rawRequest.trace : undefined;
  const environment = isObject(trace) ? trace.environment : undefined;
  return typeof environment === 'string' && environment.startsWith('langfuse-') ? environment : undefined;
}
