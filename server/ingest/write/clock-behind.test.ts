import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uniqueMicros } from '../../lib/clock.ts';
import { createLogger } from '../../lib/log.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { type EventRow, emptyObservation } from '../../store/analytics/rows.ts';
import { foldScore } from './fold.ts';
import { createWriter } from './writer.ts';

const log = createLogger('silent');
const HOUR = 3_600_000_000;
const NOON = Date.UTC(2026, 4, 1, 12) * 1000;
/** The process that wrote before ran with this time; ours is an hour behind it. */
const THEN = Date.now() * 1000 + HOUR;
const project = 'p';

let folder: string;
let store: AnalyticsStore;

const event = (entity: EventRow['entity'], entity_id: string, event_id: string, received_at: number, body: object): EventRow => ({
  ...{
    project_id: project,
    entity,
    entity_id,
    event_id,
    received_at,
    event_time: NOON,
    api_key: '',
    sdk_name: '',
    sdk_version: '',
  },
  event_type: entity === 'score' ? 'score-create' : entity === 'trace' ? 'trace-create' : 'span-update',
  body: JSON.stringify({ id: entity_id, ...body }),
});
const score = { traceId: 't', name: 'q', dataType: 'NUMERIC', stringValue: '', source: 'API' };
const old = [
  event('trace', 't', 'a', THEN, { name: 'old' }),
  event('observation', 'edited', 'a', THEN, { traceId: 't', name: 'old' }),
  event('score', 's', 'a', THEN, { ...score, value: 1 }),
];
const writer = () => {
  const clock = { now: () => Date.now() };
  return createWriter({ store, priceRows: () => {}, clock, maxBytes: 1e6, log, onStored: () => {}, gatherMs: 1 });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-clock-'));
  store = await openAnalytics({ dataDir: folder, log });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

it('reads what was written last after a restart with the clock an hour behind', async () => {
  // As the process with the later clock left it; ours never saw that time.
  const stored = { start_time: NOON, name: 'old', row_version: THEN };
  const rows = [
    { ...emptyObservation(project, 't', 'whole'), ...stored },
    { ...emptyObservation(project, 't', 'edited'), ...stored, via: 'langfuse-batch' as const },
    { ...emptyObservation(project, 't', 't'), ...stored, type: 'TRACE' as const, via: 'langfuse-batch' as const },
  ];
  await store.insert({ observations: rows, scores: [{ ...foldScore([old[2]!])!, row_version: THEN }], events: old });
  await store.close();
  store = await openAnalytics({ dataDir: folder, log });

  const again = { ...emptyObservation(project, 't', 'whole'), start_time: NOON, name: 'new' };
  const now = uniqueMicros();
  expect(now).toBeGreaterThan(THEN);
  const events = [
    event('trace', 't', 'b', now, { name: 'new' }),
    event('observation', 'edited', 'b', now, { traceId: 't', name: 'new' }),
    event('score', 's', 'b', now, { ...score, value: 2 }),
  ];
  await writer().write({ rows: [again], events }, 1);
  const named = await store.query<{ id: string; name: string }>('SELECT id, name FROM observations ORDER BY id');
  expect(named).toEqual([
    { id: 'edited', name: 'new' },
    { id: 't', name: 'new' },
    { id: 'whole', name: 'new' },
  ]);
  expect(await store.query('SELECT value FROM scores')).toEqual([{ value: 2 }]);
});

it('shows a trace that was deleted under the later clock when it is sent anew', async () => {
  const later = THEN + HOUR;
  const row = { ...emptyObservation(project, 'gone', 'root'), start_time: NOON, via: 'otlp-http' as const };
  await store.insert({ observations: [{ ...row, name: 'old', row_version: later }] });
  await store.deleteTraces(project, ['gone']);
  await store.close();
  store = await openAnalytics({ dataDir: folder, log });
  expect(uniqueMicros()).toBeGreaterThan(later + 1);
  await writer().write({ rows: [{ ...row, name: 'new' }], events: [] }, 1);
  for (const table of ['observations', 'traces']) {
    expect(await store.query(`SELECT name FROM ${table} WHERE trace_id = 'gone'`)).toEqual([{ name: 'new' }]);
  }
});
