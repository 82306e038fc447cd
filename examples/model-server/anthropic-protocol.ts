import type { ChatRequest, Message, ToolCall } from '../kit/model-client.ts';
import type { Thought } from './brain.ts';
import { contentText, piecesOf } from './openai-protocol.ts';

type Json = Record<string, unknown>;

/** Body of `POST /v1/messages`. Tool results are parts of user messages here; each becomes a message of its own. */
export function readAnthropicMessages(body: Json): ChatRequest {
  const messages: Message[] = body.system ? [{ role: 'system', content: contentText(body.system) }] : [];
  for (const message of body.messages as { role: string; content: string | Json[] }[]) {
    const parts = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    const text = contentText(parts.filter((part) => part.type === 'text'));
    if (message.role === 'assistant') {
      const toolCalls = parts
        .filter((part) => part.type === 'tool_use')
        .map(
          (part: Json): ToolCall => ({
            id: String(part.id),
            name: String(part.name),
            arguments: JSON.stringify(part.input ?? {}),
          }),
        );
      messages.push({ role: 'assistant', content: text || null, toolCalls });
      continue;
    }
    for (const part of parts as Json[]) {
      if (part.type === 'tool_result')
        messages.push({ role: 'tool', callId: String(part.tool_use_id), content: contentText(part.content) });
    }
    if (text) messages.push({ role: 'user', content: text });
  }
  const tools = (body.tools as { name: string; description?: string; input_schema: Json }[] | undefined)?.map((tool) => ({
    name: tool.name,
    description: tool.description ?? '',
    parameters: tool.input_schema,
  }));
  return {
    provider: 'anthropic',
    model: String(body.model),
    messages,
    ...(tools ? { tools } : {}),
    stream: body.stream === true,
  };
}

/** Anthropic tells cached tokens apart from the input. */
const usageOf = ({ usage }: Thought) => ({
  input_tokens: usage.input - usage.cachedInput,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cachedInput,
  output_tokens: usage.output,
});

const stopReason = (thought: Thought) =>
  thought.finishReason === 'tool_calls' ? 'tool_use' : thought.finishReason === 'length' ? 'max_tokens' : 'end_turn';

const toolUse = (call: ToolCall): Json => ({ type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments) });

export function anthropicAnswer(thought: Thought): Json {
  return {
    id: thought.id,
    type: 'message',
    role: 'assistant',
    model: thought.model,
    content: [...(thought.content ? [{ type: 'text', text: thought.content }] : []), ...thought.toolCalls.map(toolUse)],
    stop_reason: stopReason(thought),
    stop_sequence: null,
    usage: usageOf(thought),
  };
}

/** The events of a streamed answer; each one's `type` is its event name. */
export function* anthropicEvents(thought: Thought): Generator<Json> {
  yield {
    type: 'message_start',
    message: { ...anthropicAnswer(thought), content: [], stop_reason: null, usage: { ...usageOf(thought), output_tokens: 1 } },
  };
  let index = 0;
  if (thought.content) {
    yield { type: 'content_block_start', index, content_block: { type: 'text', text: '' } };
    for (const text of piecesOf(thought.content))
      yield { type: 'content_block_delta', index, delta: { type: 'text_delta', text } };
    yield { type: 'content_block_stop', index };
    index += 1;
  }
  for (const call of thought.toolCalls) {
    yield { type: 'content_block_start', index, content_block: { ...toolUse(call), input: {} } };
    yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: call.arguments } };
    yield { type: 'content_block_stop', index };
    index += 1;
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason: stopReason(thought), stop_sequence: null },
    usage: { output_tokens: thought.usage.output },
  };
  yield { type: 'message_stop' };
}
