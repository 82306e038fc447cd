import { OBSERVATION_COLUMNS } from './columns.ts';
import type { AnalyticsReader } from './port.ts';
import type { ObservationRow } from './rows.ts';

const TIMES: ReadonlySet<keyof ObservationRow> = new Set<keyof ObservationRow>([
  'start_time',
  'end_time',
  'completion_start_time',
  'experiment_item_version',
  'created_at',
  'updated_at',
]);

const COLUMNS = OBSERVATION_COLUMNS.map((name) => (TIMES.has(name) ? `toUnixTimestamp64Micro(${name}) AS ${name}` : name)).join(
  ', ',
);

/** Spans in one question: ids travel in the statement, texts of rows in the answer. */
const AT_ONCE = 500;

/** Whole rows of spans, as they were written. */
export async function readRows(
  store: AnalyticsReader,
  projectId: string,
  spans: readonly { traceId: string; id: string }[],
): Promise<ObservationRow[]> {
  const rows: ObservationRow[] = [];
  for (let at = 0; at < spans.length; at += AT_ONCE) {
    const some = spans.slice(at, at + AT_ONCE);
    rows.push(
      ...(await store.query<ObservationRow>(
        `SELECT ${COLUMNS} FROM (SELECT * FROM observations WHERE project_id = {project:String} AND trace_id IN {traces:Array(String)}
           AND id IN {ids:Array(String)} AND type != 'TRACE')`,
        { project: projectId, traces: [...new Set(some.map(({ traceId }) => traceId))], ids: some.map(({ id }) => id) },
      )),
    );
  }
  return rows;
}
