import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import type { BlobExportFileType } from '../../../contract/blob-export.ts';
import { readAhead } from '../../lib/read-ahead.ts';
import type { Field, FieldKind } from './records.ts';

/** Rows of one table as they come, a batch at a time, and its columns. */
export interface Table<Source> {
  fields: readonly Field<Source>[];
  batches: AsyncIterable<readonly Source[]>;
}

type Cells = readonly unknown[];

/** How a table becomes a file: what is before, between and after its batches. */
interface Format {
  begin?(): Uint8Array | string;
  batch(rows: readonly Cells[], isFirst: boolean): Uint8Array | string;
  end?(): Uint8Array | string;
}

/** Name of a format's files. Parquet is compressed inside, the others as a whole. */
export const extensionOf = (type: BlobExportFileType, compressed: boolean): string =>
  `.${type.toLowerCase()}${compressed && type !== 'PARQUET' ? '.gz' : ''}`;

export const CONTENT_TYPES: Record<BlobExportFileType, string> = {
  JSON: 'application/json',
  JSONL: 'application/x-ndjson',
  CSV: 'text/csv; charset=utf-8',
  PARQUET: 'application/vnd.apache.parquet',
};

/** How a file is written. */
export interface FileOptions {
  /** Inside a Parquet file: GZIP instead of SNAPPY. */
  compressed: boolean;
  /** The file is opened by people, in a spreadsheet say: no text of a CSV file may be taken for a formula there. */
  forPeople?: boolean;
}

/** The bytes of a file of the table, piece by piece; holds one batch, and the next one that is read meanwhile. */
export async function* fileOf<Source>(
  table: Table<Source>,
  type: BlobExportFileType,
  options: FileOptions,
): AsyncGenerator<Uint8Array> {
  const format = await FORMATS[type](table.fields, options);
  const bytes = (piece: Uint8Array | string) => (typeof piece === 'string' ? Buffer.from(piece) : piece);
  if (format.begin) yield bytes(format.begin());
  let isFirst = true;
  for await (const batch of readAhead(table.batches)) {
    if (batch.length === 0) continue;
    yield bytes(
      format.batch(
        batch.map((source) => table.fields.map((field) => field.of(source))),
        isFirst,
      ),
    );
    isFirst = false;
  }
  if (format.end) yield bytes(format.end());
}

type Columns = readonly { name: string; kind: FieldKind }[];

const objectOf = (columns: Columns, cells: Cells) => Object.fromEntries(columns.map(({ name }, i) => [name, cells[i]]));

const FORMATS: Record<BlobExportFileType, (columns: Columns, options: FileOptions) => Format | Promise<Format>> = {
  JSONL: (columns) => ({
    batch: (rows) => rows.map((cells) => `${JSON.stringify(objectOf(columns, cells))}\n`).join(''),
  }),

  JSON: (columns) => ({
    begin: () => '[',
    batch: (rows, isFirst) =>
      (isFirst ? '' : ',') + rows.map((cells) => `\n${JSON.stringify(objectOf(columns, cells))}`).join(','),
    end: () => '\n]\n',
  }),

  CSV: (columns, { forPeople }) => {
    const cellOf = (kind: FieldKind, value: unknown) => {
      const text = asText(kind, value);
      return forPeople && kind === 'text' && FORMULA.test(text) ? `'${text}` : text;
    };
    return {
      begin: () => stringify([columns.map(({ name }) => name)]),
      batch: (rows) => stringify(rows.map((cells) => cells.map((value, i) => cellOf(columns[i]!.kind, value)))),
    };
  },

  PARQUET: async (columns, { compressed }) => {
    const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
    const writer = new ByteWriter();
    /** What was written since the last time. */
    const taken = () => {
      const bytes = writer.getBytes().slice();
      writer.index = 0;
      return bytes;
    };
    const column = ({ name, kind }: Columns[number], data: unknown[]) => ({
      name,
      data,
      type: PARQUET_TYPES[kind],
      nullable: true,
    });
    const file = new ParquetWriter({
      writer,
      schema: schemaFromColumnData({ columnData: columns.map((each) => column(each, [])) }),
      codec: compressed ? 'GZIP' : 'SNAPPY',
      compressors: { GZIP: gzip },
      createdBy: 'telltale',
    });
    return {
      batch(rows) {
        const cellOf = (kind: FieldKind, value: unknown) =>
          value === null || value === undefined
            ? null
            : kind === 'time'
              ? new Date(value as string)
              : kind === 'json'
                ? JSON.stringify(value)
                : value;
        const columnData = columns.map((each, i) =>
          column(
            each,
            rows.map((cells) => cellOf(each.kind, cells[i])),
          ),
        );
        file.write({ columnData, rowGroupSize: rows.length });
        return taken();
      },
      end() {
        file.finish();
        return taken();
      },
    };
  },
};

const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes);

const PARQUET_TYPES = { text: 'STRING', number: 'DOUBLE', boolean: 'BOOLEAN', time: 'TIMESTAMP', json: 'STRING' } as const;

/** What spreadsheets take for the beginning of a formula, which may send what is in other cells somewhere. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** Null is an empty cell; texts within JSON columns are JSON too, so that a reader need not guess. */
const asText = (kind: FieldKind, value: unknown): string =>
  value === null || value === undefined ? '' : kind === 'json' ? JSON.stringify(value) : String(value);
