import type { ColumnKind, ColumnOf, ListName } from '../../contract/filter/columns.ts';

/** Forms in which a question asks for a column, by what the column holds. */
interface FormsOf extends Record<ColumnKind, string> {
  text: 'text' | 'id' | 'words' | 'ofTrace' | 'comments';
  texts: 'texts' | 'ofTrace';
  number: 'number' | 'comments';
  time: 'time';
  boolean: 'boolean';
  textMap: 'metadata';
  numberMap: 'scores';
  categoryMap: 'scores';
  booleanMap: 'scores';
  position: 'position';
}

/** How each column of a list is asked for: none is missing, none is unknown, and each is asked for as what it holds. */
export type SqlOfColumns<List extends ListName, Sql extends { kind: string }> = {
  readonly [Column in ColumnOf<List> as Column['id']]: Sql & { kind: FormsOf[Column['kind']] };
};
