import type { Repeat } from '../../../../contract/usage/repeats.ts';
import { OBSERVATION_COLUMNS } from '../columns.ts';
import type { Engine } from '../engine.ts';
import { HOUR, hourOf, type KnownRow, type KnownTrace } from './known-trace.ts';
import { portions } from './read-rows.ts';

/** A stored row whose mark is another one than is stored. */
export interface Remark {
  projectId: string;
  row: KnownRow;
}

/** Sets the marks of a trace's rows; those that change after the row was stored come back. */
export function markRepeats(
  { projectId }: KnownTrace,
  rows: readonly KnownRow[],
  repeats: ReadonlyMap<string, Repeat>,
): Remark[] {
  const changed: Remark[] = [];
  for (const row of rows) {
    if (row.type === 'TRACE') continue;
    const repeat = repeats.get(row.id);
    const bits = (repeat?.usage ? 1 : 0) + (repeat?.cost ? 2 : 0);
    const [of, reason] = [repeat?.of ?? '', repeat?.reason ?? ''];
    if (row.repeats === bits && row.repeat_of === of && row.repeat_reason === reason) continue;
    Object.assign(row, { repeats: bits, repeat_of: of, repeat_reason: reason });
    // A row that is not stored yet is stored with its mark.
    if (row.stored) changed.push({ projectId, row });
  }
  return changed;
}

/**
 * Writes stored rows again with other marks, inside the engine. Their version is the next one after theirs and not that of now: a newer
 * version of the same row that is still on its way must win.
 */
export async function rewriteMarks(engine: Engine, remarks: readonly Remark[]): Promise<void> {
  for (const [project, ofProject] of Map.groupBy(remarks, ({ projectId }) => projectId)) {
    for (const some of portions(ofProject, 500)) {
      const rows = some.map(({ row }) => row);
      const starts = rows.map(({ start_time }) => start_time);
      const place = "indexOf({keys:Array(String)}, concat(trace_id, ' ', id))";
      const values: Record<string, string> = {
        repeats: `{marks:Array(UInt8)}[${place}]`,
        repeat_of: `{ofs:Array(String)}[${place}]`,
        repeat_reason: `{reasons:Array(String)}[${place}]`,
        row_version: 'row_version + 1',
      };
      await engine.command(
        `INSERT INTO observations (${OBSERVATION_COLUMNS.join(', ')})
SETTINGS max_partitions_per_insert_block = 0, do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final = 1, use_skip_indexes_if_final_exact_mode = 1
SELECT ${OBSERVATION_COLUMNS.map((column) => `${values[column] ?? column} AS ${column}`).join(', ')}
FROM observations FINAL
WHERE project_id = {project:String} AND trace_id IN {traces:Array(String)} AND id IN {ids:Array(String)} AND type != 'TRACE' AND ${place} > 0
  AND start_time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`,
        {
          project,
          traces: [...new Set(rows.map(({ trace_id }) => trace_id))],
          ids: rows.map(({ id }) => id),
          keys: rows.map(({ trace_id, id }) => `${trace_id} ${id}`),
          marks: rows.map(({ repeats }) => repeats),
          ofs: rows.map(({ repeat_of }) => repeat_of),
          reasons: rows.map(({ repeat_reason }) => repeat_reason),
          from: hourOf(starts.reduce((a, b) => Math.min(a, b))),
          to: hourOf(starts.reduce((a, b) => Math.max(a, b))) + HOUR,
        },
      );
      for (const row of rows) row.row_version += 1;
    }
  }
}
