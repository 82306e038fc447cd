import { normaliseExport } from './dialects/normalise.ts';
import type { ReadExport } from './door.ts';
import { decodeJsonExport } from './otlp/decode-json.ts';
import { decodeProtobufExport } from './otlp/decode-protobuf.ts';

/** An OTLP export as it came, read into whole rows. */
export const readExport: ReadExport = (body, format, sender, now) =>
  normaliseExport(format === 'json' ? decodeJsonExport(body) : decodeProtobufExport(body), sender, now);
