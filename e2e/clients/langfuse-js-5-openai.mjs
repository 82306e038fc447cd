// `@langfuse/openai`: the drop-in wrapper of the OpenAI client, plain with a tool call, and streamed.
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startActiveObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

const processor = new LangfuseSpanProcessor({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const openai = observeOpenAI(new OpenAI({ apiKey: 'none', baseURL: process.env.OPENAI_BASE_URL }), {
  generationName: 'drop-in',
  userId: 'user-dropin',
  sessionId: 'session-dropin',
  tags: ['drop-in'],
});
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const system = `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`;
const question = 'Where is my order NL-40711?';
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_order',
      description: 'Looks up an order',
      parameters: { type: 'object', properties: { order_number: { type: 'string' } }, required: ['order_number'] },
    },
  },
];
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const sent = { calls: [] };
await startActiveObservation('openai-drop-in', async (root) => {
  sent.traceId = root.traceId;
  sent.rootId = root.id;
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: question },
  ];
  for (;;) {
    const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', temperature: 0.2, messages, tools });
    const { message } = answer.choices[0];
    sent.calls.push({ model: answer.model, usage: answer.usage, content: message.content, toolCalls: message.tool_calls });
    if (!message.tool_calls) break;
    messages.push(message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: JSON.stringify(order) });
  }
  const stream = await openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: question }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let content = '';
  let usage;
  let model;
  for await (const chunk of stream) {
    content += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
    model = chunk.model;
  }
  sent.calls.push({ model, usage, content });
});
await processor.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
