import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OBSERVATION_COLUMNS, serialiseRows } from '../columns.ts';
import { openEmbeddedEngine } from '../embedded-engine.ts';
import type { Engine } from '../engine.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { emptyObservation, type Micros, type ObservationRow } from '../rows.ts';
import { openStore } from '../store.ts';
import { fillPlainTraces } from './fill-plain.ts';
import { foldTrace } from './fold-trace.ts';
import { HOUR } from './known-trace.ts';
import { summarise, TRACE_COLUMNS, type TraceRow } from './trace-row.ts';

const START: Micros = Date.UTC(2026, 2, 1, 12) * 1000;
const SPAN = { from: START, to: START + 3 * HOUR };
const TIMES = new Set(['timestamp', 'first_start', 'last_start', 'created_at', 'updated_at']);
const select = TRACE_COLUMNS.map((name) => `${TIMES.has(name) ? `toUnixTimestamp64Micro(${name})` : name} AS c_${name}`).join(
  ', ',
);

let engine: Engine;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-fill-'));
  engine = await openEmbeddedEngine(folder, { memoryBytes: 1024 ** 3, readers: 2 });
  await migrate(engine, await readMigrations(), undefined);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const comparable = ({ row_version: _, ...row }: TraceRow) => row;
const insert = (rows: ObservationRow[]) =>
  engine.insert('observations', OBSERVATION_COLUMNS, serialiseRows(OBSERVATION_COLUMNS, rows));

async function summaries(project: string): Promise<Map<string, object>> {
  const rows = await engine.select<Record<string, unknown>>(
    `SELECT ${select} FROM traces WHERE project_id = {project:String}`,
    { project },
    {},
  );
  const named = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(2), value])));
  return new Map(named.map((row) => [String(row.trace_id), comparable(row as unknown as TraceRow)]));
}

/** Repeatable numbers in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Traces of all kinds, most of them such as senders really make. */
function randomTraces(project: string, seed: number, traces: number): ObservationRow[] {
  const random = randomFrom(seed);
  const chance = (share: number) => random() < share;
  const int = (n: number) => Math.floor(random() * n);
  const pick = <T>(...values: T[]): T => values[int(values.length)]!;
  const make = (trace: string, n: number, at: Micros, via: ObservationRow['via']): ObservationRow => {
    const call = n > 0 && chance(0.4);
    const tells = call || chance(0.05);
    return {
      ...emptyObservation(project, trace, `${trace}-${n}`),
      type: call ? pick('GENERATION' as const, 'EMBEDDING' as const) : pick('SPAN' as const, 'AGENT' as const, 'TOOL' as const),
      parent_id: n === 0 ? (chance(0.05) ? 'elsewhere' : '') : chance(0.03) ? '' : `${trace}-${chance(0.7) ? 0 : int(n)}`,
      name: pick('', 'ask', 'answer'),
      start_time: at + int(1_000_000),
      end_time: chance(0.8) ? at + 1_000_000 + int(5_000_000) : null,
      level: pick('DEFAULT' as const, 'DEFAULT' as const, 'ERROR' as const, 'WARNING' as const, 'DEBUG' as const),
      environment: pick('default', 'default', 'staging', 'production'),
      version: pick('', '1', '2'),
      release: pick('', 'r1'),
      model: call ? pick('gpt', 'claude') : '',
      response_id: call && chance(0.3) ? `r${int(20)}` : '',
      cost_details: tells ? { input: 0.5, input_cached: 0.25, output: 1, total: 1.75 } : {},
      total_cost: tells && chance(0.8) ? 1.75 : null,
      usage_estimated: tells && chance(0.05),
      input_tokens: tells ? int(3) * 10 : 0,
      output_tokens: tells ? 5 : 0,
      total_tokens: tells ? 25 : 0,
      input: pick('', 'a question 😀 '.repeat(40), 'short'),
      output: pick('', 'an answer'),
      metadata: pick<Record<string, string>>({}, { 'attributes.a': '1', own: '2' }, { 'scope.name': 's', attributes: '{}' }),
      trace_name: chance(0.3) ? pick('flow', 'other') : '',
      user_id: chance(0.3) ? pick('u1', 'u2') : '',
      session_id: chance(0.3) ? 's1' : '',
      tags: chance(0.3) ? pick(['b', 'a'], ['c']) : [],
      public: chance(0.1),
      bookmarked: chance(0.1),
      trace_input: chance(0.02) ? 'of the trace' : '',
      trace_metadata: chance(0.02) ? { of: 'trace' } : {},
      is_app_root: chance(0.05),
      experiment_dataset_id: chance(0.1) ? pick('d1', 'd2') : '',
      experiment_id: chance(0.1) ? pick('e1', 'e2') : '',
      experiment_name: chance(0.1) ? 'e' : '',
      via,
      created_at: at + int(1000),
      updated_at: at + int(100_000),
      row_version: START + int(1_000_000),
    };
  };
  return Array.from({ length: traces }, (_, t) => {
    const trace = `t${t}`;
    const via = pick('otlp-http' as const, 'otlp-grpc' as const, 'langfuse-batch' as const);
    const at = START + int(2 * 3600) * 1_000_000;
    const rows = Array.from({ length: 1 + int(6) }, (_, n) => make(trace, n, at, via));
    // Some go on before or after the span of time, at another hour.
    if (chance(0.1)) rows.push({ ...make(trace, 7, at, via), start_time: chance(0.5) ? SPAN.to + 1 : SPAN.from - 1 });
    const said = {
      ...make(trace, 8, at, via),
      id: trace,
      type: 'TRACE' as const,
      parent_id: '',
      edited: chance(0.1) ? ['tags'] : [],
    };
    if (via === 'langfuse-batch' ? chance(0.8) : chance(0.05)) rows.push(said);
    return rows;
  }).flat();
}

it.each([1, 2, 3])('makes of plain traces what the fold makes of them, and leaves the others to it (%d)', async (seed) => {
  const project = `random-${seed}`;
  const rows = randomTraces(project, seed, 400);
  // An older version of a row counts for nothing.
  await insert(rows.slice(0, 50).map((row) => ({ ...row, row_version: 1, user_id: 'older', input_tokens: 999 })));
  await insert(rows);
  const byTrace = Map.groupBy(rows, ({ trace_id }) => trace_id);
  const expected = new Map([...byTrace].map(([id, own]) => [id, comparable(summarise(project, own, 0).row)]));

  await fillPlainTraces(engine, project, SPAN, 5);
  const plain = await summaries(project);
  expect(plain.size).toBeGreaterThan(100);
  expect(plain.size).toBeLessThan(350);
  for (const [id, summary] of plain) {
    expect(summary, id).toEqual(expected.get(id));
    expect(foldTrace(byTrace.get(id)!)!.repeats.size, id).toBe(0);
  }

  // The rest comes with the start, and what is there is not made again.
  await engine.command("DELETE FROM work_done WHERE name = 'traces' SETTINGS lightweight_deletes_sync = 2");
  await openStore(engine);
  expect(await summaries(project)).toEqual(expected);
  const versions = await engine.select<{ count: number }>(
    'SELECT count() AS count FROM traces WHERE project_id = {project:String} AND row_version = 5',
    { project },
    { final: 0 },
  );
  expect(versions).toEqual([{ count: plain.size }]);
});
