import { stringify } from 'csv-stringify/sync';
import { printCell } from './cell.ts';
import { delimiterOf, type RowFormat } from './format.ts';

/** Makes texts of rows, to be written one after the other. All rows have these columns. */
export interface RowPrinter {
  /** What the file begins with. */
  head(): string;
  row(values: Record<string, unknown>): string;
}

export function rowPrinter(format: RowFormat, columns: readonly string[]): RowPrinter {
  if (format === 'jsonl') return { head: () => '', row: (values) => `${JSON.stringify(values)}\n` };
  const delimiter = delimiterOf(format);
  return {
    head: () => stringify([[...columns]], { delimiter }),
    row: (values) => stringify([columns.map((column) => printCell(values[column]))], { delimiter }),
  };
}
