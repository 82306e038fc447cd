import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/** A stored text, or its two ends: `tail` is empty when `head` is all of it. Lengths in characters. */
export interface TextEnds {
  length: number;
  head: string;
  tail: string;
}

export interface StepTexts {
  id: string;
  input: TextEnds;
  output: TextEnds;
}

/** Inputs and outputs of steps of one trace, of longer ones `most` characters from either end; order is not promised. */
export async function readStepTexts(
  reader: AnalyticsReader,
  projectId: string,
  traceId: string,
  ids: readonly string[],
  most: number,
): Promise<StepTexts[]> {
  if (ids.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const size = query.integer(most);
  const ends = (column: string) =>
    `lengthUTF8(${column}) AS ${column}_length, substringUTF8(${column}, 1, ${size}) AS ${column}_head,
  if(lengthUTF8(${column}) > ${size}, substringUTF8(${column}, -${size}), '') AS ${column}_tail`;
  const rows = await query.ask<Record<string, string | number>>(
    reader,
    `SELECT id, ${ends('input')}, ${ends('output')}
${query.from('observations', `trace_id = ${query.text(traceId)}`, `id IN ${query.texts(ids)}`, IS_STEP)}`,
  );
  const endsOf = (row: Record<string, string | number>, column: string): TextEnds => ({
    length: Number(row[`${column}_length`]),
    head: String(row[`${column}_head`]),
    tail: String(row[`${column}_tail`]),
  });
  return rows.map((row) => ({ id: String(row.id), input: endsOf(row, 'input'), output: endsOf(row, 'output') }));
}
