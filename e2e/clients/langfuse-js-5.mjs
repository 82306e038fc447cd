// `@langfuse/tracing` and `@langfuse/otel`, generations 4 and 5: context managers, nesting, propagated attributes, scores by the client.
import { LangfuseClient } from '@langfuse/client';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import * as tracing from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const processor = new LangfuseSpanProcessor({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
  environment: 'staging',
  release: 'r42',
});
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const client = new LangfuseClient({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});

const { startActiveObservation, startObservation, updateActiveTrace, propagateAttributes } = tracing;
const about = {
  userId: 'user-js5',
  sessionId: 'session-js5',
  tags: ['shop', 'beta'],
  metadata: { plan: 'pro' },
  version: '1.2.3',
};
const sent = {};

async function work() {
  await startActiveObservation('order-status', async (root) => {
    if (!propagateAttributes) updateActiveTrace(about);
    root.update({ input: { question: 'Where is my order?' }, output: { answer: 'It has shipped.' } });
    const tool = startObservation('lookup-order', { input: { order: 4711 } }, { asType: 'tool' });
    tool.update({ output: { status: 'shipped' }, level: 'WARNING', statusMessage: 'answered slowly' }).end();
    const generation = startObservation(
      'answer',
      {
        model: 'gpt-4o-mini',
        modelParameters: { temperature: 0.2 },
        input: [{ role: 'user', content: 'Where is my order 4711?' }],
        output: { role: 'assistant', content: 'It has shipped.' },
        usageDetails: { input: 100, output: 20, total: 120 },
        metadata: { attempt: 1 },
        completionStartTime: new Date(),
      },
      { asType: 'generation' },
    );
    generation.end();
    const check = startObservation('check', { input: 'It has shipped.', output: 'fine' }, { asType: 'guardrail' });
    check.end();
    const embed = startObservation(
      'embed',
      { model: 'our-own-model', input: 'order', usageDetails: { input: 7 }, costDetails: { input: 0.5, total: 0.75 } },
      { asType: 'embedding' },
    );
    embed.end();
    Object.assign(sent, {
      traceId: root.traceId,
      rootId: root.id,
      toolId: tool.id,
      generationId: generation.id,
      checkId: check.id,
      embedId: embed.id,
    });
    client.score.create({ traceId: root.traceId, observationId: generation.id, name: 'tone', value: 'friendly' });
    client.score.create({ traceId: root.traceId, name: 'helpful', value: 1, comment: 'good' });
    client.score.create({ traceId: root.traceId, name: 'safe', value: 1, dataType: 'BOOLEAN' });
  });
}
await (propagateAttributes ? propagateAttributes(about, work) : work());
await processor.forceFlush();
await client.score.flush();
await provider.shutdown();
console.log(JSON.stringify(sent));
