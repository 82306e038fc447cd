import { describe, expect, it } from 'vitest';
import { createStyle } from './style.ts';
import { type Column, renderTable } from './table.ts';
import { cut, oneLine, widthOf } from './text.ts';

interface Row {
  name: string;
  count: number;
  note: string;
}
const columns: Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name, shrinkTo: 4 },
  { title: 'COUNT', value: ({ count }) => String(count), align: 'right' },
  { title: 'NOTE', value: ({ note }) => note, optional: true, droppable: 1 },
];
const rows: Row[] = [
  { name: 'first of them', count: 5, note: 'x' },
  { name: '退款处理', count: 1200, note: '' },
];
const plain = createStyle(false);

describe('a table', () => {
  it('has columns as wide as what is in them', () => {
    expect(renderTable(rows, columns, plain, Number.POSITIVE_INFINITY)).toEqual([
      'NAME           COUNT  NOTE',
      'first of them      5  x',
      '退款处理        1200',
    ]);
  });
  it('fits the terminal: some columns get narrower, and when that is not enough, others go', () => {
    expect(renderTable(rows, columns, plain, 20)).toEqual(['NAME     COUNT  NOTE', 'first…       5  x', '退款处…   1200']);
    expect(renderTable(rows, columns, plain, 16)).toEqual(['NAME       COUNT', 'first of…      5', '退款处理    1200']);
    const wide = [{ ...columns[0]!, keep: 13 }, ...columns.slice(1)];
    expect(renderTable(rows, wide, plain, 22)[0]).toBe('NAME           COUNT');
  });
  it('leaves out what nobody has, and lets no text steer the terminal', () => {
    const nasty = [{ name: 'a\u001b[31mb\nc\u0007', count: 1, note: '' }];
    expect(renderTable(nasty, columns, plain, 80)).toEqual(['NAME  COUNT', 'ab c      1']);
  });
  it('is painted without a change of its widths', () => {
    const painted = renderTable(rows, [{ ...columns[0]!, paint: () => createStyle(true).red }, columns[1]!], plain, 40);
    expect(painted[1]).toBe('\u001b[31mfirst of them\u001b[39m      5');
  });
});

describe('texts for the terminal', () => {
  it('are cut by the columns that they take', () => {
    expect(cut('退款处理', 5)).toBe('退款…');
    expect(widthOf(cut('👩‍👩‍👧‍👦 family name', 6))).toBeLessThanOrEqual(6);
    expect(cut('short', 5)).toBe('short');
  });
  it('keep the place of a branch', () => {
    expect(oneLine('   └─ a \n')).toBe('   └─ a');
  });
});
