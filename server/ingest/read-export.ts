import { createBreath } from '../lib/gently.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { normaliseExport } from './dialects/normalise.ts';
import type { OtlpFormat, ReadExport } from './door.ts';
import { decodeJsonExport, decodeJsonSteps, parseJsonExport } from './otlp/decode-json.ts';
import { decodeProtobufExport, decodeProtobufSteps } from './otlp/decode-protobuf.ts';
import type { DecodedExport } from './otlp/decoded.ts';
import type { NormalisedExport, Sender } from './types.ts';

/** An OTLP export as it came, read into whole rows. */
export const readExport = (body: Buffer, format: OtlpFormat, sender: Sender, now: Micros): NormalisedExport =>
  normaliseExport(format === 'json' ? decodeJsonExport(body) : decodeProtobufExport(body), sender, now);

/** So many spans are made rows at a time: a few milliseconds. */
const SPANS_AT_ONCE = 100;

/** To read a text of so many bytes takes a while by itself. */
const LARGE = 1_000_000;

/** The same in stretches: a large export does not hold up everybody else. */
export const readExportGently: ReadExport = async (body, format, sender, now) => {
  const breath = createBreath();
  const json = format === 'json' ? parseJsonExport(body) : undefined;
  if (json && body.length > LARGE) await breath.take();
  const steps = json ? decodeJsonSteps(json) : decodeProtobufSteps(body);
  let decoded: DecodedExport | undefined;
  while (!decoded) {
    const step = steps.next();
    if (step.done) decoded = step.value;
    else if (breath.due()) await breath.take();
  }
  const { spans } = decoded;
  const refused = [...decoded.refused];
  if (spans.length <= SPANS_AT_ONCE) return normaliseExport(decoded, sender, now);
  const rows: NormalisedExport['rows'] = [];
  for (let i = 0; i < spans.length; i += SPANS_AT_ONCE) {
    if (breath.due()) await breath.take();
    const part = normaliseExport({ spans: spans.slice(i, i + SPANS_AT_ONCE), refused: [] }, sender, now);
    for (const row of part.rows) rows.push(row);
    for (const one of part.refused) refused.push(one);
  }
  return { rows, refused };
};
