import { type Clock, systemClock, uniqueMicros } from '../../lib/clock.ts';
import { unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { EVENT_COLUMNS, SCORE_COLUMNS, serialiseRows } from './columns.ts';
import type { Engine, Params, Settings } from './engine.ts';
import { mapEngineError, mapInsertError } from './map-error.ts';
import type { AnalyticsStore, InsertRows } from './port.ts';
import { localTable } from './template.ts';
import { fillTraces, repairTraces } from './traces/fill-traces.ts';
import { KeptTraces } from './traces/keep-traces.ts';
import { MARKED_COLUMNS, markedText, prepareRows } from './traces/prepared-row.ts';
import { TRACE_COLUMNS, type TraceRow } from './traces/trace-row.ts';
import { WriteBehind } from './write-behind.ts';

const BURY_SETTINGS = Object.entries({
  max_partitions_per_insert_block: 0,
  do_not_merge_across_partitions_select_final: 1,
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 1,
})
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ');

/** Statements that read summaries; their project is bound as `projectId` (server/query/scope.ts). */
const READS_TRACES = /\bFROM traces\b/;

/** Statements about what a write-behind may hold back. */
const READS_ROWS = /\b(?:observations|traces)\b/;

/** µs. */
const DAY = 24 * 3600 * 1_000_000;

export interface StoreOptions {
  cluster?: string | undefined;
  clock?: Clock;
  /** Nobody else writes to the engine's data. */
  alone?: boolean;
  /** Where others write too: instead of the usual pauses before traces are folded again, ms. */
  settleMs?: number;
  /** Where nobody else writes: observations are acknowledged when they are in a journal in this folder, and inserted with others. */
  behind?: { folder: string; log: Logger; gatherMs?: number };
}

/** How often traces that got rows here are folded again, with what other processes brought of them at the same moment, ms. */
const SETTLE_EVERY = 2_000;
/** How often what other processes wrote is looked through for traces whose summary does not know it, ms. */
const REPAIR_EVERY = 10_000;

/**
 * The port on an engine whose schema is up to date, with a summary of every trace that is in it: where there are none yet, from an older
 * version, they are made first.
 */
export async function openStore(engine: Engine, options: StoreOptions = {}): Promise<AnalyticsStore> {
  const { store, traces, behind } = composeStore(engine, options);
  await fillTraces(engine, traces, { ...(options.clock && { clock: options.clock }), spread: options.cluster !== undefined });
  await behind?.open();
  if (options.alone !== false) return store;
  let working: Promise<void> = Promise.resolve();
  const every = (ms: number, work: () => Promise<void>) => {
    let waits = false;
    const begin = () => {
      if (waits) return;
      waits = true;
      // What fails now is found again the next time.
      working = working
        .then(work)
        .catch(() => {})
        .then(() => {
          waits = false;
        });
    };
    return setInterval(begin, ms).unref();
  };
  const timers = [
    every(options.settleMs ?? SETTLE_EVERY, () => traces.settle()),
    every(options.settleMs ?? REPAIR_EVERY, () => repairTraces(engine, traces)),
  ];
  return {
    ...store,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await working;
      await traces.settle().catch(() => {});
      await store.close();
    },
  };
}

/** As `openStore`, of an engine whose traces all have their summaries. */
export const createStore = (engine: Engine, options: StoreOptions = {}): AnalyticsStore => composeStore(engine, options).store;

function composeStore(
  engine: Engine,
  options: StoreOptions,
): {
  store: AnalyticsStore;
  traces: KeptTraces;
  behind: WriteBehind | undefined;
} {
  const { cluster, clock = systemClock, alone = true } = options;
  let closed = false;

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (closed) throw unavailable('The analytics store is closed');
    try {
      return await work();
    } catch (error) {
      throw mapEngineError(error);
    }
  };

  /** Writes a tombstone over every row that fits: columns of the sorting key are copied, the rest is empty. */
  const bury = (table: string, key: readonly string[], values: Record<string, string>, condition: string, params: Params) =>
    engine.command(
      `INSERT INTO ${table} (${[...key, ...Object.keys(values)].join(', ')}) SETTINGS ${BURY_SETTINGS} ` +
        `SELECT ${[...key, ...Object.values(values)].join(', ')} FROM ${table} FINAL WHERE ${condition}`,
      params,
    );

  /**
   * A lightweight delete: hidden when it resolves, removed with the next merge. It touches every part of the table, which is right for a
   * whole project and too slow for a few traces. On a cluster it goes to the tables that hold the rows.
   */
  const strike = (table: string, condition: string, params: Params) =>
    engine.command(
      `DELETE FROM ${localTable(table, cluster)}${cluster ? ` ON CLUSTER \`${cluster}\`` : ''} ` +
        `WHERE project_id = {project:String} AND ${condition} SETTINGS lightweight_deletes_sync = 2`,
      params,
    );

  const write = <Row>(table: string, columns: readonly (keyof Row & string)[], rows: readonly Row[]) =>
    writeText(table, columns, serialiseRows(columns, rows));
  const writeText = async (table: string, columns: readonly string[], text: Buffer) => {
    try {
      await engine.insert(table, columns, text);
    } catch (error) {
      throw mapInsertError(error, table);
    }
  };

  const traces = new KeptTraces({
    engine,
    clock,
    alone,
    writeRows: (rows) => writeText('observations', MARKED_COLUMNS, markedText(rows)),
    writeTraces: (rows) => write<TraceRow>('traces', TRACE_COLUMNS, rows),
  });

  const behind = options.behind && new WriteBehind({ ...options.behind, store: (rows) => traces.store(rows) });
  /** Before what was acknowledged is asked for or deleted. */
  const settle = async (projectId?: string) => behind?.settle(projectId);

  const store: AnalyticsStore = {
    insert: ({ observations, scores, events }: InsertRows) =>
      run(async () => {
        // The log first: when a crash comes between, folding the log again gives the rows.
        if (events?.length) await write('events', EVENT_COLUMNS, events);
        if (scores?.length) await write('scores', SCORE_COLUMNS, scores);
        if (!observations?.length) return;
        if (behind) await behind.add(observations);
        else await traces.store((await prepareRows(observations)).rows);
      }),

    query: <Row>(sql: string, params: Params = {}, settings: Settings = {}) =>
      run(async () => {
        if (READS_ROWS.test(sql)) await settle(projectOf(params));
        // The summary of a trace that is large and growing is written a moment later; a question about it does not see that.
        if (READS_TRACES.test(sql)) await traces.catchUp(String(params.projectId ?? ''));
        return engine.select<Row>(sql, params, settings);
      }),

    deleteProject: (projectId) =>
      run(async () => {
        await settle(projectId);
        await traces.exclusively(async () => {
          for (const table of ['events', 'scores', 'observations', 'traces']) await strike(table, '1', { project: projectId });
          traces.forget(projectId);
        });
      }),

    deleteBefore: (projectId, before) =>
      run(async () => {
        await settle(projectId);
        const params = { project: projectId, before: Math.floor(before / DAY) * DAY };
        for (const [table, time] of Object.entries({ events: 'event_time', scores: 'timestamp', observations: 'start_time' })) {
          const condition = `${time} < fromUnixTimestamp64Micro({before:Int64}, 'UTC')`;
          const old = `SELECT 1 AS found FROM ${table} WHERE project_id = {project:String} AND ${condition} LIMIT 1`;
          // Most days there is nothing, and then no part is touched.
          if ((await engine.select(old, params, {})).length === 0) continue;
          if (table !== 'observations') await strike(table, condition, params);
          else {
            await traces.exclusively(async () => {
              const cut = await engine.select<{ id: string }>(
                `SELECT DISTINCT trace_id AS id FROM observations WHERE project_id = {project:String} AND NOT (${condition})
AND trace_id IN (SELECT trace_id FROM observations WHERE project_id = {project:String} AND ${condition})`,
                params,
                {},
              );
              await strike(table, condition, params);
              await strike('traces', condition.replace(time, 'timestamp'), params);
              traces.forget(projectId);
              // Traces that began before and went on are what is left of them.
              await traces.refoldNow(
                projectId,
                cut.map(({ id }) => id),
                'everywhere',
              );
            });
          }
        }
      }),

    // Tombstones: a small insert, whatever the size of the tables. The next merge takes the texts off the disk.
    deleteTraces: (projectId, traceIds) =>
      run(async () => {
        await settle(projectId);
        for (const ids of portions(traceIds)) {
          const params = { project: projectId, traces: ids, version: uniqueMicros(clock) };
          const ofTraces = 'project_id = {project:String} AND trace_id IN {traces:Array(String)}';
          const dead = { row_version: 'greatest(row_version + 1, {version:UInt64})', is_deleted: '1' };
          // The log does not know traces: its entities are found through the rows that were made of it, before those go.
          const idsIn = async (table: string, condition: string) => {
            const rows = await engine.select<{ id: string }>(`SELECT DISTINCT id FROM ${table} WHERE ${condition}`, params, {});
            return rows.map(({ id }) => id);
          };
          const logsOf = async (of: Params) => {
            const sql = `SELECT DISTINCT entity_id AS id FROM events WHERE project_id = {project:String} AND entity = 'log'
              AND splitByChar(' ', entity_id)[1] IN {traces:Array(String)}`;
            return (await engine.select<{ id: string }>(sql, of, {})).map(({ id }) => id);
          };
          const entities = {
            trace: ids,
            observation: await idsIn('observations', `${ofTraces} AND type != 'TRACE' AND via = 'langfuse-batch'`),
            score: await idsIn('scores', ofTraces),
            log: await logsOf(params),
          };
          for (const [entity, all] of Object.entries(entities)) {
            for (const entityIds of portions(all)) {
              await bury(
                'events',
                ['project_id', 'entity', 'entity_id', 'event_time', 'event_id'],
                { received_at: 'fromUnixTimestamp64Micro(0)' },
                'project_id = {project:String} AND entity = {entity:String} AND entity_id IN {ids:Array(String)}',
                { project: projectId, entity, ids: entityIds },
              );
            }
          }
          await bury('scores', ['project_id', 'timestamp', 'id'], dead, ofTraces, params);
          await traces.exclusively(async () => {
            await bury('observations', ['project_id', 'start_time', 'trace_id', 'id', 'type'], dead, ofTraces, params);
            const key = ['project_id', 'timestamp', 'trace_id', 'first_start', 'last_start'];
            // Another process may be folding rows that it read before they went: its version was taken before this one.
            const later = { ...params, version: uniqueMicros(clock) };
            await bury('traces', key, { ...dead, deleted: '1' }, ofTraces, later);
            traces.forget(projectId, ids);
          });
        }
      }),

    async ping() {
      const start = performance.now();
      // Not as a query, which would wait for a free reader: a long question does not make the server unready.
      await run(() => engine.command('SELECT 1'));
      return performance.now() - start;
    },

    async close() {
      if (closed) return;
      closed = true;
      await behind?.close();
      await traces.catchUp().catch(() => {});
      await engine.close();
    },
  };
  return { store, traces, behind };
}

/** The project that a statement is about, where it is about one. */
function projectOf(params: Params): string | undefined {
  const named = params.projectId ?? params.project;
  return typeof named === 'string' ? named : undefined;
}

/** Lists short enough for one statement (its bound values travel in the address of an HTTP request). */
function portions(ids: readonly string[]): string[][] {
  const lists: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    bytes += id.length + 3;
    if (bytes > 32 * 1024) {
      lists.push([]);
      bytes = id.length + 3;
    }
    lists.at(-1)!.push(id);
  }
  return lists;
}
