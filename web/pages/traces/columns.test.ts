import { describe, expect, it } from 'vitest';
import { findColumn } from '../../../contract/filter/columns.ts';
import type { DataColumnMeta } from '../../ui/data-table.tsx';
import { OBSERVATION_TABLE } from './observation-columns.tsx';
import { TRACE_TABLE } from './trace-columns.tsx';

/* Tables show a choice of the columns that filters know: who reads "Cost" above a column types `cost:>1` into the search. */
describe.each([
  ['traces', TRACE_TABLE],
  ['observations', OBSERVATION_TABLE],
] as const)('the table of %s', (list, table) => {
  const metas = (table as readonly { meta?: unknown }[]).map(({ meta }) => meta as DataColumnMeta);

  it('sorts by columns that can be sorted by', () => {
    const sorted = metas.filter(({ sort }) => sort !== undefined);
    expect(sorted.length).toBeGreaterThan(5);
    for (const { sort } of sorted) expect(findColumn(list, sort!), sort).toMatchObject({ id: sort, sortable: true });
  });

  it('heads a column with a word that filters know it by', () => {
    for (const { sort, label } of metas) if (sort !== undefined) expect(findColumn(list, label)?.id, label).toBe(sort);
  });
});
