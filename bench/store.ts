/**
 * How fast the raw engine takes observation rows: the denominator of the ingest figures. `node bench/store.ts` prints every form;
 * `measureInserts` is for a bench that brings its own rows. One process can open one folder only, so a server under test must run in
 * another process.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OBSERVATION_COLUMNS, serialiseRows } from '../server/store/analytics/columns.ts';
import { openEmbeddedEngine } from '../server/store/analytics/embedded-engine.ts';
import type { Engine } from '../server/store/analytics/engine.ts';
import { migrate, readMigrations } from '../server/store/analytics/migrate.ts';
import { emptyObservation, type ObservationRow } from '../server/store/analytics/rows.ts';

/**
 * `engine`: prepared buffers of the form that the store uses, so that only the engine works. `store`: what the store does, serialising
 * included. `native`: ClickHouse's own binary form from files, the fastest that the engine takes at all.
 */
export type InsertForm = 'engine' | 'store' | 'native';

export interface InsertMeasure {
  form: InsertForm;
  rowsPerInsert: number;
  rowsPerSecond: number;
  /** Processor time of this process for one row, microseconds. */
  cpuMicrosPerRow: number;
}

const WORDS =
  'the order refund customer shipped invoice agent tool answer plan retrieve document price model support ticket escalate parcel status late'.split(
    ' ',
  );

function words(bytes: number): string {
  let text = '';
  while (text.length < bytes) text += `${WORDS[Math.floor(Math.random() * WORDS.length)]} `;
  return text;
}

/** Generations of about 1.6 KB of what a sender said: eight a trace, all of the last hour. */
export function makeRows(count: number, projectId = 'bench'): ObservationRow[] {
  const now = Date.now() * 1000;
  let traceId = '';
  return Array.from({ length: count }, (_, index) => {
    if (index % 8 === 0) traceId = randomBytes(16).toString('hex');
    const start = now - Math.floor((index / count) * 3_600_000_000);
    return {
      ...emptyObservation(projectId, traceId, randomBytes(8).toString('hex')),
      type: 'GENERATION',
      name: `llm.call ${index % 20}`,
      start_time: start,
      end_time: start + 1_200_000,
      model: 'gpt-4o',
      model_parameters: '{"temperature":0.2,"max_tokens":512}',
      usage_details: { input: 100 + (index % 900), output: 50, total: 150 + (index % 900) },
      cost_details: { input: 0.0001, output: 0.0002, total: 0.0003 },
      total_cost: 0.0003,
      input_tokens: 100 + (index % 900),
      output_tokens: 50,
      total_tokens: 150 + (index % 900),
      input: JSON.stringify([{ role: 'user', content: words(500) }]),
      output: words(400),
      metadata: { 'resourceAttributes.service.name': 'shop', 'scope.name': 'bench', note: words(60) },
      user_id: `user-${index % 200}`,
      session_id: `session-${Math.floor(index / 80)}`,
      trace_name: 'support',
      service_name: 'shop',
      via: 'otlp-http',
      created_at: now,
      updated_at: now,
      row_version: now + index,
    };
  });
}

/** Inserts all rows, `rowsPerInsert` at a time, one insert after the other, into a fresh store; merges run meanwhile as they always do. */
export async function measureInserts(
  rows: readonly ObservationRow[],
  rowsPerInsert: number,
  form: InsertForm = 'engine',
): Promise<InsertMeasure> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-store-'));
  const engine = await openEmbeddedEngine(folder, { memoryBytes: 4 * 1024 ** 3, readers: 1 });
  try {
    await migrate(engine, await readMigrations(), undefined);
    const groups = Array.from({ length: Math.ceil(rows.length / rowsPerInsert) }, (_, i) =>
      rows.slice(i * rowsPerInsert, (i + 1) * rowsPerInsert),
    );
    const inserts = await prepare(engine, folder, groups, form);
    const cpu = process.cpuUsage();
    const start = performance.now();
    for (const insert of inserts) await insert();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { form, rowsPerInsert, rowsPerSecond: rows.length / seconds, cpuMicrosPerRow: (user + system) / rows.length };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Everything that is not to be measured is done here. */
async function prepare(
  engine: Engine,
  folder: string,
  groups: readonly ObservationRow[][],
  form: InsertForm,
): Promise<(() => Promise<void>)[]> {
  const write = (buffer: Buffer) => engine.insert('observations', OBSERVATION_COLUMNS, buffer);
  if (form === 'store') return groups.map((group) => () => write(serialiseRows(OBSERVATION_COLUMNS, group)));
  const buffers = groups.map((group) => serialiseRows(OBSERVATION_COLUMNS, group));
  if (form === 'engine') return buffers.map((buffer) => () => write(buffer));
  const columns = OBSERVATION_COLUMNS.join(', ');
  const files: string[] = [];
  for (const [index, buffer] of buffers.entries()) {
    await write(buffer);
    files.push(join(folder, `group-${index}.native`));
    await engine.command(`INSERT INTO FUNCTION file('${files[index]}', 'Native') SELECT ${columns} FROM observations`);
    await engine.command('TRUNCATE TABLE observations');
  }
  return files.map(
    (file) => () => engine.command(`INSERT INTO observations (${columns}) SELECT ${columns} FROM file('${file}', 'Native')`),
  );
}

if (import.meta.main) {
  const rows = makeRows(40_000);
  const bytes = rows.reduce((sum, row) => sum + JSON.stringify(Object.values(row)).length, 0) / rows.length;
  console.log(`rows of ${Math.round(bytes)} bytes as arrays of values`);
  for (const form of ['engine', 'store', 'native'] as const) {
    for (const rowsPerInsert of [200, 1_000, 5_000]) {
      const measured = await measureInserts(rows.slice(0, rowsPerInsert === 200 ? 8_000 : rows.length), rowsPerInsert, form);
      console.log(
        `${form.padEnd(7)} ${String(rowsPerInsert).padStart(5)} rows an insert: ` +
          `${Math.round(measured.rowsPerSecond).toString().padStart(7)} rows/s, ${measured.cpuMicrosPerRow.toFixed(0)} us of CPU a row`,
      );
    }
  }
}
