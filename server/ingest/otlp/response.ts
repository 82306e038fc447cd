import protobuf from 'protobufjs/minimal.js';
import { invalidRequest } from '../../lib/errors.ts';
import type { Refusal } from '../types.ts';

/** The refusals told to the sender; more are only counted. */
const SHOWN = 5;

const explain = (refused: readonly Refusal[]): string => {
  const lines = refused.slice(0, SHOWN).map((one) => `span ${one.index}${one.item ? ` (${one.item})` : ''}: ${one.message}`);
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
  if (accepted === 0 && refused.length > 0) throw invalidRequest(`No span of this export could be kept: ${explain(refused)}`);
}

/** ExportTraceServiceResponse as OTLP/JSON: `{}` when everything was taken, else `partialSuccess` with how many were not, and why. */
export function exportResponseJson(refused: readonly Refusal[]): {
  partialSuccess?: { rejectedSpans: string; errorMessage: string };
} {
  if (refused.length === 0) return {};
  return { partialSuccess: { rejectedSpans: String(rejected(refused)), errorMessage: explain(refused) } };
}

/** The same as protobuf; empty when everything was taken. */
export function exportResponseProtobuf(refused: readonly Refusal[]): Uint8Array {
  const writer = protobuf.Writer.create();
  if (refused.length > 0) {
    writer.uint32((1 << 3) | 2).fork();
    writer.uint32(1 << 3).int64(rejected(refused));
    writer.uint32((2 << 3) | 2).string(explain(refused));
    writer.ldelim();
  }
  return writer.finish();
}
