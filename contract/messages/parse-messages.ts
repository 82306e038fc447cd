import {
  type Content,
  type Fields,
  firstText,
  isFields,
  type Message,
  type Part,
  parsedWhereJson,
  type ToolDefinition,
} from './message.ts';
import { isPart, parseParts, toolCall, toolResult } from './parse-parts.ts';

type Side = 'input' | 'output';

const ROLES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
  ['model', 'assistant'],
  ['bot', 'assistant'],
  ['function', 'tool'],
  ['HumanMessage', 'user'],
  ['HumanMessageChunk', 'user'],
  ['AIMessage', 'assistant'],
  ['AIMessageChunk', 'assistant'],
  ['SystemMessage', 'system'],
  ['SystemMessageChunk', 'system'],
  ['ToolMessage', 'tool'],
  ['ToolMessageChunk', 'tool'],
  ['FunctionMessage', 'tool'],
]);
/** Values of `type` by which LangChain names the author of a message. */
const LANGCHAIN_TYPES = new Set([
  'human',
  'ai',
  'system',
  'tool',
  'function',
  'developer',
  ...[...ROLES.keys()].filter((role) => role.includes('Message')),
]);
const BODY = [
  'content',
  'parts',
  'tool_calls',
  'toolCalls',
  'function_call',
  'contents',
  'refusal',
  'reasoning_content',
  'toolInvocations',
  'audio',
];

const roleOf = (role: string) => ROLES.get(role) ?? role.toLowerCase();

/**
 * Reads the input or output of a step as a chat where it is one: OpenAI (chat and responses), Anthropic, Gemini, Bedrock, AI SDK,
 * LangChain, OpenInference, GenAI semantic conventions, Pydantic AI. Everything else stays text or data. Never throws.
 */
export function parseContent(value: unknown, side: Side): Content {
  const read = parsedWhereJson(value);
  if (read === null || read === undefined || read === '') return { kind: 'empty' };
  if (typeof read === 'string') return { kind: 'text', text: read };
  const chat = readChat(read, side, 0);
  if (chat && chat.messages.length > 0) return { kind: 'chat', ...chat };
  return { kind: 'data', value: read };
}

interface Chat {
  messages: readonly Message[];
  tools: readonly ToolDefinition[];
  rest: Fields | null;
}

const only = (messages: readonly Message[]): Chat => ({ messages, tools: [], rest: null });
const author = (side: Side) => (side === 'input' ? 'user' : 'assistant');

/** Lists in lists and containers in containers are followed this far. */
const DEEPEST = 4;

function readChat(value: unknown, side: Side, depth: number): Chat | null {
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) {
    const messages = readList(value, side);
    if (messages) return only(messages);
    return value.length === 1 ? readChat(value[0], side, depth + 1) : null;
  }
  if (!isFields(value)) return null;
  const contained = readContainer(value, side, depth);
  if (contained) return contained;
  const messages = readMessage(value);
  return messages ? only(messages) : readLone(value, side);
}

/** A list in which every item is a message, or every item is a part of one message. */
function readList(list: readonly unknown[], side: Side): Message[] | null {
  if (list.length === 0) return null;
  const first = list[0];
  if (isPart(first) && !isResponsesItem(first) && list.every((item) => typeof item === 'string' || isPart(item))) {
    return [{ role: author(side), name: null, parts: parseParts(list) }];
  }
  const messages: Message[] = [];
  for (const item of list) {
    const read = readMessage(item);
    if (!read) return null;
    messages.push(...read);
  }
  return messages;
}

const RESPONSES_ITEMS = new Set(['function_call', 'function_call_output']);
const isResponsesItem = (item: Fields) => RESPONSES_ITEMS.has(String(item.type));

/** One message, or several where the format packs them (Pydantic AI's requests); null when it is none. */
function readMessage(item: unknown): Message[] | null {
  if (Array.isArray(item)) {
    const [role, content] = item;
    if (
      item.length !== 2 ||
      typeof role !== 'string' ||
      !(ROLES.has(role) || LANGCHAIN_TYPES.has(role) || role === 'user' || role === 'assistant')
    )
      return null;
    return [{ role: roleOf(role), name: null, parts: parseParts(content) }];
  }
  if (!isFields(item)) return null;
  // LangChain, serialised: {lc: 1, type: 'constructor', id: [..., 'HumanMessage'], kwargs}.
  if (isFields(item.kwargs) && Array.isArray(item.id)) return named(String(item.id.at(-1)), item.kwargs);
  // OpenInference: {message: {...}}, or flat keys 'message.role'.
  if (isFields(item.message) && !('role' in item)) return readMessage(item.message);
  if ('message.role' in item) {
    return readMessage(Object.fromEntries(Object.entries(item).map(([key, value]) => [key.replace(/^message\./, ''), value])));
  }
  if (typeof item.role === 'string') return BODY.some((key) => key in item) ? named(item.role, item) : null;
  if (typeof item.type === 'string') {
    if (LANGCHAIN_TYPES.has(item.type)) {
      if ('content' in item) return named(item.type, item);
      if (isFields(item.data) && 'content' in item.data) return named(item.type, item.data);
    }
    if (item.type === 'function_call' || (item.type === 'reasoning' && 'summary' in item)) {
      return [{ role: 'assistant', name: null, parts: parseParts(item) }];
    }
    if (item.type === 'function_call_output') return [{ role: 'tool', name: null, parts: parseParts(item) }];
    // A slot of a prompt that was to be filled with messages.
    if (item.type === 'placeholder' && typeof item.name === 'string') {
      return [{ role: 'placeholder', name: item.name, parts: [] }];
    }
  }
  if ((item.kind === 'request' || item.kind === 'response') && Array.isArray(item.parts)) return fromPydantic(item.parts);
  return null;
}

function named(role: string, fields: Fields): Message[] {
  const to = roleOf(role);
  const id = fields.tool_call_id ?? fields.toolCallId;
  const extra = isFields(fields.additional_kwargs) ? fields.additional_kwargs : {};
  const parts: Part[] = [];
  const thoughts = firstText(fields.reasoning_content, fields.reasoning, extra.reasoning_content);
  if (thoughts) parts.push({ kind: 'reasoning', text: thoughts });

  const content = parseParts(fields.content ?? fields.parts ?? fields.contents);
  if (to === 'tool' && !content.some(({ kind }) => kind === 'tool-result')) {
    parts.push(toolResult(id, fields.name, fields.content ?? fields.parts, fields.status === 'error'));
  } else parts.push(...content);
  if (Array.isArray(fields.contents) && typeof fields.content === 'string') parts.push(...parseParts(fields.contents));

  const known = new Set(parts.flatMap((part) => (part.kind === 'tool-call' && part.id ? [part.id] : [])));
  const calls = [fields.tool_calls, fields.toolCalls, extra.tool_calls].find((list) => Array.isArray(list) && list.length > 0);
  for (const call of Array.isArray(calls) ? calls.flatMap(readToolCall) : []) {
    if (!call.id || !known.has(call.id)) parts.push(call);
  }
  const old = fields.function_call ?? extra.function_call;
  if (isFields(old)) parts.push(toolCall(null, old.name, old.arguments));
  if (Array.isArray(fields.toolInvocations) && !Array.isArray(fields.parts)) {
    for (const invocation of fields.toolInvocations)
      parts.push(...parseParts({ type: 'tool-invocation', toolInvocation: invocation }));
  }
  if (typeof fields.refusal === 'string' && fields.refusal) parts.push({ kind: 'refusal', text: fields.refusal });
  if (isFields(fields.audio) && (fields.audio.data || fields.audio.transcript)) {
    parts.push(...parseParts({ type: 'input_audio', input_audio: { format: 'wav', ...fields.audio } }));
    if (typeof fields.audio.transcript === 'string') parts.push({ kind: 'text', text: fields.audio.transcript });
  }
  return [{ role: to, name: to === 'tool' ? null : firstText(fields.name), parts }];
}

/** `{id, function: {name, arguments}}`, `{name, args, id}`, `{tool_call: {...}}` or `{toolCallId, toolName, args | input}`. */
function readToolCall(call: unknown) {
  if (!isFields(call)) return [];
  const inner = isFields(call.tool_call) ? call.tool_call : call;
  const fn = isFields(inner.function) ? inner.function : inner;
  const flat = (key: string) => inner[`tool_call.${key}`];
  return [
    toolCall(
      inner.id ?? inner.toolCallId ?? inner.call_id ?? flat('id'),
      fn.name ?? fn.toolName ?? flat('function.name'),
      fn.arguments ?? fn.args ?? fn.input ?? flat('function.arguments'),
    ),
  ];
}

const PYDANTIC_ROLES: ReadonlyMap<string, string> = new Map([
  ['system-prompt', 'system'],
  ['user-prompt', 'user'],
  ['tool-return', 'tool'],
  ['retry-prompt', 'tool'],
]);

function fromPydantic(parts: readonly unknown[]): Message[] {
  const messages: { role: string; name: string | null; parts: Part[] }[] = [];
  for (const part of parts) {
    if (!isFields(part)) continue;
    const kind = String(part.part_kind);
    const role = PYDANTIC_ROLES.get(kind) ?? 'assistant';
    const read: Part[] =
      kind === 'tool-call'
        ? [toolCall(part.tool_call_id, part.tool_name, part.args)]
        : kind === 'tool-return' || kind === 'retry-prompt'
          ? [toolResult(part.tool_call_id, part.tool_name, part.content, kind === 'retry-prompt')]
          : kind === 'thinking'
            ? [{ kind: 'reasoning', text: firstText(part.content) ?? '' }]
            : parseParts(part.content);
    const last = messages.at(-1);
    if (last?.role === role) last.parts.push(...read);
    else messages.push({ role, name: null, parts: read });
  }
  return messages;
}

/** Objects that carry a chat in one of their fields: requests, responses, states of a graph. */
function readContainer(value: Fields, side: Side, depth: number): Chat | null {
  const around = (used: readonly string[], messages: readonly Message[]): Chat => {
    const rest = Object.entries(value).filter(
      ([key, field]) => !used.includes(key) && !TOOL_FIELDS.includes(key) && field !== null && field !== undefined,
    );
    return { messages, tools: readTools(value), rest: rest.length > 0 ? Object.fromEntries(rest) : null };
  };
  const list = (field: unknown) => {
    const parsed = parsedWhereJson(field);
    return Array.isArray(parsed)
      ? (readList(parsed, side) ?? (parsed.length === 1 && Array.isArray(parsed[0]) ? readList(parsed[0], side) : null))
      : null;
  };

  if (!('role' in value)) {
    for (const key of ['messages', 'contents', 'input', 'output', 'prompt']) {
      let messages = list(value[key]);
      if (!messages && isSaid(value, key)) messages = [{ role: author(side), name: null, parts: parseParts(value[key]) }];
      if (!messages) continue;
      const system = SYSTEM_FIELDS.find((field) => value[field] !== undefined && value[field] !== null);
      const before = system ? [{ role: 'system', name: null, parts: systemParts(value[system]) }] : [];
      return around([key, ...(system ? [system] : [])], [...before, ...messages]);
    }
    for (const key of ['choices', 'candidates']) {
      const choices = value[key];
      if (!Array.isArray(choices) || choices.length === 0) continue;
      const read = choices.map((choice) =>
        isFields(choice) ? readMessage(choice.message ?? choice.content ?? choice.delta) : null,
      );
      if (read.every((messages) => messages !== null)) return around([key], read.flat());
    }
    if (Array.isArray(value.generations)) {
      const flat = value.generations.flat() as unknown[];
      const read = flat.map((generation) => {
        if (!isFields(generation)) return null;
        return (
          readMessage(generation.message) ??
          (typeof generation.text === 'string' ? [{ role: 'assistant', name: null, parts: parseParts(generation.text) }] : null)
        );
      });
      if (flat.length > 0 && read.every((messages) => messages !== null)) return around(['generations'], read.flat());
    }
    if (isFields(value.message)) {
      const message = readMessage(value.message);
      if (message) return around(['message'], message);
    }
    // The AI SDK's result: {text, toolCalls, reasoning, finishReason}.
    if ('toolCalls' in value || ('text' in value && ('finishReason' in value || 'reasoning' in value))) {
      const thoughts = typeof value.reasoning === 'string' ? value.reasoning : value.reasoningText;
      const parts = named('assistant', { content: value.text, reasoning: thoughts, toolCalls: parsedWhereJson(value.toolCalls) });
      return around(['text', 'toolCalls', 'reasoning', 'reasoningText'], parts);
    }
  }
  return depth < DEEPEST && isFields(value.response) && Object.keys(value).length === 1
    ? readChat(value.response, side, depth + 1)
    : null;
}

const SYSTEM_FIELDS = ['system', 'systemInstruction', 'system_instruction', 'system_instructions', 'instructions'];
const TOOL_FIELDS = ['tools', 'functions', 'tool_definitions'];

/** `{input: 'text', instructions}` and `{prompt: 'text', system}`: a plain text counts as a message when a system text stands beside it. */
function isSaid(value: Fields, key: string): boolean {
  return (
    (key === 'prompt' || key === 'input') &&
    typeof value[key] === 'string' &&
    SYSTEM_FIELDS.some((field) => typeof value[field] === 'string')
  );
}

function systemParts(system: unknown): Part[] {
  if (isFields(system)) return parseParts(system.parts ?? system.content ?? system);
  return parseParts(parsedWhereJson(system));
}

/** A part by itself. */
function readLone(value: Fields, side: Side): Chat | null {
  return isPart(value) ? only([{ role: author(side), name: null, parts: parseParts(value) }]) : null;
}

/** Tools that were offered to the model, from the fields of a request. */
function readTools(value: Fields): ToolDefinition[] {
  const lists = TOOL_FIELDS.map((field) => parsedWhereJson(value[field]));
  return lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(readTool) : []));
}

/** OpenAI `{type, function}`, flat `{name, description, parameters | input_schema}`, Gemini `{functionDeclarations}`; text as JSON. */
export function readTool(given: unknown): ToolDefinition[] {
  const tool = parsedWhereJson(given);
  if (!isFields(tool)) return [];
  const declarations = tool.functionDeclarations ?? tool.function_declarations;
  if (Array.isArray(declarations)) return declarations.flatMap(readTool);
  if (isFields(tool.toolSpec)) return readTool(tool.toolSpec);
  const fields = isFields(tool.function) ? tool.function : tool;
  const name = firstText(fields.name, tool.name, tool.type);
  if (!name) return [];
  const parameters = fields.parameters ?? fields.input_schema ?? fields.inputSchema ?? fields.parametersJsonSchema ?? null;
  return [{ name, description: firstText(fields.description), parameters: parsedWhereJson(parameters) }];
}
