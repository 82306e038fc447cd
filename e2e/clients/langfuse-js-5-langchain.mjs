// `@langfuse/langchain`: the callback handler under a LangGraph with a chat model and a node of tools.
import { ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { CallbackHandler } from '@langfuse/langchain';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const processor = new LangfuseSpanProcessor({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const handler = new CallbackHandler({ userId: 'user-chain', sessionId: 'session-chain', tags: ['chain'] });
// Long enough that the model server reports a part of it as cached from the second call on.
const rules = 'Be brief, name the state of the parcel, promise nothing. '.repeat(20);
const system = `You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n${rules}`;
const order = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };
const getOrder = tool(async () => JSON.stringify(order), {
  name: 'get_order',
  description: 'Looks up an order',
  schema: { type: 'object', properties: { order_number: { type: 'string' } }, required: ['order_number'] },
});
const model = new ChatOpenAI({
  model: 'gpt-4o-mini',
  temperature: 0.2,
  apiKey: 'none',
  configuration: { baseURL: process.env.OPENAI_BASE_URL },
}).bindTools([getOrder]);
const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async (state) => ({ messages: [await model.invoke(state.messages)] }))
  .addNode('tools', new ToolNode([getOrder]))
  .addEdge(START, 'answer')
  .addConditionalEdges('answer', (state) => (state.messages.at(-1).tool_calls?.length ? 'tools' : END), ['tools', END])
  .addEdge('tools', 'answer')
  .compile();
const result = await graph.invoke(
  {
    messages: [
      ['system', system],
      ['user', 'Where is my order NL-40711?'],
    ],
  },
  { callbacks: [handler], runName: 'support-graph' },
);
await processor.forceFlush();
await provider.shutdown();
const calls = result.messages
  .filter((message) => message.response_metadata?.tokenUsage ?? message.usage_metadata)
  .map((message) => ({
    model: message.response_metadata.model_name,
    usage: message.usage_metadata,
    content: message.content,
    toolCalls: message.tool_calls,
  }));
const toolResult = result.messages.find((message) => ToolMessage.isInstance(message))?.content;
console.log(JSON.stringify({ traceId: handler.last_trace_id, calls, toolResult }));
