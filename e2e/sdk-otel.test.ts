import { afterAll, beforeAll, describe, expect } from 'vitest';
import { environmentOf, RUNS } from './clients/runs.ts';
import { get } from './support/api.ts';
import { runClient } from './support/clients.ts';
import { itWorks, shownLibrary } from './support/compatibility.ts';
import { freePort } from './support/free-port.ts';
import { costOf, outline, readBack } from './support/read-back.ts';
import { startServer, type TestServer } from './support/server.ts';

/* The SDK of OpenTelemetry for JavaScript with its own exporters, in all three transports. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ TELLTALE_OTLP_GRPC_PORT: String(await freePort()) });
});
afterAll(() => server?.destroy());

interface Sent {
  traceId: string;
  rootId: string;
  callId: string;
  toolId: string;
}

/** A trace in the shape of our own API, as far as it is compared. */
interface Detail {
  id: string;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
}

describe.each(['otel-js-http', 'otel-js-proto', 'otel-js-grpc'] as const)('%s', (name) => {
  const exporter = `@opentelemetry/exporter-trace-otlp-${name.slice('otel-js-'.length)}`;
  // Read back as it was sent, at once.
  itWorks('otel-js', shownLibrary('otel-js', exporter), 'tracing', async () => {
    const run = RUNS[name];
    const sent = await runClient<Sent>(run.client, run.script, environmentOf(run, { ...server, modelUrl: '' }), [...run.args]);
    const trace = await readBack(server, sent.traceId);
    expect(outline(trace.observations).sort()).toEqual([
      '  CHAIN agent.plan',
      '  GENERATION llm.call',
      '  TOOL tool.call',
      'AGENT agent.request',
    ]);
    expect(trace).toMatchObject({
      name: 'support',
      userId: 'user-otel',
      sessionId: 'session-otel',
      environment: 'default',
      tags: [],
    });
    expect(trace.metadata).toMatchObject({ scope: { name: 'app', version: '1.0.0' } });
    const step = (id: string) => trace.observations.find((one) => one.id === id)!;
    expect(step(sent.rootId)).toMatchObject({ type: 'AGENT', parentObservationId: null, version: '7' });
    expect(step(sent.callId)).toMatchObject({
      type: 'GENERATION',
      parentObservationId: sent.rootId,
      model: 'gpt-4o-mini',
      modelParameters: { temperature: 0.2 },
      usageDetails: { input: 100, output: 20, total: 120 },
      level: 'DEFAULT',
    });
    expect(step(sent.callId).calculatedTotalCost).toBeCloseTo(costOf('gpt-4o-mini', 100, 20), 12);
    expect(step(sent.toolId)).toMatchObject({
      type: 'TOOL',
      level: 'ERROR',
      statusMessage: 'order service is down',
      input: { order: 4711 },
    });

    // Events and links are not in Langfuse's API; ours shows them.
    const ours = (id: string) =>
      get<Detail>(server, `/api/v1/projects/${server.projectId}/traces/${sent.traceId}/observations/${id}`);
    expect((await ours(sent.callId)).events).toMatchObject([{ name: 'retry', attributes: { attempt: 2, reason: 'rate limit' } }]);
    const tool = await ours(sent.toolId);
    expect(tool.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': 'order service is down' } }]);
    expect(tool.links).toMatchObject([{ traceId: sent.traceId, spanId: sent.callId }]);
  });
});
