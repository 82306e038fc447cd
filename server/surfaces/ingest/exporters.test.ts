import type { AddressInfo } from 'node:net';
import { Metadata } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { readExport } from '../../ingest/read-export.ts';
import { unavailable } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { startGrpc } from './grpc.ts';
import { FULL, startDoor, type TestDoor } from './testing/start-door.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Compression = 'gzip' | 'none';
const headers = { Authorization: FULL, 'x-langfuse-sdk-name': 'python', 'x-langfuse-sdk-version': '4.14.0' };

/** Real exporters, as an application configures them. */
const EXPORTERS = {
  'OTLP/JSON': (port: number, compression: Compression) =>
    new JsonExporter({ url: `http://127.0.0.1:${port}/v1/traces`, headers, compression: compression as never }),
  'OTLP/protobuf': (port: number, compression: Compression) =>
    new ProtoExporter({ url: `http://127.0.0.1:${port}/api/public/otel/v1/traces`, headers, compression: compression as never }),
  'OTLP/gRPC': (port: number, compression: Compression): SpanExporter => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name.toLowerCase(), value);
    return new GrpcExporter({ url: `http://127.0.0.1:${port}`, metadata, compression: compression as never });
  },
};
const viaOf = (name: keyof typeof EXPORTERS) => (name === 'OTLP/gRPC' ? 'otlp-grpc' : 'otlp-http');

async function start(via: string): Promise<{ test: TestDoor; port: number }> {
  const test = await startDoor({ door: { readExport } });
  closing.push(() => test.app.close());
  if (via === 'otlp-grpc') {
    const surface = await startGrpc({ ...test.parts, host: '127.0.0.1', port: 0, log: createLogger('silent') });
    closing.push(() => surface.stop?.());
    return { test, port: surface.port! };
  }
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  return { test, port: (test.app.server.address() as AddressInfo).port };
}

const cases = (Object.keys(EXPORTERS) as (keyof typeof EXPORTERS)[]).flatMap((name) => [
  [name, 'none'] as const,
  [name, 'gzip'] as const,
]);

describe('real exporters', () => {
  it.each(cases)('%s, compression %s', async (name, compression) => {
    const via = viaOf(name);
    const { test, port } = await start(via);
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '1.2.3' }),
      spanProcessors: [new BatchSpanProcessor(EXPORTERS[name](port, compression))],
    });
    const tracer = provider.getTracer('my-tracer', '0.1.0');
    const startTime = new Date('2026-11-20T10:00:00.000Z');
    const span = tracer.startSpan('answer', {
      kind: SpanKind.CLIENT,
      startTime,
      attributes: {
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 12,
        'gen_ai.usage.output_tokens': 7,
        grüße: 'дом 家',
      },
    });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
    span.end(new Date('2026-11-20T10:00:01.500Z'));
    await provider.forceFlush();
    await provider.shutdown();

    const { traceId, spanId } = span.spanContext();
    expect(test.written.rows).toHaveLength(1);
    expect(test.written.rows[0]).toMatchObject({
      project_id: 'p1',
      trace_id: traceId,
      id: spanId,
      parent_id: '',
      name: 'answer',
      kind: 'CLIENT',
      type: 'GENERATION',
      start_time: startTime.getTime() * 1000,
      end_time: startTime.getTime() * 1000 + 1_500_000,
      level: 'ERROR',
      status_message: 'it broke',
      model: 'gpt-4o',
      service_name: 'shop',
      service_version: '1.2.3',
      scope_name: 'my-tracer',
      scope_version: '0.1.0',
      sdk_name: 'python',
      sdk_version: '4.14.0',
      via,
    });
    expect(test.written.rows[0]!.usage_details).toMatchObject({ input: 12, output: 7 });
    expect(Object.values(test.written.rows[0]!.metadata).join()).toContain('дом 家');
  });

  // The JavaScript exporter for gRPC never tries again, whatever it is told.
  it.each(['OTLP/JSON', 'OTLP/protobuf'] as const)(
    '%s tries again when the door is full, and the span is there once',
    async (name) => {
      const { test, port } = await start('otlp-http');
      const write = test.writer.write;
      let tries = 0;
      test.writer.write = async (taken, bytes) => {
        tries++;
        if (tries === 1) throw unavailable('The write buffer is full. Send the request again later.', 1);
        await write(taken, bytes);
      };
      const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(EXPORTERS[name](port, 'none'))] });
      provider.getTracer('t').startSpan('again').end();
      await provider.forceFlush();
      await provider.shutdown();
      expect(tries).toBe(2);
      expect(test.written.rows.map((row) => row.name)).toEqual(['again']);
    },
  );
});
