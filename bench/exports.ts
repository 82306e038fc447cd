/** Files of all traces and all observations of a project, made in this process and thrown away: what an export costs without its destination. */
import { fileOf } from '../server/domains/blob-exports/formats.ts';
import { changedTable } from '../server/domains/blob-exports/tables.ts';
import type { AnalyticsReader } from '../server/store/analytics/port.ts';

export interface ExportMeasure {
  name: string;
  rows: number;
  seconds: number;
  bytes: number;
}

const LINE_END = 10;

/** As JSON Lines, the tables one after the other. */
export async function measureExports(reader: AnalyticsReader, projectId: string): Promise<ExportMeasure[]> {
  const measures: ExportMeasure[] = [];
  const all = { after: 0, until: Number.MAX_SAFE_INTEGER };
  for (const name of ['traces', 'observations', 'observations_v2'] as const) {
    const started = performance.now();
    let [rows, bytes] = [0, 0];
    for await (const piece of fileOf(changedTable(reader, projectId, name, all, null), 'JSONL', { compressed: false })) {
      bytes += piece.length;
      for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) rows++;
    }
    measures.push({ name, rows, bytes, seconds: (performance.now() - started) / 1000 });
  }
  return measures;
}
