import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { isObject, parseJson as parseExactly, setKey } from '../../../contract/json/parse.ts';
import type { ObservationType } from '../../../contract/observation.ts';
import type { Attributes, AttributeValue, DecodedEvent, DecodedSpan } from '../otlp/decoded.ts';
import { jsonText } from '../otlp/json-text.ts';

/** A rule reads a span and answers, or passes (undefined) to the next rule. Rules never throw and never change the span. */
export type Rule<T> = (span: DecodedSpan) => T | undefined;

export type TypeRule = Rule<ObservationType>;

/** Where input and output are looked for: a span, or one of its events as if it were a span of its own. */
export interface IoSource {
  attributes: Attributes;
  events: readonly DecodedEvent[];
  scopeName: string;
}

/** What was found; undefined is "nothing said". Texts stay as they came. */
export interface InputOutput {
  input: unknown;
  output: unknown;
}

/** Finds input and output, or passes. */
export type IoRule = (source: IoSource) => InputOutput | undefined;

/** The first rule's answer. */
export function firstOf<A, T>(rules: readonly ((from: A) => T | undefined)[], from: A): T | undefined {
  for (const rule of rules) {
    const answer = rule(from);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The first attribute that says something: not absent, empty, 0 or false. */
export function firstTruthy(attributes: Attributes, keys: readonly string[]): AttributeValue | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value) return value;
  }
  return undefined;
}

/** Whether a value of input or output says something: a tool may well answer 0 or false. */
export const says = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The first attribute that says something as input or output. */
export const firstSaid = (attributes: Attributes, keys: readonly string[]): AttributeValue | undefined =>
  keys.map((key) => attributes.get(key)).find(says);

/** A hit when one of the two says something. */
export const hit = (input: unknown, output: unknown): InputOutput | undefined =>
  says(input) || says(output) ? { input, output } : undefined;

/** A value as text: texts as they are, everything else as JSON, nothing as the empty text. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return jsonText(value);
}

/** A number, or a text that is one. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value instanceof ExactNumber) return toNumber(value.text);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export type JsonObject = Record<string, unknown>;

export { isObject, setKey };

/** The parsed value of a JSON text, or undefined when it is none. Values that are no text are returned as they are. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseExactly(value);
  } catch {
    return undefined;
  }
}

/** The object in a JSON text, or undefined. */
export function parseObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isObject(parsed) ? parsed : undefined;
}

/** The parsed value of a JSON text, or the text itself. */
export function parseOrKeep(value: unknown): unknown {
  return parseJson(value) ?? value;
}

/** `"u-1"` in quotes is `u-1`; any other text is itself. */
export function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  const parsed = parseJson(text);
  return typeof parsed === 'string' ? parsed : text;
}

/** A span that tells these counts and nothing else: what a dialect keeps in an object is read by the same rule as attributes are. */
export const usageSpan = (span: DecodedSpan, counts: JsonObject): DecodedSpan => ({
  ...span,
  attributes: new Map(
    Object.entries(counts).flatMap(([name, units]) =>
      typeof units === 'number' || typeof units === 'string' ? [[`gen_ai.usage.${name}`, units] as const] : [],
    ),
  ),
});

/** Attributes as a plain object whose keys are all its own. */
export const toObject = (attributes: Attributes): JsonObject => Object.fromEntries(attributes);
