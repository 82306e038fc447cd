// `langfuse-langchain` 3: the callback handler under a LangGraph with a node of tools, and a chain with a linked prompt.
import { randomUUID } from 'node:crypto';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { Langfuse } from 'langfuse';
import { CallbackHandler } from 'langfuse-langchain';

const langfuse = new Langfuse();
const name = `support-${randomUUID().slice(0, 8)}`;
await langfuse.createPrompt({ name, prompt: 'Answer as {{tone}} as you can: {{question}}', labels: ['production'] });
const prompt = await langfuse.getPrompt(name);
const question = 'Where is my order NL-40711?';
const trace = langfuse.trace({ name: 'support', userId: 'user-chain', sessionId: 'session-chain', tags: ['chain'] });
const handler = new CallbackHandler({ root: trace });
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const system = `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`;
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const getOrder = tool(async () => JSON.stringify(order), {
  name: 'get_order',
  description: 'Looks up an order',
  schema: { type: 'object', properties: { order_number: { type: 'string' } }, required: ['order_number'] },
});
const model = new ChatOpenAI({ model: 'gpt-4o-mini', temperature: 0.2, configuration: { baseURL: process.env.OPENAI_BASE_URL } });
const calls = [];
const told = (message) =>
  calls.push({ model: message.response_metadata.model_name, usage: message.usage_metadata, content: message.content });
const agent = createReactAgent({ llm: model, tools: [getOrder], prompt: system });
const asked = { messages: [{ role: 'user', content: question }] };
const result = await agent.invoke(asked, { callbacks: [handler], runName: 'support-graph' });
for (const message of result.messages) if (message.getType() === 'ai') told(message);
const template = ChatPromptTemplate.fromTemplate(prompt.getLangchainPrompt()).withConfig({
  metadata: { langfusePrompt: prompt },
});
told(await template.pipe(model).invoke({ tone: 'kindly', question }, { callbacks: [handler] }));
await handler.flushAsync();
await langfuse.shutdownAsync();
console.log(JSON.stringify({ traceId: trace.id, calls, prompt: [name, prompt.version] }));
