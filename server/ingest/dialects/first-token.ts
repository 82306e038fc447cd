import type { Micros } from '../../store/analytics/rows.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { genAiFirstChunk } from './gen-ai.ts';
import { langfuseCompletionStart } from './langfuse.ts';
import { mastraCompletionStart } from './mastra.ts';
import { toNumber } from './span.ts';
import { isoToMicros } from './time.ts';
import { vercelFirstChunk } from './vercel-ai.ts';

/*
 * When the first token came: a time of its own, milliseconds or seconds from the start, or an event. Contract §3.4.
 */

/** Null when nobody says. `start` is the row's own. */
export function completionStart(span: DecodedSpan, start: Micros): Micros | null {
  for (const told of [langfuseCompletionStart(span), mastraCompletionStart(span)]) {
    const micros = typeof told === 'string' ? isoToMicros(told) : null;
    if (micros !== null) return micros;
  }
  const millis = vercelFirstChunk(span) ?? genAiFirstChunk(span) ?? serverFirstToken(span) ?? liveKitFirstToken(span);
  if (millis !== undefined) return start + millis * 1000;
  return firstTokenEvent(span);
}

/**
 * `gen_ai.server.time_to_first_token`: the conventions count seconds (OpenLIT does), Strands milliseconds. Elsewhere seconds that end after
 * the span are milliseconds.
 */
function serverFirstToken({ attributes, scope, startTime, endTime }: DecodedSpan): number | undefined {
  const told = toNumber(attributes.get('gen_ai.server.time_to_first_token'));
  if (told === undefined || told <= 0) return undefined;
  if (scope.name.startsWith('strands')) return Math.ceil(told);
  const lasted = startTime !== null && endTime !== null ? (endTime - startTime) / 1000 : Number.POSITIVE_INFINITY;
  const millis = told * 1000 > lasted && told <= lasted ? told : told * 1000;
  return Math.ceil(millis);
}

function liveKitFirstToken({ attributes }: DecodedSpan): number | undefined {
  const seconds = toNumber(attributes.get('lk.response.ttft'));
  return seconds === undefined || seconds < 0 ? undefined : Math.ceil(seconds * 1000);
}

/** `First Token Stream Event` of OpenInference, and how others write it. */
const FIRST_TOKEN = /^(?:gen_ai\.)?first[ _.]token/i;

function firstTokenEvent({ events }: DecodedSpan): Micros | null {
  return events.find((event) => FIRST_TOKEN.test(event.name))?.time ?? null;
}
