// The drop-in for OpenAI of `langfuse` 3: plain with a tool call, and streamed; linked to a prompt.
import { randomUUID } from 'node:crypto';
import { Langfuse, observeOpenAI } from 'langfuse';
import OpenAI from 'openai';

const langfuse = new Langfuse();
const name = `support-${randomUUID().slice(0, 8)}`;
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const plan = '{"tools":["get_order"],"order":"NL-40711"}';
const text = 'You answer customers of a shop.\nPlan: {{plan}}\n{{rules}}';
await langfuse.createPrompt({ name, prompt: text, labels: ['production'] });
const prompt = await langfuse.getPrompt(name);
const trace = langfuse.trace({ name: 'openai-drop-in', userId: 'user-dropin', sessionId: 'session-dropin', tags: ['drop-in'] });
const openai = observeOpenAI(new OpenAI(), { parent: trace, generationName: 'answer', langfusePrompt: prompt });
const plain = observeOpenAI(new OpenAI(), { parent: trace, generationName: 'streamed' });
const question = 'Where is my order NL-40711?';
const parameters = { type: 'object', properties: { order_number: { type: 'string' } }, required: ['order_number'] };
const tools = [{ type: 'function', function: { name: 'get_order', description: 'Looks up an order', parameters } }];
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const calls = [];
const messages = [
  { role: 'system', content: prompt.compile({ plan, rules }) },
  { role: 'user', content: question },
];
for (;;) {
  const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', temperature: 0.2, messages, tools });
  const { message } = answer.choices[0];
  calls.push({ model: answer.model, usage: answer.usage, content: message.content });
  if (!message.tool_calls) break;
  messages.push(message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: JSON.stringify(order) });
}
const stream = await plain.chat.completions.create({
  model: 'gpt-5-mini',
  messages: [{ role: 'user', content: question }],
  stream: true,
  stream_options: { include_usage: true },
});
let content = '';
let last;
for await (const chunk of stream) {
  content += chunk.choices[0]?.delta?.content ?? '';
  last = chunk;
}
calls.push({ model: last.model, usage: last.usage, content });
await langfuse.flushAsync();
await openai.flushAsync();
await plain.flushAsync();
console.log(JSON.stringify({ traceId: trace.id, calls, prompt: [name, prompt.version] }));
