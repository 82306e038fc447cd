import type { ChatAnswer, ChatRequest, Message, ToolCall } from '../kit/model-client.ts';
import { hash } from '../kit/random.ts';
import { withGlossary } from './language.ts';
import { answerFromPassages, judgeGrounding, rewriteQuestion } from './library-model.ts';
import { answerCustomer, plan } from './support-model.ts';
import { reviewDraft, routeTeam, workWithTools, writeBrief } from './team-model.ts';

/** Name asked for -> name under which the provider answers. */
const SERVED_AS: Record<string, string> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

/** Time to the first token in ms, and per token after it. */
const SPEED: [RegExp, first: number, perToken: number][] = [
  [/mini|nano/, 260, 7],
  [/haiku/, 330, 6],
  [/gemini.*flash/, 290, 4.5],
  [/sonnet/, 820, 13],
  [/./, 520, 11],
];

/** Four characters a token, one for a character of Chinese, two of Arabic: near enough for a stand-in. */
export function countTokens(text: string): number {
  const cjk = text.match(/[\u4e00-\u9fff]/g)?.length ?? 0;
  const arabic = text.match(/[\u0600-\u06ff]/g)?.length ?? 0;
  return Math.ceil(cjk + arabic / 2 + (text.length - cjk - arabic) / 4);
}

const messageText = (message: Message) =>
  (message.content ?? '') +
  (message.role === 'assistant' ? (message.toolCalls ?? []).map((call) => call.name + call.arguments).join('') : '');

function reply(
  request: ChatRequest,
  call: (name: string, args: unknown) => ToolCall,
): { content: string | null; toolCalls: ToolCall[] } {
  const { messages } = request;
  const system = messages[0]?.role === 'system' ? messages[0].content : '';
  const say = (content: string) => ({ content, toolCalls: [] });
  if (/^You plan/.test(system)) return say(plan(messages));
  if (/^You answer customers/.test(system)) return answerCustomer(messages, call);
  if (/^You rewrite questions/.test(system)) return say(rewriteQuestion(messages));
  if (/^You answer questions from/.test(system)) return say(answerFromPassages(messages));
  if (/^You judge/.test(system)) return say(judgeGrounding(messages));
  if (/^You lead/.test(system)) return say(routeTeam(messages));
  if (/^You (research|analyse)/.test(system))
    return workWithTools(
      messages,
      (request.tools ?? []).map((tool) => tool.name),
      call,
    );
  if (/^You write/.test(system)) return say(writeBrief(messages));
  if (/^You review/.test(system)) return say(reviewDraft(messages));
  const last = messages.findLast((message) => message.role === 'user')?.content ?? '';
  return say(`You said: ${last.slice(0, 500)}`);
}

export interface Thought extends ChatAnswer {
  /** How long a real model would take: to the first token, and in all. */
  firstTokenMs: number;
  durationMs: number;
}

/** Answers a chat as a model might. The same request always gets the same answer: a stand-in has no mood. */
export function think(request: ChatRequest): Thought {
  const fingerprint = hash(request.model + request.messages.map((message) => message.role + messageText(message)).join('\n'));
  const id = fingerprint.toString(36).padStart(7, '0');
  let calls = 0;
  const { content, toolCalls } = reply(request, (name, args) => {
    calls += 1;
    return { id: `call_${id}${calls}`, name, arguments: JSON.stringify(args) };
  });
  const system = request.messages[0]?.role === 'system' ? countTokens(request.messages[0].content) : 0;
  const tools = request.tools ? countTokens(JSON.stringify(request.tools)) : 0;
  const input = request.messages.reduce((sum, message) => sum + countTokens(messageText(message)) + 4, 3) + tools;
  // Providers cache a prompt's beginning once it is long enough; a conversation's later calls find it there.
  const cachedInput = system + tools > 220 && request.messages.length > 2 ? Math.floor((system + tools) * 0.8) : 0;
  const reasoning = /^(gpt-5|o\d)/.test(request.model) ? 64 * (1 + (fingerprint % 4)) : 0;
  const said = countTokens(content ?? '') + toolCalls.reduce((sum, made) => sum + countTokens(made.name + made.arguments) + 6, 0);
  const output = said + reasoning;
  const [, first, perToken] = SPEED.find(([name]) => name.test(request.model))!;
  const wobble = 0.7 + (fingerprint % 1000) / 1250;
  const firstTokenMs = Math.round((first + input * 0.05 + reasoning * perToken) * wobble);
  return {
    id: `${request.provider === 'anthropic' ? 'msg_' : 'chatcmpl-'}${id}`,
    model: SERVED_AS[request.model] ?? request.model,
    content,
    toolCalls,
    finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: { input, cachedInput, output, reasoning },
    firstTokenMs,
    durationMs: Math.round(firstTokenMs + said * perToken * wobble),
  };
}

const DIMENSIONS = 256;

/** A vector of hashed words (their first letters, so that forms of a word meet), of length one: near texts share words. */
export function embed(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of withGlossary(text)
    .toLowerCase()
    .match(/[\u4e00-\u9fff]|[\p{L}\d]{4,}/gu) ?? [])
    vector[hash(word.slice(0, 5)) % DIMENSIONS]! += 1;
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  return vector.map((value) => value / length);
}
