import { unavailable } from '../../lib/errors.ts';
import { EVENT_COLUMNS, OBSERVATION_COLUMNS, SCORE_COLUMNS, serialiseRows } from './columns.ts';
import type { Engine, Params, Settings } from './engine.ts';
import { mapEngineError } from './map-error.ts';
import type { AnalyticsStore, InsertRows } from './port.ts';
import { localTable } from './template.ts';

/** The port on an engine whose schema is up to date. */
export function createStore(engine: Engine, options: { cluster?: string | undefined }): AnalyticsStore {
  const { cluster } = options;
  let closed = false;

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (closed) throw unavailable('The analytics store is closed');
    try {
      return await work();
    } catch (error) {
      throw mapEngineError(error);
    }
  };

  // A lightweight delete: hidden when it resolves, removed with the next merge. On a cluster it goes to the tables that hold the rows.
  const deleteWhere = (table: string, condition: string, params: Params) =>
    engine.command(
      `DELETE FROM ${localTable(table, cluster)}${cluster ? ` ON CLUSTER \`${cluster}\`` : ''} WHERE ${condition} ` +
        'SETTINGS lightweight_deletes_sync = 2',
      params,
    );

  return {
    insert: ({ observations, scores, events }: InsertRows) =>
      run(async () => {
        // The log first: when a crash comes between, folding the log again gives the rows.
        if (events?.length) await engine.insert('events', EVENT_COLUMNS, serialiseRows(EVENT_COLUMNS, events));
        if (scores?.length) await engine.insert('scores', SCORE_COLUMNS, serialiseRows(SCORE_COLUMNS, scores));
        if (observations?.length)
          await engine.insert('observations', OBSERVATION_COLUMNS, serialiseRows(OBSERVATION_COLUMNS, observations));
      }),

    query: <Row>(sql: string, params: Params = {}, settings: Settings = {}) =>
      run(() => engine.select<Row>(sql, params, settings)),

    deleteProject: (projectId) =>
      run(async () => {
        for (const table of ['events', 'scores', 'observations']) {
          await deleteWhere(table, 'project_id = {project:String}', { project: projectId });
        }
      }),

    deleteTraces: (projectId, traceIds) =>
      run(async () => {
        if (traceIds.length === 0) return;
        const params = { project: projectId, traces: [...traceIds] };
        const ofTraces = 'project_id = {project:String} AND trace_id IN {traces:Array(String)}';
        // The log does not know traces: its entities are found through the rows that were made of it, before those go.
        const ids = async (table: string) =>
          (await engine.select<{ id: string }>(`SELECT DISTINCT id FROM ${table} WHERE ${ofTraces}`, params, {})).map(
            ({ id }) => id,
          );
        const entities = { trace: [...traceIds], observation: await ids('observations'), score: await ids('scores') };
        for (const [entity, entityIds] of Object.entries(entities)) {
          if (entityIds.length === 0) continue;
          const condition = 'project_id = {project:String} AND entity = {entity:String} AND entity_id IN {ids:Array(String)}';
          await deleteWhere('events', condition, { project: projectId, entity, ids: entityIds });
        }
        await deleteWhere('scores', ofTraces, params);
        await deleteWhere('observations', ofTraces, params);
      }),

    async ping() {
      const start = performance.now();
      await run(() => engine.select('SELECT 1', {}, {}));
      return performance.now() - start;
    },

    async close() {
      if (closed) return;
      closed = true;
      await engine.close();
    },
  };
}
