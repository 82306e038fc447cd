import type { ChatRequest, Message, ToolDefinition } from '../kit/model-client.ts';
import type { Thought } from './brain.ts';

type Json = Record<string, unknown>;

/** Text of a content that may be a string or a list of parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as Json[])
    .map((part) => (typeof part.text === 'string' ? part.text : typeof part.content === 'string' ? part.content : ''))
    .join('');
}

/** Body of `POST /v1/chat/completions`. */
export function readOpenAiChat(body: Json): ChatRequest {
  const messages = (body.messages as Json[]).map((message): Message => {
    const content = contentText(message.content);
    if (message.role === 'tool') return { role: 'tool', callId: String(message.tool_call_id), content };
    if (message.role === 'assistant') {
      const calls = (message.tool_calls ?? []) as { id: string; function: { name: string; arguments: string } }[];
      return {
        role: 'assistant',
        content: content || null,
        toolCalls: calls.map(({ id, function: made }) => ({ id, name: made.name, arguments: made.arguments })),
      };
    }
    return { role: message.role === 'user' ? 'user' : 'system', content };
  });
  const tools = (body.tools as { function: ToolDefinition }[] | undefined)?.map((tool) => tool.function);
  return { provider: 'openai', model: String(body.model), messages, ...(tools ? { tools } : {}), stream: body.stream === true };
}

const usageOf = ({ usage }: Thought) => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cachedInput, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: usage.reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

const callsOf = (thought: Thought) =>
  thought.toolCalls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } }));

export function openAiAnswer(thought: Thought, created: number): Json {
  return {
    id: thought.id,
    object: 'chat.completion',
    created,
    model: thought.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: thought.content,
          refusal: null,
          ...(thought.toolCalls.length > 0 ? { tool_calls: callsOf(thought) } : {}),
        },
        logprobs: null,
        finish_reason: thought.finishReason,
      },
    ],
    usage: usageOf(thought),
    system_fingerprint: 'fp_stand_in',
  };
}

/** A text in pieces as a model streams them. */
export const piecesOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** The data lines of a streamed answer, without `[DONE]`. */
export function* openAiChunks(thought: Thought, created: number, includeUsage: boolean): Generator<Json> {
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    id: thought.id,
    object: 'chat.completion.chunk',
    created,
    model: thought.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  yield chunk({ role: 'assistant', content: thought.content === null ? null : '' });
  for (const piece of piecesOf(thought.content ?? '')) yield chunk({ content: piece });
  for (const [index, call] of callsOf(thought).entries()) {
    yield chunk({
      tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } }],
    });
    yield chunk({ tool_calls: [{ index, function: { arguments: call.function.arguments } }] });
  }
  yield chunk({}, thought.finishReason);
  if (includeUsage) yield { ...chunk({}), choices: [], usage: usageOf(thought) };
}
