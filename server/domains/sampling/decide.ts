import { createHash } from 'node:crypto';
import { PROTECTED, REST, type SamplingSettings } from '../../../contract/sampling.ts';

/** What a decision needs to know of a whole trace. */
export interface SampledTrace {
  id: string;
  name: string;
  /** Seconds; null while no step has ended. */
  latency: number | null;
  errorCount: number;
  /** Somebody needs it: bookmarked, shared, commented, scored by a person, part of a dataset, a run or a queue. */
  isProtected: boolean;
  /** Names of the rules whose filter it fits. */
  fits: ReadonlySet<string>;
}

/** By the name of a rule and of traces: the duration in seconds from which a trace is slow. Names that are missing were seen too seldom. */
export type SlowFrom = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Decision {
  action: 'keep' | 'drop';
  /** Name of the rule that decided, `rest` or `protected`. */
  rule: string;
}

/**
 * Whether a whole trace is kept. The first rule that matches decides; a share is drawn by the trace's id alone, so that the same trace is
 * decided the same way again, on any server, and a larger share holds every trace of a smaller one. A name that was seen too seldom to
 * know what is slow for it counts as slow: the rare is worth keeping.
 */
export function decide(
  trace: SampledTrace,
  { rules, rest }: Pick<SamplingSettings, 'rules' | 'rest'>,
  slowFrom: SlowFrom,
): Decision {
  if (trace.isProtected) return { action: 'keep', rule: PROTECTED };
  const found = rules.find(({ name, match }) => {
    if (match.kind === 'errors') return trace.errorCount > 0;
    if (match.kind === 'filter') return trace.fits.has(name);
    return trace.latency !== null && trace.latency >= (slowFrom.get(name)?.get(trace.name) ?? 0);
  });
  const keep = found?.keep ?? rest;
  return { action: drawOf(trace.id) < keep ? 'keep' : 'drop', rule: found?.name ?? REST };
}

/** A number from 0 up to 1 that follows from a trace's id, evenly spread whatever the ids look like. */
export function drawOf(traceId: string): number {
  return createHash('sha256').update(traceId).digest().readUIntBE(0, 6) / 2 ** 48;
}
