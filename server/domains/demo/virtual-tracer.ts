import { createHash } from 'node:crypto';
import type { Tracer } from '@opentelemetry/api';
import type { IdGenerator, ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Ids that follow from a seed and their number. Hashed, as the agents' small random source would repeat itself among so many. */
class SeededIds implements IdGenerator {
  seed = '';
  made = 0;

  generateTraceId = (): string => this.hex(32);
  generateSpanId = (): string => this.hex(16);

  private hex(length: number): string {
    this.made += 1;
    return createHash('sha256').update(`${this.seed} ${this.made}`).digest('hex').slice(0, length);
  }
}

/** The OpenTelemetry SDK with everything that reaches outside taken away: spans are kept until they are taken. */
export interface VirtualTracing {
  tracer(service: string): Tracer;
  /** Ids of the spans from here on follow from this seed. */
  seedIds(seed: string): void;
  /** Ended spans since the last call. */
  take(): ReadableSpan[];
  /** An OTLP/HTTP export of spans, protobuf. */
  exportOf(spans: ReadableSpan[]): Uint8Array;
}

/** The SDK is brought into memory when the demo is made, which is once. */
export async function virtualTracing(): Promise<VirtualTracing> {
  const [{ BasicTracerProvider }, { resourceFromAttributes }, { ProtobufTraceSerializer }] = await Promise.all([
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/otlp-transformer'),
  ]);
  const ids = new SeededIds();
  let ended: ReadableSpan[] = [];
  const keep: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => void ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracers = new Map<string, Tracer>();
  return {
    tracer: (service) => {
      let tracer = tracers.get(service);
      if (!tracer) {
        const provider = new BasicTracerProvider({
          idGenerator: ids,
          resource: resourceFromAttributes({
            'service.name': service,
            'telemetry.sdk.language': 'nodejs',
            'telemetry.sdk.name': 'opentelemetry',
          }),
          spanProcessors: [keep],
        });
        tracer = provider.getTracer('telltale-examples', '1.0.0');
        tracers.set(service, tracer);
      }
      return tracer;
    },
    seedIds: (seed) => {
      ids.seed = seed;
      ids.made = 0;
    },
    take: () => {
      const taken = ended;
      ended = [];
      return taken;
    },
    exportOf: (spans) => {
      const body = ProtobufTraceSerializer.serializeRequest(spans);
      if (!body) throw new Error('The spans could not be serialised');
      return body;
    },
  };
}
