import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

export interface Telemetry {
  tracer: Tracer;
  /** Sends a score on a trace, as a browser would after a thumb up or down. */
  score(traceId: string, name: string, value: number, comment?: string): Promise<void>;
  /** Sends what is still waiting. */
  close(): Promise<void>;
}

/**
 * The OpenTelemetry SDK as everybody sets it up. Where to is told by the SDK's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`,
 * `OTEL_EXPORTER_OTLP_HEADERS`), or by `LANGFUSE_BASE_URL` (default http://127.0.0.1:3000), `LANGFUSE_PUBLIC_KEY` and `LANGFUSE_SECRET_KEY`.
 */
export function startTelemetry(service: string): Telemetry {
  const { env } = process;
  const base = (env.LANGFUSE_BASE_URL ?? env.LANGFUSE_HOST ?? 'http://127.0.0.1:3000').replace(/\/$/, '');
  const authorization = `Basic ${Buffer.from(`${env.LANGFUSE_PUBLIC_KEY}:${env.LANGFUSE_SECRET_KEY}`).toString('base64')}`;
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.LANGFUSE_SECRET_KEY) {
    throw new Error(
      'Set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY (Settings -> API keys), or OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS.',
    );
  }
  const exporter = env.OTEL_EXPORTER_OTLP_ENDPOINT
    ? new OTLPTraceExporter()
    : new OTLPTraceExporter({ url: `${base}/api/public/otel/v1/traces`, headers: { authorization } });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return {
    tracer: provider.getTracer('telltale-examples', '1.0.0'),
    score: async (traceId, name, value, comment) => {
      if (!env.LANGFUSE_SECRET_KEY) return;
      const id = `${traceId}-${name}`;
      const event = {
        id,
        type: 'score-create',
        timestamp: new Date().toISOString(),
        body: { id, traceId, name, value, dataType: 'NUMERIC', comment },
      };
      await fetch(`${base}/api/public/ingestion`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ batch: [event] }),
      });
    },
    close: () => provider.shutdown(),
  };
}
