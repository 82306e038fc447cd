import { type Fields, firstText, isFields, type Part, parsedWhereJson, type ToolCall, type ToolResult } from './message.ts';

/** The content of a message: a string, a part, or a list of both. Unknown shapes are kept as data; nothing is dropped. */
export function parseParts(content: unknown): Part[] {
  if (content === null || content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (Array.isArray(content)) return content.flatMap((item) => parseParts(item));
  if (!isFields(content)) return [{ kind: 'data', value: content }];
  return parsePart(content) ?? [{ kind: 'data', value: content }];
}

export function toolCall(id: unknown, name: unknown, args: unknown): ToolCall {
  return { kind: 'tool-call', id: firstText(id), name: firstText(name) ?? 'tool', arguments: parsedWhereJson(args ?? null) };
}

export function toolResult(id: unknown, name: unknown, content: unknown, isError = false): ToolResult {
  return { kind: 'tool-result', id: firstText(id), name: firstText(name), content: resultParts(content), isError };
}

const isOnlyText = (item: Fields) => typeof item.text === 'string' && Object.keys(item).length === 1;

/** A result is text, parts or any value; a list that is not all parts is one value. */
function resultParts(content: unknown): Part[] {
  const value = parsedWhereJson(content);
  if (typeof value === 'string') return parseParts(value);
  if (Array.isArray(value) && value.length > 0) {
    const parts = value.map((item) =>
      isFields(item) && (typeof item.type === 'string' || isOnlyText(item)) ? parsePart(item) : null,
    );
    if (parts.every((part) => part !== null)) return parts.flat();
  }
  if (isFields(value) && typeof value.type === 'string') {
    const part = parsePart(value);
    if (part) return part;
  }
  return value === null || value === undefined ? [] : [{ kind: 'data', value }];
}

function media(source: string | null, mediaType: string | null, name: string | null = null): Part {
  const main = mediaType?.split('/')[0];
  return { kind: main === 'image' || main === 'audio' ? main : 'file', source, mediaType, name };
}

/** Base64 bytes, a data: URI or an address as one source. */
function sourceOf(data: unknown, mediaType: string | null): string | null {
  if (typeof data !== 'string' || data === '') return null;
  if (/^(data:|https?:\/\/)/i.test(data)) return data;
  return `data:${mediaType ?? 'application/octet-stream'};base64,${data}`;
}

/** `{url}`, `{image: {url}}` or the address itself. */
function urlOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!isFields(value)) return null;
  return firstText(value.url) ?? (isFields(value.image) ? urlOf(value.image) : null);
}

/** `{type: base64 | url | text, media_type, data | url}` of Anthropic. */
function fromSource(source: unknown, fallbackType: string, name: string | null): Part[] {
  if (!isFields(source)) return [media(null, fallbackType, name)];
  const type = firstText(source.media_type, source.mediaType) ?? fallbackType;
  if (source.type === 'text' && typeof source.data === 'string') return [{ kind: 'text', text: source.data }];
  return [media(sourceOf(source.data ?? source.url, type), type, name)];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.map((item) => (isFields(item) ? textOf(item.text ?? item.content) : textOf(item))).join('\n\n');
  return '';
}

/** Result envelope of the AI SDK: `{type: 'text' | 'json' | 'error-text' | 'error-json' | 'content', value}`. */
function fromEnvelope(output: unknown): { content: unknown; isError: boolean } {
  if (isFields(output) && typeof output.type === 'string' && 'value' in output) {
    return { content: output.value, isError: output.type.startsWith('error') };
  }
  return { content: output, isError: false };
}

type Reader = (part: Fields) => Part[];

const text: Reader = (part) => [{ kind: 'text', text: firstText(part.text, part.content) ?? '' }];
const reasoning: Reader = (part) => [
  { kind: 'reasoning', text: textOf(part.thinking ?? part.text ?? part.content ?? part.reasoning) || textOf(part.summary) },
];

/** Readers by the `type` of the part. */
const BY_TYPE: Readonly<Record<string, Reader>> = {
  text,
  input_text: text,
  output_text: text,
  reasoning,
  thinking: reasoning,
  redacted_thinking: () => [{ kind: 'reasoning', text: '' }],
  'redacted-reasoning': () => [{ kind: 'reasoning', text: '' }],
  refusal: (part) => [{ kind: 'refusal', text: textOf(part.refusal ?? part.text) }],

  tool_use: (part) => [toolCall(part.id, part.name, part.input)],
  server_tool_use: (part) => [toolCall(part.id, part.name, part.input)],
  tool_result: (part) => [toolResult(part.tool_use_id ?? part.id, part.name, part.content, part.is_error === true)],

  tool_call: (part) => [toolCall(part.id, part.name, part.arguments ?? part.args)],
  tool_call_response: (part) => [toolResult(part.id, part.name, part.response ?? part.result)],
  function_call: (part) => [toolCall(part.call_id ?? part.id, part.name, part.arguments)],
  function_call_output: (part) => [toolResult(part.call_id, null, part.output)],
  function: (part) =>
    isFields(part.function)
      ? [toolCall(part.id, part.function.name, part.function.arguments)]
      : [toolCall(part.id, part.name, part.arguments ?? part.args)],

  'tool-call': (part) => [toolCall(part.toolCallId, part.toolName, part.args ?? part.input)],
  'tool-result': (part) => {
    const { content, isError } = fromEnvelope(part.result ?? part.output);
    return [toolResult(part.toolCallId, part.toolName, content, isError || part.isError === true)];
  },
  'tool-error': (part) => [toolResult(part.toolCallId, part.toolName, part.error, true)],
  'tool-invocation': (part) => {
    const call = isFields(part.toolInvocation) ? part.toolInvocation : {};
    const parts: Part[] = [toolCall(call.toolCallId, call.toolName, call.args)];
    return call.state === 'result' ? [...parts, toolResult(call.toolCallId, call.toolName, call.result)] : parts;
  },
  'step-start': () => [],

  image_url: (part) => [media(urlOf(part.image_url), 'image/*')],
  input_image: (part) => [media(urlOf(part.image_url), 'image/*')],
  image: (part) => {
    if (part.source !== undefined) return fromSource(part.source, 'image/*', null);
    const type = firstText(part.mediaType, part.mimeType, part.mime_type) ?? 'image/*';
    return [media(sourceOf(urlOf(part.image) ?? part.data ?? part.url, type), type)];
  },
  input_audio: (part) => {
    const audio = isFields(part.input_audio) ? part.input_audio : part;
    const type = `audio/${firstText(audio.format) ?? 'wav'}`;
    return [media(sourceOf(audio.data, type), type)];
  },
  document: (part) => fromSource(part.source, 'application/octet-stream', firstText(part.title)),
  file: (part) => {
    const file = isFields(part.file) ? part.file : part;
    const type = firstText(file.mediaType, file.mimeType, file.mime_type);
    return [
      media(
        sourceOf(file.data ?? file.url ?? file.file_data ?? file.content, type),
        type,
        firstText(file.filename, file.name, file.file_id),
      ),
    ];
  },
  input_file: (part) => [media(sourceOf(part.file_data ?? part.file_url, null), null, firstText(part.filename, part.file_id))],
  blob: (part) => {
    const type = firstText(part.mime_type, part.mimeType) ?? (firstText(part.modality) ? `${part.modality}/*` : null);
    return [media(sourceOf(part.content ?? part.data, type), type)];
  },
  uri: (part) => [
    media(firstText(part.uri), firstText(part.mime_type) ?? (firstText(part.modality) ? `${part.modality}/*` : null)),
  ],
};

/** Null when it is no known kind of part. */
function parsePart(part: Fields): Part[] | null {
  // OpenInference wraps: {message_content: {type, text | image}}.
  if (isFields(part.message_content)) return parsePart(part.message_content);
  if (typeof part.type === 'string') {
    const read = Object.hasOwn(BY_TYPE, part.type) ? BY_TYPE[part.type] : undefined;
    if (read) return read(part);
    // The AI SDK's typed tools: {type: 'tool-getWeather', toolCallId, input, output | errorText}.
    if (part.type.startsWith('tool-') && typeof part.toolCallId === 'string') {
      const name = part.type.slice('tool-'.length);
      const call = toolCall(part.toolCallId, name, part.input);
      if (typeof part.errorText === 'string') return [call, toolResult(part.toolCallId, name, part.errorText, true)];
      return part.output === undefined ? [call] : [call, toolResult(part.toolCallId, name, part.output)];
    }
    return null;
  }
  // Gemini tells the kind by which field is there.
  if (isFields(part.functionCall ?? part.function_call)) {
    const call = (part.functionCall ?? part.function_call) as Fields;
    return [toolCall(call.id, call.name, call.args)];
  }
  if (isFields(part.functionResponse ?? part.function_response)) {
    const result = (part.functionResponse ?? part.function_response) as Fields;
    return [toolResult(result.id, result.name, result.response)];
  }
  const inline = part.inlineData ?? part.inline_data;
  if (isFields(inline)) {
    const type = firstText(inline.mimeType, inline.mime_type);
    return [media(sourceOf(inline.data, type), type)];
  }
  const file = part.fileData ?? part.file_data;
  if (isFields(file)) return [media(firstText(file.fileUri, file.file_uri), firstText(file.mimeType, file.mime_type))];
  if (typeof part.text === 'string') return [{ kind: part.thought === true ? 'reasoning' : 'text', text: part.text }];
  // Bedrock Converse: {toolUse}, {toolResult}, {reasoningContent}.
  if (isFields(part.toolUse)) return [toolCall(part.toolUse.toolUseId, part.toolUse.name, part.toolUse.input)];
  if (isFields(part.toolResult)) {
    const content = Array.isArray(part.toolResult.content)
      ? part.toolResult.content.map((item) => (isFields(item) && 'json' in item ? item.json : item))
      : part.toolResult.content;
    return [toolResult(part.toolResult.toolUseId, null, content, part.toolResult.status === 'error')];
  }
  if (isFields(part.reasoningContent)) {
    const inner = part.reasoningContent.reasoningText;
    return [{ kind: 'reasoning', text: isFields(inner) ? textOf(inner.text) : '' }];
  }
  return null;
}

/** Whether it reads as a part by itself (not as any object with a text). */
export function isPart(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  if (isFields(value.message_content)) return true;
  return typeof value.type === 'string' && 'role' in value === false && parsePart(value) !== null;
}
