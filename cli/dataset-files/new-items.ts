import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { NewItem } from './mapping.ts';

const digest = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/**
 * Gives items without an id one that follows from the dataset and their content, so that the same file imported twice is the same items.
 * Rows that are the same each have their own.
 */
export function createIdGiver(datasetName: string): (item: NewItem) => NewItem & { id: string } {
  const seen = new Map<string, number>();
  return (item) => {
    if (item.id !== undefined) return { ...item, id: item.id };
    const content = canonicalJson([datasetName, item.input, item.expectedOutput, item.metadata]);
    const key = digest(content, 32);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return { ...item, id: before === 0 ? key : digest(`${content}#${before}`, 32) };
  };
}

const PARTS = ['input', 'expectedOutput', 'metadata', 'sourceTraceId', 'sourceObservationId', 'status'] as const;

/** What the server has of an item: a fingerprint of each part. */
export type Fingerprint = readonly string[];

export const fingerprintOf = (item: Partial<Record<(typeof PARTS)[number], unknown>>): Fingerprint =>
  PARTS.map((part) => digest(canonicalJson(item[part] ?? null), 16));

/** Whether writing the item would change nothing: what it does not give stays (contract §5.4). */
export function isSame(item: NewItem, there: Fingerprint): boolean {
  const here = fingerprintOf(item);
  return PARTS.every((part, i) => item[part] === undefined || item[part] === null || here[i] === there[i]);
}

/** The server parses texts that are JSON; a text that is to stay one goes as a JSON string. */
export function asSent<T extends NewItem>(item: T): T {
  const text = (value: unknown) => (typeof value === 'string' && isJson(value) ? JSON.stringify(value) : value);
  return { ...item, input: text(item.input), expectedOutput: text(item.expectedOutput), metadata: text(item.metadata) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
