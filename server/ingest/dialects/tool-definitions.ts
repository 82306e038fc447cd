import type { Attributes } from '../otlp/decoded.ts';
import { HAS } from './attribute-keys.ts';
import { isObject, type JsonObject, parseJson, parseObject, toText } from './span.ts';

/** Tool definitions found beside the input, and where they were. */
export interface FoundTools {
  tools: unknown[];
  /** Attributes that held nothing else. */
  keys: Set<string>;
  /** Attributes that held more: what is left of them. */
  replaced: JsonObject;
  /** Path of the metadata entry that held them, if one did. */
  fromMetadata: boolean;
}

const TOOL_SCHEMA = /^llm\.tools\.(\d+)\.tool\.json_schema$/;

/**
 * Finds tool definitions in metadata or attributes (contract §3.9): all places that hold the same list are emptied, the first one that
 * has any is taken. Undefined when there are none.
 */
export function findTools(attributes: Attributes, bits: number, metadata: Record<string, string>): FoundTools | undefined {
  const found: FoundTools = { tools: [], keys: new Set(), replaced: {}, fromMetadata: false };
  const take = (tools: unknown[]) => {
    if (found.tools.length === 0) found.tools = tools;
  };
  if (metadata.tools !== undefined) {
    const tools = nonEmptyList(metadata.tools);
    // A list of names is metadata like any other.
    if (tools?.some(isObject)) {
      take(tools);
      found.fromMetadata = true;
    }
  }
  if (bits & HAS.toolDefinition) {
    for (const key of ['ai.prompt.tools', 'gen_ai.tool.definitions']) {
      const tools = nonEmptyList(attributes.get(key));
      if (!tools) continue;
      take(tools);
      found.keys.add(key);
    }
    const request = parseObject(attributes.get('model_request_parameters'));
    const functions = nonEmptyList(request?.function_tools);
    if (request && functions) {
      take(functions);
      const { function_tools: _, ...rest } = request;
      found.replaced.model_request_parameters = rest;
    }
  }
  if (bits & HAS.toolSchema) {
    const schemas: [number, unknown, string][] = [];
    for (const [key, value] of attributes) {
      const match = TOOL_SCHEMA.exec(key);
      if (match) schemas.push([Number(match[1]), parseJson(value) ?? value, key]);
    }
    if (schemas.length > 0) {
      schemas.sort((a, b) => a[0] - b[0]);
      take(schemas.map(([, schema]) => schema));
      for (const [, , key] of schemas) found.keys.add(key);
    }
  }
  return found.tools.length > 0 ? found : undefined;
}

/** A list with something in it, from an array or its JSON text; entries that are JSON texts are read. */
function nonEmptyList(value: unknown): unknown[] | undefined {
  if (value === undefined) return undefined;
  const parsed = parseJson(value);
  if (!Array.isArray(parsed) || parsed.length === 0) return undefined;
  return parsed.map((entry: unknown) => (typeof entry === 'string' ? (parseJson(entry) ?? entry) : entry));
}

/** Puts tool definitions into the input (contract §3.9): beside a list of messages or a text, into an object, or alone. */
export function moveIntoInput(input: unknown, tools: unknown[]): unknown {
  if (input === undefined || input === null || input === '') return { tools };
  const read = typeof input === 'string' ? (parseJson(input) ?? input) : input;
  if (Array.isArray(read)) return { messages: read, tools };
  if (isObject(read)) {
    const had = Array.isArray(read.tools) ? (read.tools as unknown[]) : [];
    const names = new Set(had.map(nameOf));
    const added = tools.filter((tool) => nameOf(tool) === undefined || !names.has(nameOf(tool)));
    return { ...read, tools: [...had, ...added] };
  }
  return { prompt: read, tools };
}

const nameOf = (tool: unknown): string | undefined => {
  const definition = definitionOf(tool);
  return definition?.name;
};

export interface ToolDefinition {
  name: string;
  description: string | null;
  parameters: unknown;
}

/** One definition in any provider's shape. */
function definitionOf(given: unknown): ToolDefinition | undefined {
  const tool = typeof given === 'string' ? parseJson(given) : given;
  if (!isObject(tool)) return undefined;
  const inner = isObject(tool.function) ? tool.function : isObject(tool.toolSpec) ? tool.toolSpec : tool;
  const name = inner.name ?? tool.name;
  if (typeof name !== 'string' || name === '') return undefined;
  const description = inner.description ?? tool.description;
  return {
    name,
    description: typeof description === 'string' ? description : null,
    parameters:
      inner.parameters ??
      inner.input_schema ??
      inner.inputSchema ??
      inner.parameters_json_schema ??
      inner.args_schema ??
      inner.schema ??
      null,
  };
}

/** Definitions in an input: its own `tools`, those of its messages, LangGraph's messages of role `tool` that hold a definition. */
export function definitionsIn(input: unknown): Map<string, ToolDefinition> {
  const found = new Map<string, ToolDefinition>();
  const add = (list: unknown) => {
    const tools = typeof list === 'string' ? parseJson(list) : list;
    if (!Array.isArray(tools)) return;
    for (const tool of tools as unknown[]) {
      // Gemini puts a list of declarations into one tool.
      const declarations = isObject(tool) ? (tool.functionDeclarations ?? tool.function_declarations) : undefined;
      if (declarations !== undefined) {
        add(declarations);
        continue;
      }
      const definition = definitionOf(tool);
      if (definition && !found.has(definition.name)) found.set(definition.name, definition);
    }
  };
  const messages = Array.isArray(input) ? input : isObject(input) ? input.messages : undefined;
  if (isObject(input)) add(input.tools);
  if (Array.isArray(messages)) {
    for (const message of messages as unknown[]) {
      if (!isObject(message)) continue;
      add(message.tools);
      if (message.role === 'tool' && isObject(message.content) && looksLikeDefinition(message.content)) add([message.content]);
    }
  }
  return found;
}

const looksLikeDefinition = (content: JsonObject) =>
  (content.type === 'function' && isObject(content.function)) ||
  (typeof content.name === 'string' && (isObject(content.parameters) || isObject(content.input_schema)));

/** Definitions as a row keeps them: name -> JSON {description, parameters}. */
export function definitionColumn(definitions: ReadonlyMap<string, ToolDefinition>): Record<string, string> {
  const column: Record<string, string> = {};
  for (const { name, description, parameters } of definitions.values()) column[name] = toText({ description, parameters });
  return column;
}
