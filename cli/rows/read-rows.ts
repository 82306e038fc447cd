import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { isObject, parseJson } from '../../contract/json/parse.ts';
import { CliError, failed } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { readCell } from './cell.ts';
import { delimiterOf, type RowFormat } from './format.ts';

/** One row; the keys are the columns. */
export interface Row {
  /** Of the file, from 1. */
  line: number;
  values: Record<string, unknown>;
}

/**
 * Rows of a file, or of standard input where the path is `-`, as they are read. `asText`: cells of CSV are texts, whatever they look like.
 * @throws CliError that names the line which cannot be read
 */
export async function* readRows(path: string, format: RowFormat, asText = false): AsyncGenerator<Row> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  const name = path === '-' ? 'standard input' : path;
  try {
    yield* format === 'jsonl' ? readJsonLines(input, name) : readTable(input, name, delimiterOf(format), asText);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new CliError(EXIT.notFound, 'not_found', `There is no file ${path}.`);
    }
    throw error;
  } finally {
    input.destroy();
  }
}

async function* readJsonLines(input: NodeJS.ReadableStream, name: string): AsyncGenerator<Row> {
  let line = 0;
  // `readline` hides errors of its input, like a file that is not there.
  let broken: Error | undefined;
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  input.on('error', (error) => {
    broken = error;
    lines.close();
  });
  for await (const text of lines) {
    line += 1;
    const bare = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (bare.trim() === '') continue;
    yield { line, values: parseObject(bare, `${name}, line ${line}`) };
  }
  if (broken) throw broken;
}

function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw failed(`${where}: this is not JSON.`);
  }
  if (isObject(value)) return value;
  throw failed(`${where}: a row must be a JSON object.`);
}

async function* readTable(input: NodeJS.ReadableStream, name: string, delimiter: string, asText: boolean): AsyncGenerator<Row> {
  const parser = parse({ columns: true, bom: true, delimiter, skip_empty_lines: true, info: true, relax_column_count: false });
  // An error of either ends the loop below with it.
  pipeline(input, parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: InfoRecord }>) {
      const values = asText
        ? Object.fromEntries(Object.entries(record).map(([key, cell]) => [key, cell === '' ? undefined : cell]))
        : Object.fromEntries(Object.entries(record).map(([key, cell]) => [key, readCell(cell)]));
      yield { line: info.lines, values };
    }
  } catch (error) {
    if (error instanceof CsvError) throw failed(`${name}, line ${error.lines ?? '?'}: ${error.message}`, error);
    throw error;
  }
}
