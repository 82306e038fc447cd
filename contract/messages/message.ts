import { isObject, parseJson } from '../json/parse.ts';

/** One piece of a message, whatever dialect it was written in. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** Empty text: the provider sent the thoughts encrypted or withheld them. */
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | ToolCall
  | ToolResult
  /** `source` is a data: or http(s) URI, null when the bytes were not sent along. */
  | {
      readonly kind: 'image' | 'audio' | 'file';
      readonly source: string | null;
      readonly mediaType: string | null;
      readonly name: string | null;
    }
  | { readonly kind: 'data'; readonly value: unknown };

export interface ToolCall {
  readonly kind: 'tool-call';
  readonly id: string | null;
  readonly name: string;
  /** Parsed where it is JSON. */
  readonly arguments: unknown;
  /** Its result, once paired. */
  readonly result?: ToolResult;
}

export interface ToolResult {
  readonly kind: 'tool-result';
  readonly id: string | null;
  readonly name: string | null;
  readonly content: readonly Part[];
  readonly isError: boolean;
}

export interface Message {
  /** `system`, `developer`, `user`, `assistant`, `tool`; another word where the sender used one. */
  readonly role: string;
  readonly name: string | null;
  readonly parts: readonly Part[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | null;
  readonly parameters: unknown;
}

/** What an input or output turned out to be. */
export type Content =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'chat';
      readonly messages: readonly Message[];
      readonly tools: readonly ToolDefinition[];
      /** Fields beside the messages, null when there are none. */
      readonly rest: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'data'; readonly value: unknown };

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return isObject(value);
}

/** The first of the values that is a string that is not empty. */
export function firstText(...values: unknown[]): string | null {
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return null;
}

/** Text beyond this is not parsed on the page: it is shown as text. */
const LONGEST_JSON = 4_000_000;

/** A string that holds a JSON object or list as that value; everything else as it is. */
export function parsedWhereJson(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > LONGEST_JSON) return value;
  const start = value.trimStart()[0];
  if (start !== '{' && start !== '[') return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}
