import type { FastifyPluginAsync } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { KeyReceipt, Receipts } from '../../ingest/receipts/receipts.ts';
import { mayReadMetrics } from './may-read-metrics.ts';

export interface PrometheusParts {
  /** Where other metrics of the process are registered too; a new one when absent. */
  registry?: Registry;
  /** Who may read: see `mayReadMetrics`. */
  token?: string | undefined;
  receipts: Pick<Receipts, 'keys'>;
  /** Bytes waiting to be written, and how many may. */
  buffer(): { bytes: number; limit: number };
  /** Bytes of requests in progress. */
  inFlight(): number;
}

/** What the registry reads, in one place: name, help, unit in the name as Prometheus wants it. */
const LABELS = ['project', 'key'] as const;

/**
 * `GET /metrics` in Prometheus' text format: receipts per key, the write buffer and the process. A key is shown by its last six
 * characters: enough to tell keys apart, not enough to use one.
 */
export function createPrometheusSurface(parts: PrometheusParts): FastifyPluginAsync {
  const { registry = new Registry(), token } = parts;
  collectDefaultMetrics({ register: registry });
  const accepted = counter(registry, 'telltale_ingest_accepted_items_total', 'Items decoded and taken, by key', LABELS);
  const stored = counter(registry, 'telltale_ingest_stored_items_total', 'Items written, by key', LABELS);
  const refused = counter(registry, 'telltale_ingest_refused_items_total', 'Items or requests refused, by key and reason', [
    ...LABELS,
    'reason',
  ]);
  const lag = new Gauge({
    name: 'telltale_ingest_lag_seconds',
    help: 'From taken to queryable over the last 1,000 requests, by key',
    labelNames: [...LABELS, 'quantile'],
    registers: [registry],
  });
  const buffered = new Gauge({
    name: 'telltale_ingest_buffer_bytes',
    help: 'Bytes waiting to be written',
    registers: [registry],
  });
  const limit = new Gauge({ name: 'telltale_ingest_buffer_limit_bytes', help: 'Bytes that may wait', registers: [registry] });
  const inFlight = new Gauge({
    name: 'telltale_ingest_in_flight_bytes',
    help: 'Bytes of requests in progress',
    registers: [registry],
  });

  const refresh = () => {
    for (const metric of [accepted, stored, refused, lag]) metric.reset();
    for (const receipt of parts.receipts.keys()) {
      const labels = labelsOf(receipt);
      accepted.inc(labels, receipt.accepted);
      stored.inc(labels, receipt.stored);
      for (const { reason, count } of receipt.refused) refused.inc({ ...labels, reason }, count);
      if (receipt.lag) {
        lag.set({ ...labels, quantile: '0.5' }, receipt.lag.p50 / 1000);
        lag.set({ ...labels, quantile: '0.99' }, receipt.lag.p99 / 1000);
      }
    }
    const now = parts.buffer();
    buffered.set(now.bytes);
    limit.set(now.limit);
    inFlight.set(parts.inFlight());
  };

  return async (fastify) => {
    fastify.get('/metrics', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (!mayReadMetrics(request, token)) {
        const how = token === undefined ? 'set TELLTALE_METRICS_TOKEN and send it' : 'send TELLTALE_METRICS_TOKEN';
        return reply
          .code(401)
          .header('www-authenticate', 'Bearer')
          .type('text/plain; charset=utf-8')
          .send(`Metrics are for this machine only. From elsewhere, ${how} as a bearer token.\n`);
      }
      refresh();
      return reply.type(registry.contentType).send(await registry.metrics());
    });
  };
}

const counter = (registry: Registry, name: string, help: string, labelNames: readonly string[]) =>
  new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });

const labelsOf = ({ projectId, publicKey }: KeyReceipt) => ({ project: projectId, key: publicKey.slice(-6) });
