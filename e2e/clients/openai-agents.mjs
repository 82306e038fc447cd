// The OpenAI Agents SDK for JavaScript with a tool, its OpenInference instrumentation exported by `@langfuse/otel`.
import { OpenAIAgentsInstrumentation } from '@arizeai/openinference-instrumentation-openai-agents';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import * as agents from '@openai/agents';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { z } from 'zod';

// The processor's own choice leaves out what is not named in its list, as this instrumentation is not.
const processor = new LangfuseSpanProcessor({ shouldExportSpan: () => true });
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
new OpenAIAgentsInstrumentation({ tracerProvider: provider }).manuallyInstrument(agents);
agents.setOpenAIAPI('chat_completions');
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const agent = new agents.Agent({
  name: 'support',
  instructions: `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`,
  model: 'gpt-4o-mini',
  tools: [
    agents.tool({
      name: 'get_order',
      description: 'Looks up an order',
      parameters: z.object({ order_number: z.string() }),
      execute: async () => JSON.stringify(order),
    }),
  ],
});
const sent = {};
await startActiveObservation('request', async (root) => {
  sent.traceId = root.traceId;
  await propagateAttributes({ userId: 'user-agents', sessionId: 'session-agents', tags: ['agents'] }, async () => {
    const result = await agents.run(agent, 'Where is my order NL-40711?');
    sent.calls = result.rawResponses.map(({ usage }) => ({
      usage: { input: usage.inputTokens, output: usage.outputTokens, cached: usage.inputTokensDetails[0]?.cached_tokens },
    }));
    sent.answer = result.finalOutput;
  });
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(sent));
