import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EventRow, ObservationRow, ScoreRow } from '../../store/analytics/rows.ts';
import { eventsOf } from '../facts.ts';
import { decodeBatch, readEnvelope } from '../langfuse/decode-batch.ts';
import { readExport } from '../read-export.ts';
import type { Refusal, Sender } from '../types.ts';
import { foldObservation, foldScore, foldTrace } from '../write/fold.ts';

/** What `e2e/clients/capture.ts` wrote: the requests of a library, unmodified, and what its script says that it sent. */
export interface Capture {
  libraries: Record<string, string> | string[];
  /** The last line of the script: trace id, ids of steps, and what the model server answered. */
  sent: Record<string, unknown>;
  requests: { path: string; headers: Record<string, string>; body: string }[];
}

/** The rows that the door makes of a capture, without prices. */
export interface ReadCapture {
  sent: Record<string, unknown>;
  rows: ObservationRow[];
  scores: ScoreRow[];
  refused: Refusal[];
}

const NOW = 1_790_000_000_000_000;

/** Decodes and normalises one of the recorded fixtures, with the rules of both protocols. */
export async function readCapture(name: string): Promise<ReadCapture> {
  const file = fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url));
  const capture = JSON.parse(readFileSync(file, 'utf8')) as Capture;
  const rows: ObservationRow[] = [];
  const refused: Refusal[] = [];
  const events: EventRow[] = [];
  for (const request of capture.requests) {
    const body = Buffer.from(request.body, 'base64');
    const sender = senderOf(request.headers, request.path);
    if (request.path.endsWith('/traces')) {
      const format = request.headers['content-type'] === 'application/json' ? 'json' : 'protobuf';
      const read = await readExport(body, format, sender, NOW);
      rows.push(...read.rows);
      refused.push(...read.refused);
    } else {
      const { batch } = readEnvelope(JSON.parse(body.toString('utf8')));
      const decoded = await decodeBatch(batch, sender, NOW, { findScoreConfig: () => null });
      events.push(...eventsOf(decoded.facts, sender, NOW));
      refused.push(...decoded.refused);
    }
  }
  const logs = Object.values(Object.groupBy(events, ({ entity, entity_id }) => `${entity} ${entity_id}`)) as EventRow[][];
  const logsOf = (entity: EventRow['entity']) => logs.filter((log) => log[0]!.entity === entity);
  rows.push(...logsOf('trace').map((log) => foldTrace(log)!), ...logsOf('observation').map((log) => foldObservation(log)!));
  return { sent: capture.sent, rows, scores: logsOf('score').map((log) => foldScore(log)!), refused };
}

function senderOf(headers: Record<string, string>, path: string): Sender {
  const told = (name: string) => headers[`x-langfuse-${name}`] ?? headers[`x-langfuse-${name}`.replaceAll('-', '_')] ?? '';
  return {
    projectId: 'captured',
    publicKey: 'pk-lf-captured',
    scope: 'full',
    via: path.endsWith('/traces') ? 'otlp-http' : 'langfuse-batch',
    sdkName: told('sdk-name'),
    sdkVersion: told('sdk-version'),
  };
}
