// The AI SDK of Vercel with its own telemetry, exported by the plain OpenTelemetry exporter: text with a tool, and a stream.
import { createOpenAI } from '@ai-sdk/openai';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
const openai = createOpenAI({ apiKey: 'none', baseURL: process.env.OPENAI_BASE_URL });
const telemetry = {
  isEnabled: true,
  functionId: 'order-status',
  metadata: { userId: 'user-ai', sessionId: 'session-ai', tags: ['ai'], plan: 'pro' },
};
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const system = `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`;
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const getOrder = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order_number: z.string() }),
  execute: async () => order,
});
const question = 'Where is my order NL-40711?';
const sent = {};
await trace.getTracer('app').startActiveSpan('request', async (root) => {
  sent.traceId = root.spanContext().traceId;
  sent.rootId = root.spanContext().spanId;
  const answer = await generateText({
    model: openai.chat('gpt-4o-mini'),
    temperature: 0.2,
    system,
    prompt: question,
    tools: { get_order: getOrder },
    stopWhen: stepCountIs(3),
    experimental_telemetry: telemetry,
  });
  sent.calls = answer.steps.map((step) => ({
    model: step.response.modelId,
    usage: step.usage,
    content: step.text,
    toolCalls: step.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input })),
  }));
  const stream = streamText({ model: openai.chat('gpt-5-mini'), prompt: question, experimental_telemetry: telemetry });
  let content = '';
  for await (const part of stream.textStream) content += part;
  sent.calls.push({ model: (await stream.response).modelId, usage: await stream.usage, content, toolCalls: [] });
  root.end();
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
