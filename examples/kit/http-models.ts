import { type ChatAnswer, type ChatRequest, type Message, type ModelClient, ModelError, type ToolCall } from './model-client.ts';

type Json = Record<string, unknown>;
const TIMEOUT_MS = 20_000;

async function post(url: string, headers: Record<string, string>, body: Json): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new ModelError(408, 'timeout', `No answer from the model: ${(error as Error).message}`);
  }
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as { error?: { type?: string; message?: string } };
  throw new ModelError(response.status, error?.type ?? 'error', error?.message ?? response.statusText);
}

/** The JSON of each `data:` line of an event stream. */
async function* eventsOf(response: Response): AsyncGenerator<Json> {
  let buffered = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    buffered += text;
    const lines = buffered.split('\n');
    buffered = lines.pop()!;
    for (const line of lines) if (line.startsWith('data: {')) yield JSON.parse(line.slice(6)) as Json;
  }
}

function openAiMessage(message: Message): Json {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.content };
  if (message.role !== 'assistant' || !message.toolCalls?.length) return { role: message.role, content: message.content };
  const calls = message.toolCalls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }));
  return { role: 'assistant', content: message.content, tool_calls: calls };
}

async function askOpenAi(base: string, key: string, chat: ChatRequest, onFirstToken?: () => void): Promise<ChatAnswer> {
  const response = await post(
    `${base}/v1/chat/completions`,
    { authorization: `Bearer ${key}` },
    {
      model: chat.model,
      messages: chat.messages.map(openAiMessage),
      ...(chat.tools ? { tools: chat.tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
      ...(chat.temperature === undefined ? {} : { temperature: chat.temperature }),
      ...(chat.maxTokens === undefined ? {} : { max_completion_tokens: chat.maxTokens }),
      ...(chat.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    },
  );
  type Choice = { message?: Json; delta?: Json; finish_reason: ChatAnswer['finishReason'] | null };
  type Usage = {
    prompt_tokens: number;
    completion_tokens: number;
    prompt_tokens_details?: { cached_tokens?: number };
    completion_tokens_details?: { reasoning_tokens?: number };
  };
  const answer: ChatAnswer = {
    id: '',
    model: chat.model,
    content: null,
    toolCalls: [],
    finishReason: 'stop',
    usage: { input: 0, cachedInput: 0, output: 0, reasoning: 0 },
  };
  const calls = new Map<number, ToolCall>();
  let first = true;
  const take = (part: Json) => {
    answer.id = String(part.id);
    answer.model = String(part.model);
    const usage = part.usage as Usage | null | undefined;
    if (usage) {
      answer.usage = {
        input: usage.prompt_tokens,
        cachedInput: usage.prompt_tokens_details?.cached_tokens ?? 0,
        output: usage.completion_tokens,
        reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
      };
    }
    const choice = (part.choices as Choice[])[0];
    if (!choice) return;
    const said = (choice.message ?? choice.delta)!;
    if (typeof said.content === 'string') answer.content = (answer.content ?? '') + said.content;
    for (const [i, made] of (
      (said.tool_calls ?? []) as { index?: number; id?: string; function: { name?: string; arguments?: string } }[]
    ).entries()) {
      const call = calls.get(made.index ?? i) ?? { id: made.id ?? '', name: made.function.name ?? '', arguments: '' };
      call.arguments += made.function.arguments ?? '';
      calls.set(made.index ?? i, call);
    }
    if (choice.finish_reason) answer.finishReason = choice.finish_reason;
  };
  if (chat.stream) {
    for await (const chunk of eventsOf(response)) {
      if (first) onFirstToken?.();
      first = false;
      take(chunk);
    }
  } else take((await response.json()) as Json);
  answer.toolCalls = [...calls.values()];
  return answer;
}

function anthropicMessages(messages: readonly Message[]): Json[] {
  const sent: { role: string; content: Json[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const parts: Json[] = [];
    if (message.role === 'tool') parts.push({ type: 'tool_result', tool_use_id: message.callId, content: message.content });
    else if (message.content) parts.push({ type: 'text', text: message.content });
    if (message.role === 'assistant')
      for (const call of message.toolCalls ?? [])
        parts.push({ type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments) });
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    // Roles alternate: several tool results are one message.
    if (sent.at(-1)?.role === role) sent.at(-1)!.content.push(...parts);
    else sent.push({ role, content: parts });
  }
  return sent;
}

const STOP: Record<string, ChatAnswer['finishReason']> = { tool_use: 'tool_calls', max_tokens: 'length' };

async function askAnthropic(base: string, key: string, chat: ChatRequest, onFirstToken?: () => void): Promise<ChatAnswer> {
  const system = chat.messages
    .filter((message) => message.role === 'system')
    .map((message) => message.content)
    .join('\n');
  const response = await post(
    `${base}/v1/messages`,
    { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    {
      model: chat.model,
      max_tokens: chat.maxTokens ?? 1024,
      ...(system ? { system } : {}),
      messages: anthropicMessages(chat.messages),
      ...(chat.tools
        ? { tools: chat.tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })) }
        : {}),
      ...(chat.temperature === undefined ? {} : { temperature: chat.temperature }),
      ...(chat.stream ? { stream: true } : {}),
    },
  );
  type Block = { type: string; text?: string; id?: string; name?: string; input?: Json };
  type Usage = {
    input_tokens?: number;
    cache_read_input_tokens?: number;
    cache_creation_input_tokens?: number;
    output_tokens: number;
  };
  const answer: ChatAnswer = {
    id: '',
    model: chat.model,
    content: null,
    toolCalls: [],
    finishReason: 'stop',
    usage: { input: 0, cachedInput: 0, output: 0, reasoning: 0 },
  };
  const start = (message: Json) => {
    const usage = message.usage as Usage;
    const cached = usage.cache_read_input_tokens ?? 0;
    answer.id = String(message.id);
    answer.model = String(message.model);
    answer.usage = {
      input: (usage.input_tokens ?? 0) + cached + (usage.cache_creation_input_tokens ?? 0),
      cachedInput: cached,
      output: usage.output_tokens,
      reasoning: 0,
    };
  };
  const block = (part: Block, args: string) => {
    if (part.type === 'text') answer.content = (answer.content ?? '') + (part.text ?? '');
    if (part.type === 'tool_use') answer.toolCalls.push({ id: part.id!, name: part.name!, arguments: args });
  };
  const stop = (reason: unknown) => {
    answer.finishReason = STOP[String(reason)] ?? 'stop';
  };
  if (!chat.stream) {
    const message = (await response.json()) as Json;
    start(message);
    for (const part of message.content as Block[]) block(part, JSON.stringify(part.input ?? {}));
    stop(message.stop_reason);
    return answer;
  }
  for await (const event of eventsOf(response)) {
    if (event.type === 'message_start') start(event.message as Json);
    if (event.type === 'content_block_start') {
      if (answer.content === null && answer.toolCalls.length === 0) onFirstToken?.();
      block(event.content_block as Block, '');
    }
    if (event.type === 'content_block_delta') {
      const delta = event.delta as { text?: string; partial_json?: string };
      if (delta.text !== undefined) answer.content = (answer.content ?? '') + delta.text;
      else answer.toolCalls.at(-1)!.arguments += delta.partial_json ?? '';
    }
    if (event.type === 'message_delta') {
      stop((event.delta as Json).stop_reason);
      answer.usage.output = (event.usage as Usage).output_tokens;
    }
  }
  return answer;
}

/** Real calls over HTTP: OpenAI's protocol (which Gemini speaks as well) and Anthropic's. `base` is the address before `/v1`. */
export function httpModels(base: string, key = 'none'): ModelClient {
  return {
    chat: (chat, onFirstToken) => (chat.provider === 'anthropic' ? askAnthropic : askOpenAi)(base, key, chat, onFirstToken),
    embed: async (model, texts) => {
      const response = await post(`${base}/v1/embeddings`, { authorization: `Bearer ${key}` }, { model, input: texts });
      const { data, usage } = (await response.json()) as { data: { embedding: number[] }[]; usage: { prompt_tokens: number } };
      return { vectors: data.map((item) => item.embedding), inputTokens: usage.prompt_tokens };
    },
  };
}
