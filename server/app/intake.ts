import type { Prices } from '../domains/prices/index.ts';
import type { Prompts } from '../domains/prompts/index.ts';
import type { ScoreConfigs } from '../domains/scores/index.ts';
import type { Spine } from '../domains/slice.ts';
import { createDoor, type Door } from '../ingest/door.ts';
import { readExportGently } from '../ingest/read-export.ts';
import { createReceipts, type Receipts } from '../ingest/receipts/receipts.ts';
import { createWriter, type Writer } from '../ingest/write/writer.ts';
import { type Announcer, createAnnouncer } from '../lib/announcer.ts';
import type { Start } from '../lib/lifetime.ts';

/** The one way in of facts. */
export interface Intake {
  door: Door;
  /** With receipts of its own. */
  demoDoor: Door;
  receipts: Receipts;
  /** Bytes waiting to be written, and how many may. */
  buffer: Writer['buffer'];
  subscribe: Announcer['subscribe'];
}

export function openIntake(
  spine: Spine,
  needs: { prices: Prices; prompts: Prompts; scoreConfigs: ScoreConfigs },
  start: Start,
): Intake {
  const { config, analytics, clock, log } = spine;
  const { priceRows } = needs.prices;
  const announcer = createAnnouncer();
  const writer = createWriter({
    store: analytics,
    priceRows,
    clock,
    maxBytes: config.bufferBytes,
    log,
    onStored: announcer.announce,
    shared: config.clickhouse !== undefined,
    // The embedded store gathers rows itself.
    ...(config.clickhouse ? {} : { gatherMs: 5 }),
  });
  start(writer, writer);
  const receipts = createReceipts(clock);
  const stages = {
    readExport: readExportGently,
    findPrompt: needs.prompts.findPrompt,
    findScoreConfig: needs.scoreConfigs.find,
    masks: [],
    priceRows,
    writer,
    clock,
  };
  return {
    door: createDoor({ ...stages, receipts }),
    demoDoor: createDoor({ ...stages, receipts: createReceipts(clock) }),
    receipts,
    buffer: () => writer.buffer(),
    subscribe: announcer.subscribe,
  };
}
