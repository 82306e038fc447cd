import { isObject, parseIfJson } from '../../contract/json/parse.ts';
import { nestMetadata } from '../../contract/metadata.ts';
import type { Micros } from '../store/analytics/rows.ts';

/** ISO-8601 UTC with milliseconds. */
export const isoOf = (time: Micros): string => new Date(Math.floor(time / 1000)).toISOString();

export const isoOrNull = (time: Micros | null): string | null => (time === null ? null : isoOf(time));

/** Empty text means that there is none. */
export const orNull = (text: string): string | null => (text === '' ? null : text);

/** A stored input or output as a value: JSON where the text is JSON, null where there is none. */
export const parsedText = (text: string): unknown => (text === '' ? null : parseIfJson(text));

/** Stored flat metadata as nested values. */
export const metadataOf = (flat: Record<string, string>): Record<string, unknown> => nestMetadata(flat);

/** A stored JSON object; empty when there is none or it is something else. */
export function objectOf(text: string): Record<string, unknown> {
  const value = parsedText(text);
  return isObject(value) ? value : {};
}

/** A stored JSON array; empty when there is none or it is something else. */
export function listOf(text: string): unknown[] {
  const value = parsedText(text);
  return Array.isArray(value) ? value : [];
}

/** Characters of a text that lists show. */
export const PREVIEW_LENGTH = 200;
