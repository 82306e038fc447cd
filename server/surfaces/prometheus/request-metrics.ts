import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds; the bounds that dashboards of HTTP services commonly expect. */
const REQUEST_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10];
const QUERY_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

/** Requests by method, route and status. A route is what was declared, never what was asked for: their number is bounded. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const labelNames = ['method', 'endpoint', 'status'];
  const total = new Counter({ name: 'http_requests_total', help: 'Requests answered', labelNames, registers: [registry] });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer',
    labelNames,
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  const open = new Gauge({ name: 'http_requests_in_progress', help: 'Requests not yet answered', registers: [registry] });
  app.addHook('onRequest', async (_request, reply) => {
    open.inc();
    // Comes whether the answer was finished or its reader left.
    reply.raw.once('close', () => open.dec());
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, endpoint: request.routeOptions.url ?? 'none', status: String(reply.statusCode) };
    total.inc(labels);
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
}

/** Runs work that one question or write of a store is, and measures it. */
export type MeasureQuery = <Result>(work: () => Promise<Result>, method?: string) => Promise<Result>;

/** What measures the questions and writes of the stores: `db_query_duration_seconds` and `db_connections_active`. */
export interface StoreMeter {
  measureQuery(store: string): MeasureQuery;
  /** The same store, whose named methods are measured. */
  measured<Store extends object>(store: Store, name: string, methods: readonly (keyof Store & string)[]): Store;
}

export function createStoreMeter(registry: Registry): StoreMeter {
  const seconds = new Histogram({
    name: 'db_query_duration_seconds',
    help: 'Questions and writes of a store',
    labelNames: ['store', 'method'],
    buckets: QUERY_SECONDS,
    registers: [registry],
  });
  const active = new Gauge({
    name: 'db_connections_active',
    help: 'Questions and writes of a store that are under way, each on a connection of its own or waiting for one',
    labelNames: ['store'],
    registers: [registry],
  });
  const measureQuery =
    (store: string): MeasureQuery =>
    async (work, method = 'query') => {
      const stop = seconds.startTimer({ store, method });
      active.inc({ store });
      try {
        return await work();
      } finally {
        active.dec({ store });
        stop();
      }
    };
  return {
    measureQuery,
    measured(store, name, methods) {
      const measure = measureQuery(name);
      const timed = methods.map((method) => {
        const ask = store[method] as (...args: unknown[]) => Promise<unknown>;
        return [method, (...args: unknown[]) => measure(() => ask.apply(store, args), method)];
      });
      return { ...store, ...Object.fromEntries(timed) };
    },
  };
}
