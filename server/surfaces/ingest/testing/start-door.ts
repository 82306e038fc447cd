import Fastify, { type FastifyInstance } from 'fastify';
import type { Access } from '../../../domains/access/index.ts';
import { createDoor, type Door, type DoorParts } from '../../../ingest/door.ts';
import { decodeJsonExport } from '../../../ingest/otlp/decode-json.ts';
import { decodeProtobufExport } from '../../../ingest/otlp/decode-protobuf.ts';
import { createReceipts, type Receipts } from '../../../ingest/receipts/receipts.ts';
import { unauthorized } from '../../../lib/errors.ts';
import { type EventRow, emptyObservation, type ObservationRow } from '../../../store/analytics/rows.ts';
import { applyCheckedConventions } from '../../langfuse/testing/checked-conventions.ts';
import { createIngestRoutes, createOtlpAlias } from '../http.ts';
import { createIntakeBudget, type IntakeBudget } from '../intake-budget.ts';
import type { IngestParts } from '../parts.ts';

export const FULL = `Basic ${Buffer.from('pk-1:sk-1').toString('base64')}`;
export const ORGANISATION = `Basic ${Buffer.from('pk-org:sk-org').toString('base64')}`;
export const PUBLIC = 'Bearer pk-1';

const access: Pick<Access, 'authenticateKey'> = {
  async authenticateKey(authorization) {
    if (authorization === undefined) throw unauthorized('No authorization header');
    const key = { keyId: 'k', organisationId: 'o', publicKey: 'pk-1' };
    if (authorization === FULL) return { ...key, projectId: 'p1', scope: 'project' };
    if (authorization === PUBLIC) return { ...key, projectId: 'p1', scope: 'scores' };
    if (authorization === ORGANISATION) return { ...key, projectId: null, scope: 'organisation' };
    throw unauthorized("Invalid credentials. Confirm that you've configured the correct host.");
  },
};

export interface TestDoor {
  app: FastifyInstance;
  door: Door;
  parts: IngestParts;
  receipts: Receipts;
  budget: IntakeBudget;
  /** What was written, in memory. */
  written: { rows: ObservationRow[]; events: EventRow[] };
  /** Replace to make the write stage fail or wait. */
  writer: { write: DoorParts['writer']['write'] };
  /** Log lines of the server. */
  logged: string[];
}

export interface TestDoorOptions {
  maxBodyBytes?: number;
  budgetBytes?: number;
  door?: Partial<DoorParts>;
}

/** The door's HTTP routes as the app mounts them, with a writer that keeps everything in memory. */
export async function startDoor({
  maxBodyBytes = 1024 * 1024,
  budgetBytes = 64 * 1024 * 1024,
  door: more,
}: TestDoorOptions = {}): Promise<TestDoor> {
  const written: TestDoor['written'] = { rows: [], events: [] };
  const writer: TestDoor['writer'] = {
    async write({ rows, events }) {
      written.rows.push(...rows);
      written.events.push(...events);
    },
  };
  const clock = { now: () => Date.now() };
  const receipts = createReceipts(clock);
  const door = createDoor({
    readExport(body, format, sender) {
      const { spans, refused } = format === 'json' ? decodeJsonExport(body) : decodeProtobufExport(body);
      const rows = spans.map((span) => ({
        ...emptyObservation(sender.projectId, span.traceId, span.spanId),
        name: span.name,
        via: sender.via,
      }));
      return { rows, refused };
    },
    findPrompt: () => null,
    findScoreConfig: () => null,
    masks: [],
    priceRows: () => {},
    writer: { write: (taken, bytes) => writer.write(taken, bytes) },
    receipts,
    clock,
    ...more,
  });
  const budget = createIntakeBudget(budgetBytes);
  const parts: IngestParts = { door, access, receipts, maxBodyBytes, budget };
  const logged: string[] = [];
  const app = Fastify({
    forceCloseConnections: true,
    logger: { level: 'info', stream: { write: (line: string) => void logged.push(line) } },
  });
  await app.register(
    async (scope) => {
      applyCheckedConventions(scope);
      await scope.register(createIngestRoutes(parts));
    },
    { prefix: '/api/public' },
  );
  await app.register(createOtlpAlias(parts), { prefix: '/v1' });
  return { app, door, parts, receipts, budget, written, writer, logged };
}

/** Waits until something holds, at most five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
