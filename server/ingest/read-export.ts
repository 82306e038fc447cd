import type { Micros } from '../store/analytics/rows.ts';
import { normaliseExport } from './dialects/normalise.ts';
import type { OtlpFormat } from './door.ts';
import { decodeJsonExport } from './otlp/decode-json.ts';
import { decodeProtobufExport } from './otlp/decode-protobuf.ts';
import type { NormalisedExport, Sender } from './types.ts';

/** An OTLP export as it came, read into whole rows. */
export const readExport = (body: Buffer, format: OtlpFormat, sender: Sender, now: Micros): NormalisedExport =>
  normaliseExport(format === 'json' ? decodeJsonExport(body) : decodeProtobufExport(body), sender, now);
