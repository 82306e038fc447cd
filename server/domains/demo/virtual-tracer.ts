import type { Tracer } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type IdGenerator, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Ids that follow from a random source that can be set. */
class SeededIds implements IdGenerator {
  random: () => number = Math.random;

  generateTraceId = (): string => this.hex(4);
  generateSpanId = (): string => this.hex(2);

  private hex(words: number): string {
    let id = '';
    for (let i = 0; i < words; i += 1)
      id += Math.floor(this.random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    // All zeros is the one id that is not allowed.
    return /^0+$/.test(id) ? `${id.slice(1)}1` : id;
  }
}

/** The OpenTelemetry SDK with everything that reaches outside taken away: spans are kept until they are taken. */
export interface VirtualTracing {
  tracer(service: string): Tracer;
  /** Ids of the spans from here on follow from this source. */
  seedIds(random: () => number): void;
  /** Ended spans since the last call. */
  take(): ReadableSpan[];
}

export function virtualTracing(): VirtualTracing {
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
    seedIds: (random) => {
      ids.random = random;
    },
    take: () => {
      const taken = ended;
      ended = [];
      return taken;
    },
  };
}

/** An OTLP/HTTP export of spans, protobuf. */
export function exportOf(spans: ReadableSpan[]): Uint8Array {
  const body = ProtobufTraceSerializer.serializeRequest(spans);
  if (!body) throw new Error('The spans could not be serialised');
  return body;
}
