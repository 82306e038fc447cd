import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import type { Signal } from '../../ingest/otlp/response.ts';
import type { Part } from '../../lib/lifetime.ts';
import type { Logger } from '../../lib/log.ts';
import { countRefusal } from './count-refusal.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { clientGone, type Held } from './intake-budget.ts';
import { acceptSignal, answerSignal, type Outcome, SIGNALS } from './otlp-signals.ts';
import type { IngestParts } from './parts.ts';
import { admitOtlp, authenticateSender, type HeaderReader } from './sender.ts';

const bytes = (message: Buffer): Buffer => message;

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
};

/** Messages stay bytes here: the door decodes them, as it does those that come over HTTP. */
const serviceOf = (signal: Signal): ServiceDefinition => ({
  Export: {
    path: `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
});

/** Longest wait for clients to hang up. */
const PATIENCE_MS = 10_000;

export interface GrpcOptions extends IngestParts {
  host: string;
  /** 0 takes any free port: whether gRPC is on at all, the caller decides. */
  port: number;
  log: Logger;
}

export interface GrpcSurface extends Part {
  /** Where it listens; null when the port was taken. */
  readonly port: number | null;
}

/**
 * OTLP over gRPC: `Export` of the services of traces, logs and metrics, with the key pair in the `authorization` metadata. When the port is taken (often by an
 * OpenTelemetry collector) it says so in a warning and the process goes on without it.
 */
export async function startGrpc(options: GrpcOptions): Promise<GrpcSurface> {
  const { host, port, log, maxBodyBytes } = options;
  const server = new Server({
    'grpc.max_receive_message_length': maxBodyBytes,
    // Many clients keep one connection for days; pings are how they learn that it broke.
    'grpc.keepalive_permit_without_calls': 1,
  });
  for (const signal of SIGNALS) {
    server.addService(serviceOf(signal), {
      Export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        acceptExport(call, signal, options).then(
          (response) => answer(null, response),
          (error: unknown) => {
            const status = grpcStatusOf(error);
            if (!status.expected) log.error({ err: error }, 'gRPC export failed');
            answer({ code: status.code, details: status.details, metadata: status.metadata });
          },
        );
      },
    });
  }
  const bound = await bind(server, host, port).catch((error: unknown) => {
    log.warn(
      { port, reason: String(error) },
      'OTLP over gRPC is off: its port cannot be used. Set TELLTALE_OTLP_GRPC_PORT to a free one, or to 0.',
    );
    return null;
  });
  return {
    name: 'otlp-grpc',
    port: bound,
    // New calls are refused from here on; those in progress end. A client that keeps its connection open all the same is not waited for.
    drain: () =>
      new Promise((resolve, reject) => {
        setTimeout(resolve, PATIENCE_MS).unref();
        server.tryShutdown((error) => (error ? reject(error) : resolve()));
      }),
    async stop() {
      server.forceShutdown();
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
}

async function acceptExport(call: ServerUnaryCall<Buffer, Buffer>, signal: Signal, parts: IngestParts): Promise<Buffer> {
  const read = metadataReader(call.metadata);
  const sender = await authenticateSender(parts.access, read, 'otlp-grpc');
  let held: Held | undefined;
  const gone = new AbortController();
  call.once('cancelled', () => gone.abort(clientGone()));
  if (call.cancelled) gone.abort(clientGone());
  let outcome: Outcome;
  try {
    held = parts.budget.open(call.request.length);
    held.take(call.request.length);
    await held.turn(gone.signal);
    const circumstances = { signal: gone.signal, prepared: held.done };
    outcome = await acceptSignal(parts.door, signal, call.request, 'protobuf', admitOtlp(sender, read), circumstances);
  } catch (error) {
    countRefusal(parts.receipts, sender, error);
    throw error;
  } finally {
    held?.release();
  }
  // Each of its spans was counted already.
  return answerSignal(signal, 'protobuf', outcome) as Buffer;
}

const metadataReader =
  (metadata: Metadata): HeaderReader =>
  (name) => {
    const [value] = metadata.get(name);
    return value === undefined ? undefined : value.toString();
  };
