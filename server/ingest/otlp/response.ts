import protobuf from 'protobufjs/minimal.js';
import { invalidRequest } from '../../lib/errors.ts';
import type { Refusal } from '../types.ts';

/** The refusals told to the sender; more are only counted. */
const SHOWN = 5;

/** What an export is of, and what its answer calls what was not taken. */
const SIGNALS = {
  traces: { item: 'span', rejected: 'rejectedSpans' },
  logs: { item: 'log record', rejected: 'rejectedLogRecords' },
  metrics: { item: 'data point', rejected: 'rejectedDataPoints' },
} as const;
export type Signal = keyof typeof SIGNALS;

const explain = (refused: readonly Refusal[], noun: string): string => {
  const lines = refused.slice(0, SHOWN).map((one) => `${noun} ${one.index}${one.item ? ` (${one.item})` : ''}: ${one.message}`);
  if (refused.length > SHOWN) lines.push(`and ${refused.length - SHOWN} more`);
  return lines.join('; ');
};

/** Spans that were not taken; those that were, without some count, are a warning: OTLP has zero rejected spans with a message for it. */
const rejected = (refused: readonly Refusal[]): number => refused.filter(({ kept }) => !kept).length;

/**
 * An export of which nothing could be kept is an error, so that its sender hears of it: exporters do not look into a 200.
 * @throws AppError 400 with the reasons
 */
export function requireSomeKept({ accepted, refused }: { accepted: number; refused: readonly Refusal[] }): void {
  if (accepted === 0 && refused.length > 0)
    throw invalidRequest(`No span of this export could be kept: ${explain(refused, SIGNALS.traces.item)}`);
}

/** How many were not taken, and a message; also beside none, as a warning. */
export interface PartialSuccess {
  rejected: number;
  message: string;
}

type Outcome = readonly Refusal[] | PartialSuccess;

/** Undefined when everything was taken as it came. */
function partialOf(outcome: Outcome, signal: Signal): PartialSuccess | undefined {
  if (!('length' in outcome)) return outcome;
  return outcome.length === 0 ? undefined : { rejected: rejected(outcome), message: explain(outcome, SIGNALS[signal].item) };
}

/** Export…ServiceResponse as OTLP/JSON: `{}` when everything was taken, else `partialSuccess` with how much was not, and why. */
export function exportResponseJson(outcome: Outcome, signal: Signal = 'traces'): { partialSuccess?: Record<string, string> } {
  const partial = partialOf(outcome, signal);
  if (!partial) return {};
  return { partialSuccess: { [SIGNALS[signal].rejected]: String(partial.rejected), errorMessage: partial.message } };
}

/** The same as protobuf, whose fields have the same numbers for all signals; empty when everything was taken. */
export function exportResponseProtobuf(outcome: Outcome, signal: Signal = 'traces'): Uint8Array {
  const partial = partialOf(outcome, signal);
  const writer = protobuf.Writer.create();
  if (partial) {
    writer.uint32((1 << 3) | 2).fork();
    writer.uint32(1 << 3).int64(partial.rejected);
    writer.uint32((2 << 3) | 2).string(partial.message);
    writer.ldelim();
  }
  return writer.finish();
}
