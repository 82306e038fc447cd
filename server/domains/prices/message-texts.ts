/*
 * What a model was given and what it answered, as texts, out of what a row holds of it. Estimated are the words that a model read, not the
 * JSON around them, not how Python prints an object, not a picture in letters.
 */

export interface MessageText {
  text: string;
  /** Roles are tokens too. */
  role?: string;
  name?: string;
}

export interface Texts {
  /** Whether these are the messages of a chat, which cost something each. */
  chat: boolean;
  messages: MessageText[];
}

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Depth to which texts are looked for. */
const DEEPEST = 12;

/** @returns the texts of an input */
export function inputTexts(stored: string): Texts {
  const parsed = parsedJson(stored);
  if (parsed === undefined) return plain(plainText(stored));
  const list = messageList(parsed);
  if (list) {
    const messages = list.map(messageOf);
    if (isObject(parsed)) messages.unshift(...systemOf(parsed));
    return { chat: true, messages: messages.filter(({ text }) => text !== '') };
  }
  return plain(leaves(parsed, DEEPEST).join('\n'));
}

/** @returns the text of an answer. JSON that is no message is what the model wrote. */
export function outputText(stored: string): string {
  const parsed = parsedJson(stored);
  if (parsed === undefined) return plainText(stored).replace(/^assistant: ?/, '');
  if (typeof parsed === 'string') return plainText(parsed);
  const answers = answersOf(parsed);
  if (answers) return answers.map((answer) => messageOf(answer).text).join('\n');
  return withoutPictures(stored);
}

/** A guess without a vocabulary, for what comes when there is no time to count: four characters a token. */
export const guessTokens = (text: string): number => Math.ceil(text.length / 4);

const plain = (text: string): Texts => ({ chat: false, messages: text === '' ? [] : [{ text }] });

function parsedJson(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Keys under which senders put the conversation. */
const LISTS = ['messages', 'input', 'contents', 'prompt', 'chat_history', 'history'] as const;

function messageList(parsed: unknown): unknown[] | undefined {
  if (Array.isArray(parsed)) return parsed.some(isMessage) ? parsed : undefined;
  if (!isObject(parsed)) return undefined;
  if (isMessage(parsed)) return [parsed];
  for (const key of LISTS) {
    const value = parsed[key];
    if (Array.isArray(value)) {
      // A list of lists is a batch of conversations (LangChain).
      const list = value.every(Array.isArray) ? (value as unknown[][]).flat() : (value as unknown[]);
      if (list.some(isMessage)) return list;
    } else if (isObject(value)) {
      const inner = messageList(value);
      if (inner) return inner;
    }
  }
  return undefined;
}

const isMessage = (value: unknown): boolean =>
  typeof value === 'string'
    ? isPrinted(value)
    : isObject(value) &&
      (typeof value.role === 'string' || isObject(value.message) || 'content' in value || Array.isArray(value.parts));

/** What stands beside the messages and is read before them. */
const systemOf = (parsed: JsonObject): MessageText[] =>
  ['system', 'instructions', 'system_instruction', 'systemInstruction']
    .map((key) => ({ text: textOf(parsed[key], DEEPEST) }))
    .filter(({ text }) => text !== '');

function answersOf(parsed: unknown): unknown[] | undefined {
  if (isObject(parsed)) {
    for (const key of ['choices', 'candidates', 'output', 'generations', 'messages'] as const) {
      const value = parsed[key];
      if (Array.isArray(value) && value.some((item) => isObject(item) || Array.isArray(item))) return (value as unknown[]).flat();
    }
    if (typeof parsed.role === 'string' || isObject(parsed.message)) return [parsed];
    if (Array.isArray(parsed.content) || Array.isArray(parsed.parts)) return [parsed];
    return undefined;
  }
  return Array.isArray(parsed) && parsed.length > 0 && parsed.every((item) => isObject(item) && isMessage(item))
    ? parsed
    : undefined;
}

function messageOf(value: unknown): MessageText {
  if (isObject(value) && isObject(value.message)) return messageOf(value.message);
  const text = textOf(value, DEEPEST);
  if (!isObject(value)) return { text };
  return {
    text,
    ...(typeof value.role === 'string' && { role: value.role }),
    ...(typeof value.name === 'string' && typeof value.role === 'string' && { name: value.name }),
  };
}

/** Keys of messages and their parts that hold what is read or written. */
const SPOKEN = [
  'content',
  'text',
  'parts',
  'value',
  'thinking',
  'reasoning',
  'reasoning_content',
  'refusal',
  'arguments',
  'input',
  'output',
  'result',
  'response',
  'tool_calls',
  'toolCalls',
  'function',
  'function_call',
  'functionCall',
  'args',
] as const;

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return plainText(value);
  if (depth === 0 || value === null || value === undefined) return '';
  if (Array.isArray(value)) return joined(value.map((item) => textOf(item, depth - 1)));
  if (!isObject(value)) return '';
  const spoken = SPOKEN.filter((key) => key in value);
  const texts = spoken.map((key) => {
    const said = value[key];
    // Arguments of a call are written as JSON by the model.
    if ((key === 'arguments' || key === 'args' || key === 'input') && isObject(said))
      return withoutPictures(JSON.stringify(said));
    return textOf(said, depth - 1);
  });
  // A call says its name, a message says who it is of.
  const calls = spoken.some((key) => key === 'arguments' || key === 'args' || key === 'input');
  if (calls && typeof value.name === 'string') texts.unshift(value.name);
  return joined(texts);
}

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

function leaves(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [plainText(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => leaves(inner, depth - 1));
}

/** Whether a text is an object as Python prints it: `ChatMessage(role=…)`, `[{'role': 'user', …}]`, `<Context object at 0x…>`. */
const isPrinted = (text: string): boolean => /^\s*(?:\[?\s*\{'|\[?[A-Z]\w*\(|<[\w. ]+ object)/.test(text);

/** Texts in a printed object: `content='…'`, `text="…"`, `'content': '…'`. */
const PRINTED_TEXT = /(?:\b(?:text|content)=|'(?:text|content)': )(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
/** Longer printed objects are not searched. */
const MOST_PRINTED = 1_000_000;

function plainText(text: string): string {
  if (!isPrinted(text)) return withoutPictures(text);
  if (text.length > MOST_PRINTED) return '';
  const found = [...text.matchAll(PRINTED_TEXT)].map(([, single, double]) => single ?? double ?? '');
  return withoutPictures(
    found
      .join('\n')
      .replace(/\\n/g, '\n')
      .replace(/\\(['"\\])/g, '$1'),
  );
}

/** Unbroken runs that no language writes: pictures, sounds and files in base64. */
const ENCODED = /(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/_-]{400,}={0,2}/g;

/** A run of one letter is text all the same; an encoded file uses most of its alphabet. */
const isEncoded = (run: string): boolean => run.startsWith('data:') || new Set(run.slice(0, 400)).size > 24;

const withoutPictures = (text: string): string =>
  text.length < 400 ? text : text.replace(ENCODED, (run) => (isEncoded(run) ? '' : run));
