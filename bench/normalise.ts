/**
 * How many spans a second are decoded from protobuf and normalised into rows, on one thread: `node bench/normalise.ts`.
 * The export has three kinds of span of about 1.6 KB each on the wire, as a Langfuse SDK, OpenInference and the GenAI conventions send.
 */
import { readExport } from '../server/ingest/read-export.ts';
import type { Sender } from '../server/ingest/types.ts';
import { makeExport } from './make-export.ts';

const SPANS = 600;
const SECONDS = 3;
const body = makeExport(SPANS, 1_760_000_000_000);

const sender: Sender = { projectId: 'p', publicKey: 'pk', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };
const run = (seconds: number) => {
  const begin = process.hrtime.bigint();
  let made = 0;
  while (process.hrtime.bigint() - begin < BigInt(seconds * 1e9)) {
    const { rows, refused } = readExport(body, 'protobuf', sender, 1);
    if (rows.length !== SPANS || refused.length > 0) throw new Error('the export was not taken whole');
    made += rows.length;
  }
  return made / (Number(process.hrtime.bigint() - begin) / 1e9);
};

run(1);
const rate = run(SECONDS);
console.log(
  `decode + normalise: ${Math.round(rate).toLocaleString('en')} spans/s of ${(body.length / SPANS / 1000).toFixed(2)} KB, one thread`,
);
