// The AI SDK of Vercel 7 with `@langfuse/vercel-ai-sdk`: text with a tool, linked to a prompt, and a stream.
import { randomUUID } from 'node:crypto';
import { createOpenAI } from '@ai-sdk/openai';
import { LangfuseClient } from '@langfuse/client';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import { LangfuseVercelAiSdkIntegration } from '@langfuse/vercel-ai-sdk';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, registerTelemetry, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const provider = new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor()] });
provider.register();
registerTelemetry(new LangfuseVercelAiSdkIntegration());
const langfuse = new LangfuseClient();
const name = `support-${randomUUID().slice(0, 8)}`;
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const plan = '{"tools":["get_order"],"order":"NL-40711"}';
const text = 'You answer customers of a shop.\nPlan: {{plan}}\n{{rules}}';
await langfuse.prompt.create({ name, prompt: text, labels: ['production'] });
const prompt = await langfuse.prompt.get(name);
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const question = 'Where is my order NL-40711?';
const sent = { calls: [], prompt: [name, prompt.version] };
await startActiveObservation('request', async (root) => {
  sent.traceId = root.traceId;
  await propagateAttributes({ userId: 'user-ai', sessionId: 'session-ai', tags: ['ai'] }, async () => {
    const answer = await generateText({
      model: openai.chat('gpt-4o-mini'),
      temperature: 0.2,
      instructions: prompt.compile({ plan, rules }),
      prompt: question,
      tools: {
        get_order: tool({
          description: 'Looks up an order',
          inputSchema: z.object({ order_number: z.string() }),
          execute: async () => order,
        }),
      },
      stopWhen: stepCountIs(3),
      runtimeContext: { plan: 'pro', langfusePrompt: { name, version: prompt.version, isFallback: prompt.isFallback } },
      telemetry: { functionId: 'answer', includeRuntimeContext: { plan: true, langfusePrompt: true } },
    });
    for (const { response, usage, text: content } of answer.steps) sent.calls.push({ model: response.modelId, usage, content });
    const stream = streamText({ model: openai.chat('gpt-5-mini'), prompt: question, telemetry: { functionId: 'streamed' } });
    let content = '';
    for await (const part of stream.textStream) content += part;
    sent.calls.push({ model: (await stream.response).modelId, usage: await stream.usage, content });
  });
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
