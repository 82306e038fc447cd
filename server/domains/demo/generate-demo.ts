import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { seededRandom } from '../../../examples/kit/random.ts';
import { virtualClock } from '../../../examples/kit/runtime.ts';
import { inProcessModels } from '../../../examples/model-server/in-process-client.ts';
import { embedHandbook } from '../../../examples/rag-qa/agent.ts';
import { embedPolicies } from '../../../examples/support-agent/agent.ts';
import { makeConversation, type ScoreEvent } from './make-conversation.ts';
import { DEMO_HOURS, expectedConversations, story } from './story.ts';
import { virtualTracing } from './virtual-tracer.ts';

const HOUR = 3_600_000;
/** Spans in one export: few in the first, so that there is something to see at once; then as many as cost a tenth of a second to take in. */
const FIRST_EXPORT_SPANS = 400;
const EXPORT_SPANS = 1600;

/** A piece of the demo, ready to be sent. Pieces of one hour belong together; hours come newest first. */
export interface DemoPiece {
  /** Hours before now at which the piece begins; all of `hour` is out when a piece of a later one (or the end) comes. */
  hour: number;
  spans: number;
  traces: number;
  /** OTLP/HTTP export, `application/x-protobuf`. */
  otlp: Uint8Array;
  /** Body of a Langfuse batch with the scores of these traces; null when they have none. */
  langfuse: { batch: ScoreEvent[] } | null;
}

export interface DemoOptions {
  /** Ms since the epoch; nothing in the demo is later. */
  now: number;
  seed: string;
  /** Skip the hours before this one, as they were sent before. */
  fromHour?: number;
}

/** A number of events in a time in which `expected` are expected (Knuth). */
function poisson(random: () => number, expected: number): number {
  const limit = Math.exp(-expected);
  let product = random();
  let events = 0;
  while (product > limit) {
    product *= random();
    events += 1;
  }
  return events;
}

/**
 * Two weeks of traffic, made by the code of `examples/` in virtual time, newest hour first. The same options give the same pieces, byte for
 * byte; ids depend on `seed` alone, so that sending a piece twice stores it once.
 */
export async function* generateDemo({ now, seed, fromHour = 0 }: DemoOptions): AsyncGenerator<DemoPiece> {
  const tracing = await virtualTracing();
  const models = inProcessModels(virtualClock(now), seededRandom(seed), { rateLimit: 0, timeout: 0, overloaded: 0 });
  const stage = {
    now,
    tracing,
    policyVectors: await embedPolicies({ models }),
    handbookVectors: await embedHandbook({ models }),
  };

  let hour = fromHour;
  let spans: ReadableSpan[] = [];
  let scores: ScoreEvent[] = [];
  let traces = 0;
  let enough = FIRST_EXPORT_SPANS;
  const piece = (): DemoPiece => {
    const made = {
      hour,
      spans: spans.length,
      traces,
      otlp: tracing.exportOf(spans),
      langfuse: scores.length > 0 ? { batch: scores } : null,
    };
    spans = [];
    scores = [];
    traces = 0;
    return made;
  };

  for (; hour < DEMO_HOURS; hour += 1) {
    const start = now - (hour + 1) * HOUR;
    const random = seededRandom(`${seed} ${hour}`);
    const runaways = story.runawayRuns(hour);
    const visits = poisson(random, expectedConversations(start));
    for (let slot = 0; slot < runaways + visits; slot += 1) {
      const begin = Math.round(start + random() * HOUR);
      for await (const turn of makeConversation(stage, `${seed} ${hour} ${slot}`, begin, slot < runaways)) {
        spans.push(...turn.spans);
        scores.push(...turn.scores);
        traces += 1;
      }
      tracing.take();
      if (spans.length < enough) continue;
      enough = EXPORT_SPANS;
      yield piece();
    }
  }
  if (spans.length > 0) yield piece();
}
