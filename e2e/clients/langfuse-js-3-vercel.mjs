// `langfuse-vercel` 3: the AI SDK of Vercel, its telemetry exported by the `LangfuseExporter`: text with a tool, and a stream; with a linked prompt.
import { randomUUID } from 'node:crypto';
import { createOpenAI } from '@ai-sdk/openai';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { Langfuse } from 'langfuse';
import { LangfuseExporter } from 'langfuse-vercel';
import { z } from 'zod';

const langfuse = new Langfuse();
const name = `support-${randomUUID().slice(0, 8)}`;
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const plan = '{"tools":["get_order"],"order":"NL-40711"}';
const text = 'You answer customers of a shop.\nPlan: {{plan}}\n{{rules}}';
await langfuse.createPrompt({ name, prompt: text, labels: ['production'] });
const prompt = await langfuse.getPrompt(name);
const exporter = new LangfuseExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const traceId = randomUUID();
langfuse.trace({ id: traceId, name: 'order-status' });
const telemetry = (functionId, more = {}) => ({
  isEnabled: true,
  functionId,
  metadata: {
    langfuseTraceId: traceId,
    userId: 'user-ai',
    sessionId: 'session-ai',
    tags: ['ai'],
    ...more,
  },
});
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const question = 'Where is my order NL-40711?';
const answer = await generateText({
  model: openai.chat('gpt-4o-mini'),
  temperature: 0.2,
  system: prompt.compile({ plan, rules }),
  prompt: question,
  tools: {
    get_order: tool({
      description: 'Looks up an order',
      inputSchema: z.object({ order_number: z.string() }),
      execute: async () => order,
    }),
  },
  stopWhen: stepCountIs(3),
  experimental_telemetry: telemetry('answer', { langfusePrompt: prompt.toJSON() }),
});
const calls = answer.steps.map((step) => ({ model: step.response.modelId, usage: step.usage, content: step.text }));
const stream = streamText({
  model: openai.chat('gpt-5-mini'),
  prompt: question,
  experimental_telemetry: telemetry('streamed'),
});
let content = '';
for await (const part of stream.textStream) content += part;
calls.push({ model: (await stream.response).modelId, usage: await stream.usage, content });
await provider.forceFlush();
await exporter.forceFlush();
await provider.shutdown();
await langfuse.shutdownAsync();
console.log(JSON.stringify({ traceId, calls, prompt: [name, prompt.version] }));
