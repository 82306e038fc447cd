// Generations linked to a prompt by the drop-in for OpenAI and by the callback handler for LangChain, of `@langfuse/*` 4 and 5.
import { randomUUID } from 'node:crypto';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import { LangfuseClient } from '@langfuse/client';
import { CallbackHandler } from '@langfuse/langchain';
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startActiveObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

const provider = new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor()] });
provider.register();
const langfuse = new LangfuseClient();
const name = `support-${randomUUID().slice(0, 8)}`;
await langfuse.prompt.create({ name, prompt: 'Answer as {{tone}} as you can: {{question}}', labels: ['production'] });
const prompt = await langfuse.prompt.get(name);
const values = { tone: 'kindly', question: 'Where is my order NL-40711?' };
const sent = { prompt: [name, prompt.version], calls: [] };
await startActiveObservation('linked', async (root) => {
  sent.traceId = root.traceId;
  const openai = observeOpenAI(new OpenAI(), { generationName: 'drop-in', langfusePrompt: prompt });
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt.compile(values) }] });
  const model = new ChatOpenAI({ model: 'gpt-4o-mini', configuration: { baseURL: process.env.OPENAI_BASE_URL } });
  const template = ChatPromptTemplate.fromTemplate(prompt.getLangchainPrompt()).withConfig({
    metadata: { langfusePrompt: prompt },
  });
  await template.pipe(model).invoke(values, { callbacks: [new CallbackHandler()] });
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
