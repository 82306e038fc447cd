import { usageError } from '../cli-error.ts';

/** Rows as files have them: JSONL is one JSON object a line, CSV and TSV have the names of the columns in the first line. */
export const ROW_FORMATS = ['jsonl', 'csv', 'tsv'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

const BY_EXTENSION: Record<string, RowFormat> = { jsonl: 'jsonl', ndjson: 'jsonl', csv: 'csv', tsv: 'tsv' };

/** The format that was asked for, or else the one that the name of the file says. @throws CliError when neither does */
export function formatOf(path: string | undefined, asked: string | undefined, fallback?: RowFormat): RowFormat {
  if (asked !== undefined) {
    const format = ROW_FORMATS.find((each) => each === asked.toLowerCase());
    if (format) return format;
    throw usageError(`--format ${asked}: it is one of ${ROW_FORMATS.join(', ')}.`);
  }
  const format = BY_EXTENSION[path?.split('.').at(-1)?.toLowerCase() ?? ''] ?? fallback;
  if (format) return format;
  throw usageError(`The name ${path} does not say what the file is. Add --format ${ROW_FORMATS.join(', --format ')}.`);
}

export const delimiterOf = (format: RowFormat): string => (format === 'tsv' ? '\t' : ',');
