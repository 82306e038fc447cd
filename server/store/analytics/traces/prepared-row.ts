import { LEVELS } from '../../../../contract/observation.ts';
import { createBreath } from '../../../lib/gently.ts';
import { OBSERVATION_COLUMNS, wellFormed } from '../columns.ts';
import { refusedRow } from '../map-error.ts';
import { emptyObservation, type ObservationRow } from '../rows.ts';
import { type KnownRow, knownRow } from './known-trace.ts';

/** A row that is about to be stored: what the fold of its trace needs, and its text, so that the row itself need not be kept. */
export interface PreparedRow {
  projectId: string;
  known: KnownRow;
  /** The values of `TEXT_COLUMNS` as a JSON array without its last bracket: the marks follow. */
  text: Buffer;
}

/** The fold decides on these, after a row's text is made. */
const MARKS = ['repeats', 'repeat_of', 'repeat_reason'] as const;

/** The columns of a row's text, and so of a block. */
export const TEXT_COLUMNS = OBSERVATION_COLUMNS.filter((column) => !(MARKS as readonly string[]).includes(column));

/** The columns of what `markedText` gives. */
export const MARKED_COLUMNS = [...TEXT_COLUMNS, ...MARKS] as const;

/** What the value of each column has to be: what is acknowledged must be something that the engine takes. */
const KINDS = TEXT_COLUMNS.map((column) => {
  const example = emptyObservation('', '', '')[column];
  return example === null ? 'number' : typeof example;
});

const LINE_END = 10;
const UNMARKED = Buffer.from(',0,"",""]\n');

/** `block`: the texts of all rows, whole arrays, one a line. */
export interface PreparedRows {
  rows: PreparedRow[];
  block: Buffer;
}

/** @throws RowRefusedError */
function textOf(row: ObservationRow): string {
  const values = new Array<unknown>(TEXT_COLUMNS.length);
  for (let i = 0; i < values.length; i++) {
    const value = row[TEXT_COLUMNS[i]!];
    if (typeof value !== KINDS[i] && value !== null) throw refusedRow('observations', TEXT_COLUMNS[i]!);
    values[i] = value;
  }
  if (!LEVELS.includes(row.level)) throw refusedRow('observations', 'level');
  return wellFormed(JSON.stringify(values));
}

/**
 * Makes the texts of rows, in stretches. The rows are not needed any more then.
 * @throws RowRefusedError when a value is not of its column's kind
 */
export async function prepareRows(rows: readonly ObservationRow[]): Promise<PreparedRows> {
  const breath = createBreath();
  const lines: string[] = [];
  const known: KnownRow[] = [];
  for (const row of rows) {
    if (breath.due()) await breath.take();
    lines.push(textOf(row));
    known.push(knownRow(row));
  }
  const block = Buffer.from(`${lines.join('\n')}\n`);
  let from = 0;
  const prepared = rows.map(({ project_id }, i) => {
    const end = block.indexOf(LINE_END, from);
    const text = block.subarray(from, end - 1);
    from = end + 1;
    return { projectId: project_id, known: known[i]!, text };
  });
  return { rows: prepared, block };
}

/** The texts of rows with the marks that the fold set, as an insert of `MARKED_COLUMNS` takes them. */
export function markedText(rows: readonly PreparedRow[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { text, known } of rows) {
    const { repeats, repeat_of, repeat_reason } = known;
    const marks =
      repeats === 0 && repeat_of === '' && repeat_reason === ''
        ? UNMARKED
        : Buffer.from(`,${JSON.stringify([repeats, repeat_of, repeat_reason]).slice(1)}\n`);
    pieces.push(text, marks);
  }
  return Buffer.concat(pieces);
}

/** The rows of a block, and what its columns were when it was written. Columns that it does not have are empty. */
export function readBlock(columns: readonly string[], block: Buffer): ObservationRow[] {
  return block
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const values = JSON.parse(line) as unknown[];
      const row = emptyObservation('', '', '');
      return Object.assign(row, Object.fromEntries(columns.map((column, i) => [column, values[i]])));
    });
}
