// The OpenAI client under an instrumentation for OpenTelemetry: `openinference` or `openllmetry`, as the first argument says.
// The model asks for a tool, then answers; another model reasons; a text is embedded.
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
const { OpenAIInstrumentation } =
  process.argv[2] === 'openinference'
    ? await import('@arizeai/openinference-instrumentation-openai')
    : await import('@traceloop/instrumentation-openai');
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);
const openai = new OpenAI({ apiKey: 'none', baseURL: process.env.OPENAI_BASE_URL });
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
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const system = `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`;
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const messages = [
  { role: 'system', content: system },
  { role: 'user', content: 'Where is my order NL-40711?' },
];
const sent = { calls: [] };
await trace.getTracer('app').startActiveSpan('request', async (root) => {
  sent.traceId = root.spanContext().traceId;
  sent.rootId = root.spanContext().spanId;
  for (;;) {
    const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', temperature: 0.2, messages, tools });
    const { message } = answer.choices[0];
    sent.calls.push({ model: answer.model, usage: answer.usage, content: message.content, toolCalls: message.tool_calls });
    if (!message.tool_calls) break;
    messages.push(message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: JSON.stringify(order) });
  }
  const thought = await openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'Is it cold?' }],
  });
  sent.calls.push({ model: thought.model, usage: thought.usage, content: thought.choices[0].message.content });
  const { usage, model } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'shell jacket' });
  sent.embedding = { usage, model };
  root.end();
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
