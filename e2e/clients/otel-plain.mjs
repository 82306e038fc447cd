// The plain OpenTelemetry SDK with span names and attributes of one's own, over the exporter that the first argument names: http, proto or grpc.
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const kind = process.argv[2] ?? 'proto';
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${kind}`);
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
const tracer = trace.getTracer('app', '1.0.0');
const root = tracer.startSpan('agent.request', {
  attributes: { 'agent.name': 'support', 'agent.version': '7', 'user.id': 'user-otel', 'session.id': 'session-otel' },
});
const below = trace.setSpan(context.active(), root);
tracer.startSpan('agent.plan', {}, below).end();
const call = tracer.startSpan(
  'llm.call',
  {
    attributes: {
      'llm.provider': 'openai',
      'llm.model': 'gpt-4o-mini',
      'llm.temperature': 0.2,
      'tokens.input': 100,
      'tokens.output': 20,
    },
  },
  below,
);
call.addEvent('retry', { attempt: 2, reason: 'rate limit' });
call.end();
const tool = tracer.startSpan(
  'tool.call',
  {
    attributes: { 'tool.name': 'lookup-order', 'tool.type': 'function', 'tool.args': '{"order":4711}' },
    links: [{ context: call.spanContext() }],
  },
  below,
);
tool.recordException(new Error('order service is down'));
tool.setStatus({ code: SpanStatusCode.ERROR });
tool.end();
root.end();
await provider.forceFlush();
await provider.shutdown();
console.log(
  JSON.stringify({
    traceId: root.spanContext().traceId,
    rootId: root.spanContext().spanId,
    callId: call.spanContext().spanId,
    toolId: tool.spanContext().spanId,
  }),
);
