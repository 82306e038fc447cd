import { type Attributes, type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type ChatAnswer, type ChatRequest, type Message, ModelError } from './model-client.ts';
import type { Prompt, Runtime } from './runtime.ts';

/** What every span of a request says about the request: the user, the conversation, the release. */
export interface RequestInfo {
  traceName: string;
  userId: string;
  sessionId: string;
  environment: string;
  release: string;
  version: string;
  tags: string[];
}

/** Where in a trace the code is: what `step` and `callModel` need to add to it. */
export interface Scope {
  runtime: Runtime;
  request: RequestInfo;
  context: Context;
  span?: Span;
}

export const requestScope = (runtime: Runtime, request: RequestInfo): Scope => ({ runtime, request, context: ROOT_CONTEXT });

export type StepType = 'span' | 'agent' | 'chain' | 'tool' | 'retriever' | 'embedding' | 'guardrail' | 'evaluator' | 'generation';

const json = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function requestAttributes({ traceName, userId, sessionId, environment, release, version, tags }: RequestInfo): Attributes {
  return {
    'langfuse.trace.name': traceName,
    'langfuse.trace.tags': tags,
    'user.id': userId,
    'session.id': sessionId,
    'langfuse.environment': environment,
    'langfuse.release': release,
    'langfuse.version': version,
  };
}

/** Marks a span as failed, with the exception as an event. */
function fail(span: Span, error: unknown, at: number): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const type = error instanceof ModelError ? error.type : name;
  span.addEvent('exception', { 'exception.type': type, 'exception.message': message }, at);
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** What a step may say of itself while it runs. */
export interface Step extends Scope {
  span: Span;
  output(value: unknown): void;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  /** Worth a look, but no error. */
  warn(message: string): void;
}

/** Runs one step of a request inside a span. What it throws marks the span and is thrown on; `fallback` is then its output. */
export async function step<T>(
  scope: Scope,
  options: { name: string; type: StepType; input?: unknown; attributes?: Attributes; kind?: SpanKind; fallback?: string },
  body: (step: Step) => Promise<T>,
): Promise<T> {
  const { runtime, request } = scope;
  const isRoot = scope.span === undefined;
  const attributes: Attributes = {
    ...requestAttributes(request),
    'langfuse.observation.type': options.type,
    ...(options.input === undefined ? {} : { 'langfuse.observation.input': json(options.input) }),
    ...options.attributes,
  };
  const kind = options.kind ?? (isRoot ? SpanKind.SERVER : SpanKind.INTERNAL);
  const span = runtime.tracer.startSpan(options.name, { kind, startTime: runtime.clock.now(), attributes }, scope.context);
  const inner: Step = {
    runtime,
    request,
    span,
    context: trace.setSpan(scope.context, span),
    output: (value) => void span.setAttribute('langfuse.observation.output', json(value)),
    set: (more) => void span.setAttributes(more),
    event: (name, more = {}) => void span.addEvent(name, more, runtime.clock.now()),
    warn: (message) =>
      void span.setAttributes({ 'langfuse.observation.level': 'WARNING', 'langfuse.observation.status_message': message }),
  };
  try {
    return await body(inner);
  } catch (error) {
    fail(span, error, runtime.clock.now());
    if (options.fallback !== undefined) inner.output(options.fallback);
    throw error;
  } finally {
    span.end(runtime.clock.now());
  }
}

/** A message in the form of the GenAI conventions. */
function toParts(message: Message): { role: string; parts: unknown[] } {
  if (message.role === 'tool') {
    return { role: 'tool', parts: [{ type: 'tool_call_response', id: message.callId, response: message.content }] };
  }
  const parts: unknown[] = message.content ? [{ type: 'text', content: message.content }] : [];
  if (message.role === 'assistant') {
    for (const call of message.toolCalls ?? []) {
      parts.push({ type: 'tool_call', id: call.id, name: call.name, arguments: JSON.parse(call.arguments) });
    }
  }
  return { role: message.role, parts };
}

function answerAttributes(answer: ChatAnswer): Attributes {
  const message = {
    ...toParts({ role: 'assistant', content: answer.content, toolCalls: answer.toolCalls }),
    finish_reason: answer.finishReason,
  };
  return {
    'gen_ai.response.id': answer.id,
    'gen_ai.response.model': answer.model,
    'gen_ai.response.finish_reasons': [answer.finishReason],
    'gen_ai.usage.input_tokens': answer.usage.input,
    'gen_ai.usage.output_tokens': answer.usage.output,
    ...(answer.usage.cachedInput > 0 ? { 'gen_ai.usage.cache_read.input_tokens': answer.usage.cachedInput } : {}),
    ...(answer.usage.reasoning > 0 ? { 'gen_ai.usage.reasoning.output_tokens': answer.usage.reasoning } : {}),
    'gen_ai.output.messages': JSON.stringify([message]),
  };
}

const MAX_ATTEMPTS = 3;

/**
 * Asks a model, recorded as a generation in the GenAI conventions. A refused or timed-out call is tried again up to three times with growing
 * pauses; each attempt is a generation of its own, each pause an event of the step around it.
 */
export async function callModel(scope: Scope, name: string, chat: ChatRequest, prompt?: Prompt): Promise<ChatAnswer> {
  const { clock, random, models } = scope.runtime;
  const attributes: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': chat.provider,
    'gen_ai.request.model': chat.model,
    ...(chat.temperature === undefined ? {} : { 'gen_ai.request.temperature': chat.temperature }),
    ...(chat.maxTokens === undefined ? {} : { 'gen_ai.request.max_tokens': chat.maxTokens }),
    'gen_ai.input.messages': JSON.stringify(chat.messages.map(toParts)),
    ...(chat.tools
      ? { 'gen_ai.tool.definitions': JSON.stringify(chat.tools.map((tool) => ({ type: 'function', ...tool }))) }
      : {}),
    ...(prompt ? { 'langfuse.observation.prompt.name': prompt.name, 'langfuse.observation.prompt.version': prompt.version } : {}),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step(scope, { name, type: 'generation', kind: SpanKind.CLIENT, attributes }, async (generation) => {
        const answer = await models.chat(chat, () =>
          generation.set({ 'langfuse.observation.completion_start_time': new Date(clock.now()).toISOString() }),
        );
        generation.set(answerAttributes(answer));
        return answer;
      });
    } catch (error) {
      if (!(error instanceof ModelError) || !error.retryable || attempt === MAX_ATTEMPTS) throw error;
      const pause = Math.round(250 * 2 ** attempt * (0.75 + random() / 2));
      scope.span?.addEvent('retry', { attempt, 'retry.delay_ms': pause, 'error.type': error.type }, clock.now());
      await clock.sleep(pause);
    }
  }
}

/** Turns texts into vectors, recorded as an embedding. */
export async function callEmbedding(scope: Scope, name: string, model: string, texts: string[]): Promise<number[][]> {
  const attributes = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model };
  return step(
    scope,
    { name, type: 'embedding', kind: SpanKind.CLIENT, input: texts.length === 1 ? texts[0] : texts, attributes },
    async (it) => {
      const { vectors, inputTokens } = await scope.runtime.models.embed(model, texts);
      it.set({ 'gen_ai.response.model': model, 'gen_ai.usage.input_tokens': inputTokens });
      it.output({ vectors: vectors.length, dimensions: vectors[0]?.length ?? 0 });
      return vectors;
    },
  );
}

/** Runs a tool that the model asked for. */
export async function callTool(
  scope: Scope,
  call: { id: string; name: string; arguments: string },
  body: (args: Record<string, unknown>, step: Step) => Promise<unknown>,
): Promise<string> {
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': call.name,
    'gen_ai.tool.call.id': call.id,
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.arguments': call.arguments,
  };
  return step(scope, { name: `execute_tool ${call.name}`, type: 'tool', attributes }, async (it) => {
    const result = json(await body(JSON.parse(call.arguments) as Record<string, unknown>, it));
    it.set({ 'gen_ai.tool.call.result': result });
    return result;
  });
}
