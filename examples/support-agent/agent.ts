import type { ChatRequest, Message, ToolCall, ToolDefinition } from '../kit/model-client.ts';
import type { Prompt, Runtime } from '../kit/runtime.ts';
import { nearest } from '../kit/search.ts';
import { callEmbedding, callModel, callTool, type RequestInfo, requestScope, type Scope, type Step, step } from '../kit/spans.ts';
import { PLAN_PROMPT } from './prompts.ts';
import { createReturn, findOrder, openTicket, POLICIES, trackShipment } from './shop.ts';

export interface SupportOptions {
  planner: Pick<ChatRequest, 'provider' | 'model'>;
  answerer: Pick<ChatRequest, 'provider' | 'model'>;
  answerPrompt: Prompt;
  /** Vectors of `POLICIES`, from `embedPolicies`. */
  policyVectors: number[][];
  /** How often the carrier's service fails, 0 to 1. */
  carrierFailures: number;
}

export interface SupportAnswer {
  text: string;
  traceId: string;
  outcome: 'answered' | 'blocked' | 'failed';
  toolFailed: boolean;
}

const EMBEDDING_MODEL = 'text-embedding-3-small';
const MAX_ROUNDS = 4;

const orderParameters = {
  type: 'object',
  properties: { order_number: { type: 'string', pattern: '^NL-\\d{5}$' } },
  required: ['order_number'],
};
const TOOLS: ToolDefinition[] = [
  { name: 'get_order', description: 'Product, price and status of an order', parameters: orderParameters },
  { name: 'track_shipment', description: 'Where a parcel is and when it arrives', parameters: orderParameters },
  { name: 'create_return', description: 'Creates a return label', parameters: orderParameters },
  {
    name: 'open_ticket',
    description: 'Hands the case to a colleague',
    parameters: { ...orderParameters, properties: { ...orderParameters.properties, priority: { enum: ['normal', 'high'] } } },
  },
];

/** Embeds the policies once, at start. */
export const embedPolicies = async (runtime: Pick<Runtime, 'models'>) =>
  (
    await runtime.models.embed(
      EMBEDDING_MODEL,
      POLICIES.map((policy) => `${policy.title}. ${policy.text}`),
    )
  ).vectors;

const ATTACK =
  /ignore (all|your|the) (previous|prior)? ?(instructions|rules)|system prompt|you are now|developer mode|vergiss alle anweisungen|忽略.*指令/i;
const PRIVATE = /\b(?:\d[ -]?){13,16}\b|\b[A-Z]{2}\d{2}[A-Z0-9]{12,30}\b/;

class ToolError extends Error {
  override readonly name = 'ToolError';
}

function checkInput(scope: Scope, text: string): Promise<boolean> {
  return step(scope, { name: 'guardrail.input', type: 'guardrail', input: text }, async (it) => {
    await it.runtime.clock.sleep(4 + it.runtime.random() * 10);
    const blocked = ATTACK.test(text);
    it.output({ allowed: !blocked, rule: blocked ? 'prompt-injection' : null });
    if (blocked) it.warn('Blocked: prompt injection');
    return !blocked;
  });
}

function checkOutput(scope: Scope, text: string): Promise<string> {
  return step(scope, { name: 'guardrail.output', type: 'guardrail', input: text }, async (it) => {
    await it.runtime.clock.sleep(3 + it.runtime.random() * 8);
    const leaked = PRIVATE.test(text);
    it.output({ allowed: !leaked, rule: leaked ? 'payment-data' : null });
    if (leaked) it.warn('Masked: payment data');
    return leaked ? text.replace(PRIVATE, '•••') : text;
  });
}

function retrievePolicies(scope: Scope, question: string, vectors: number[][]): Promise<string> {
  return step(scope, { name: 'retrieve-policies', type: 'retriever', input: question }, async (it) => {
    const [vector] = await callEmbedding(it, 'embed-question', EMBEDDING_MODEL, [question]);
    await it.runtime.clock.sleep(8 + it.runtime.random() * 20);
    const hits = nearest(POLICIES, vectors, vector!, 2);
    it.output(hits);
    return hits.map((hit) => `- ${hit.title}: ${hit.text}`).join('\n');
  });
}

async function reachCarrier(it: Step, failures: number): Promise<void> {
  const { clock, random } = it.runtime;
  for (let attempt = 1; ; attempt += 1) {
    await clock.sleep(120 + random() * 380);
    if (random() >= failures) return;
    it.event('retry', { attempt, reason: 'carrier timeout' });
    if (attempt === 3) throw new ToolError('The carrier did not answer after 3 attempts (timeout 5000 ms)');
    await clock.sleep(1500 * attempt);
  }
}

function runTool(scope: Scope, call: ToolCall, options: SupportOptions): Promise<string> {
  return callTool(scope, call, async (args, it) => {
    const { clock, random } = it.runtime;
    const number = String(args.order_number);
    if (call.name === 'track_shipment') {
      await reachCarrier(it, options.carrierFailures);
      return trackShipment(number, clock.now());
    }
    await clock.sleep(25 + random() * 90);
    if (call.name === 'create_return') return createReturn(number, clock.now());
    if (call.name === 'open_ticket') return openTicket(number);
    const order = findOrder(number, clock.now());
    if (!order) it.warn(`No order ${number}`);
    return order ?? { error: 'order_not_found' };
  }).catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    return JSON.stringify({ error: error.message });
  });
}

/** Asks the model until it answers instead of asking for tools. */
async function answer(
  scope: Scope,
  messages: Message[],
  options: SupportOptions,
): Promise<{ text: string; toolFailed: boolean }> {
  let toolFailed = false;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const chat = { ...options.answerer, messages: [...messages], tools: TOOLS, temperature: 0.3, maxTokens: 800, stream: true };
    const said = await callModel(scope, 'answer', chat, options.answerPrompt);
    messages.push({ role: 'assistant', content: said.content, toolCalls: said.toolCalls });
    if (said.toolCalls.length === 0) return { text: said.content ?? '', toolFailed };
    for (const call of said.toolCalls) {
      const content = await runTool(scope, call, options);
      toolFailed ||= content.includes('did not answer');
      messages.push({ role: 'tool', callId: call.id, content });
    }
  }
  throw new Error(`No answer after ${MAX_ROUNDS} rounds of tools`);
}

const REFUSAL = 'I can only help with orders, returns, invoices and products of Nordlicht Outfitters.';
const APOLOGY = 'Something went wrong on our side. Please try again in a few minutes.';

/**
 * One turn of a conversation with a customer: guardrail, plan, retrieve, tools, answer, guardrail. Never throws: when a model cannot be
 * reached the customer gets an apology and the trace its error.
 * @param history earlier turns, oldest first
 */
export async function supportTurn(
  runtime: Runtime,
  request: RequestInfo,
  options: SupportOptions,
  history: readonly Message[],
  question: string,
): Promise<SupportAnswer> {
  let traceId = '';
  const info = {
    name: 'support-agent',
    type: 'agent' as const,
    input: question,
    attributes: { 'gen_ai.agent.name': 'support-agent' },
    fallback: APOLOGY,
  };
  try {
    return await step(requestScope(runtime, request), info, async (root) => {
      traceId = root.span.spanContext().traceId;
      if (!(await checkInput(root, question))) {
        root.output(REFUSAL);
        root.warn('Blocked by guardrail.input');
        return { text: REFUSAL, traceId, outcome: 'blocked', toolFailed: false };
      }
      const conversation: Message[] = [...history, { role: 'user', content: question }];
      const planned = await callModel(
        root,
        'plan',
        {
          ...options.planner,
          messages: [{ role: 'system', content: PLAN_PROMPT.text }, ...conversation],
          temperature: 0,
          maxTokens: 300,
        },
        PLAN_PROMPT,
      );
      const needsPolicy = (JSON.parse(planned.content ?? '{}') as { needs_policy?: boolean }).needs_policy;
      const policies = needsPolicy ? await retrievePolicies(root, question, options.policyVectors) : '';
      const system = `${options.answerPrompt.text}\n\n${policies ? `Policies:\n${policies}\n\n` : ''}Plan: ${planned.content}`;
      const { text, toolFailed } = await answer(root, [{ role: 'system', content: system }, ...conversation], options);
      const checked = await checkOutput(root, text);
      root.output(checked);
      return { text: checked, traceId, outcome: 'answered', toolFailed };
    });
  } catch {
    // The trace already carries the error.
    return { text: APOLOGY, traceId, outcome: 'failed', toolFailed: false };
  }
}
