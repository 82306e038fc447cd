import { startModelServer } from '../model-server/server.ts';
import { httpModels } from './http-models.ts';
import { type Runtime, realClock } from './runtime.ts';
import type { RequestInfo } from './spans.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';

/** Runs an example for real: clock, randomness, HTTP to `MODEL_SERVER_URL` or to a stand-in model server that it starts for itself. */
export async function runExample(
  service: string,
  body: (runtime: Runtime, telemetry: Telemetry) => Promise<void>,
): Promise<void> {
  const telemetry = startTelemetry(service);
  const own = process.env.MODEL_SERVER_URL ? undefined : await startModelServer({ pace: Number(process.env.STAND_IN_PACE ?? 1) });
  const models = httpModels(
    process.env.MODEL_SERVER_URL ?? own!.url,
    process.env.OPENAI_API_KEY ?? process.env.ANTHROPIC_API_KEY,
  );
  try {
    await body({ tracer: telemetry.tracer, clock: realClock, random: Math.random, models }, telemetry);
  } finally {
    await telemetry.close();
    await own?.close();
  }
}

/** What the spans of an example's requests say about themselves. */
export const exampleRequest = (traceName: string, userId: string): RequestInfo => ({
  traceName,
  userId,
  sessionId: `example-${Date.now().toString(36)}`,
  environment: process.env.LANGFUSE_TRACING_ENVIRONMENT ?? 'development',
  release: 'example',
  version: '1.0.0',
  tags: ['example'],
});
