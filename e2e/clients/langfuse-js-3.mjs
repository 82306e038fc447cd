// What the quick start of `langfuse` 3 does: a trace with nested steps, updates, a score, then flush.
import { Langfuse } from 'langfuse';

const langfuse = new Langfuse({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});
const trace = langfuse.trace({
  name: 'order-status',
  userId: 'user-js3',
  sessionId: 'session-js3',
  tags: ['shop', 'beta'],
  metadata: { plan: 'pro', nested: { depth: 1 } },
  version: '1.2.3',
  release: 'r42',
  input: { question: 'Where is my order?' },
});
const span = trace.span({ name: 'lookup-order', input: { order: 4711 } });
span.end({ output: { status: 'shipped' }, level: 'WARNING', statusMessage: 'answered slowly' });
const generation = trace.generation({
  name: 'answer',
  model: 'gpt-4o-mini',
  modelParameters: { temperature: 0.2, maxTokens: 100 },
  input: [{ role: 'user', content: 'Where is my order 4711?' }],
  metadata: { attempt: 1 },
});
generation.update({ completionStartTime: new Date() });
generation.end({
  output: { role: 'assistant', content: 'It has shipped.' },
  usage: { promptTokens: 100, completionTokens: 20, totalTokens: 120 },
});
const embed = trace.generation({
  name: 'embed',
  model: 'our-own-model',
  input: 'order',
  usageDetails: { input: 7 },
  costDetails: { input: 0.5, total: 0.75 },
});
embed.end();
span.event({ name: 'cache-miss', level: 'WARNING', statusMessage: 'not in cache' });
trace.update({ output: { answer: 'It has shipped.' } });
trace.score({ name: 'helpful', value: 1, comment: 'good' });
generation.score({ name: 'tone', value: 'friendly' });
trace.score({ name: 'safe', value: 1, dataType: 'BOOLEAN' });
await langfuse.shutdownAsync();
console.log(JSON.stringify({ traceId: trace.id, toolId: span.id, generationId: generation.id, embedId: embed.id }));
