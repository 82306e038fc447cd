import { isObject, type JsonObject, parseJson, toText } from './span.ts';

/** A call of a tool that a model asked for. `arguments` is JSON text where the provider gave JSON. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
  type: string;
  index: number;
}

const MAX_DEPTH = 6;

/**
 * Finds the tool calls of an output in any provider's shape (contract §3.9): `tool_calls` / `toolCalls` on top, in a list, on messages
 * and choices; content parts; LangChain's `additional_kwargs`; things that look like calls. The same id counts once.
 */
export function toolCallsIn(output: unknown): ToolCall[] {
  const calls: ToolCall[] = [];
  const ids = new Set<string>();
  const add = (given: JsonObject) => {
    const call = readCall(given, calls.length);
    if (!call || (call.id !== '' && ids.has(call.id))) return;
    if (call.id !== '') ids.add(call.id);
    calls.push(call);
  };
  const visit = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const entry of value as unknown[]) visit(typeof entry === 'string' ? readNested(entry) : entry, depth + 1);
      return;
    }
    if (!isObject(value)) return;
    if (isObject(value.toolUse)) {
      // Bedrock's Converse, and with it Strands.
      const { toolUseId, name, input } = value.toolUse;
      add({ id: toolUseId, name, input, type: 'tool_use' });
      return;
    }
    if (isCall(value)) {
      add(value);
      return;
    }
    for (const key of ['tool_calls', 'toolCalls'] as const) {
      const list = typeof value[key] === 'string' ? parseJson(value[key]) : value[key];
      if (!Array.isArray(list)) continue;
      for (const entry of list as unknown[]) {
        const inner = isObject(entry) && isObject(entry.tool_call) ? entry.tool_call : entry;
        if (isObject(inner)) add(inner);
      }
    }
    for (const key of [
      'message',
      'messages',
      'choices',
      'content',
      'parts',
      'output',
      'candidates',
      'additional_kwargs',
      'kwargs',
      'generations',
    ] as const) {
      const inner = value[key];
      visit(typeof inner === 'string' ? readNested(inner) : inner, depth + 1);
    }
  };
  visit(output, 0);
  return calls;
}

/** Messages inside messages are often JSON texts; plain sentences are not parsed. */
const readNested = (text: string): unknown => (text.startsWith('{') || text.startsWith('[') ? parseJson(text) : undefined);

const CALL_TYPES: ReadonlySet<unknown> = new Set(['tool_use', 'tool-call', 'tool_call', 'function_call', 'toolCall']);

/** Something that is a call by its type, or has a tool's name with what it is called with. */
function isCall(value: JsonObject): boolean {
  if (CALL_TYPES.has(value.type)) return true;
  if (isObject(value.functionCall) || isObject(value.function_call)) return true;
  if (value.type === 'function' && isObject(value.function) && 'arguments' in value.function) return true;
  if (typeof value.toolName === 'string' && ('args' in value || 'input' in value || 'toolCallId' in value)) return true;
  return false;
}

function readCall(given: JsonObject, index: number): ToolCall | undefined {
  const gemini = isObject(given.functionCall)
    ? given.functionCall
    : isObject(given.function_call)
      ? given.function_call
      : undefined;
  const inner = isObject(given.function) ? given.function : (gemini ?? given);
  const name = inner.name ?? given.name ?? given.toolName ?? given.tool_name;
  if (typeof name !== 'string' || name === '') return undefined;
  const id = given.id ?? given.call_id ?? given.toolCallId ?? given.tool_call_id ?? inner.id;
  const given_arguments = inner.arguments ?? given.arguments ?? inner.args ?? given.args ?? given.input ?? inner.parameters;
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    name,
    arguments: toText(given_arguments),
    type: typeof given.type === 'string' ? given.type : 'function',
    index: typeof given.index === 'number' ? given.index : index,
  };
}
