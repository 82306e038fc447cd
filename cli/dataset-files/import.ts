import { CliError } from '../cli-error.ts';
import { ensureDataset, listItems, upsertItems } from '../client/datasets.ts';
import { HttpError } from '../client/http.ts';
import type { Context, Server } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatOf } from '../rows/format.ts';
import { type Row, readRows } from '../rows/read-rows.ts';
import { createCounter } from '../terminal/counter.ts';
import { counted } from '../terminal/format.ts';
import { oneLine } from '../terminal/text.ts';
import { itemOf, type Mapping, type MappingOptions, mapColumns, type NewItem } from './mapping.ts';
import { asSent, createIdGiver, type Fingerprint, fingerprintOf, isSame } from './new-items.ts';

export interface ImportOptions extends MappingOptions {
  dataset: string;
  description?: string;
  format?: string;
  text?: boolean;
  newIds?: boolean;
  dryRun?: boolean;
}

interface Failure {
  line: number;
  message: string;
  /** Of the answer that refused it. */
  status?: number;
}

/** What an import did, or would do. */
interface Tally {
  rows: number;
  created: number;
  changed: number;
  unchanged: number;
  failures: Failure[];
}

interface Ready {
  line: number;
  item: NewItem & { id: string };
  /** How it is counted when it is written. */
  as: 'created' | 'changed';
}

const BATCH = 200;
const SHOWN_FAILURES = 10;
/** Refused for what is in it: broken schema, id of another dataset, too large. */
const OF_THE_ITEMS = [400, 409, 413, 422];

/** Brings the rows of a file into a dataset: new ones are created, changed ones written, the others left as they are. */
export async function importItems(context: Context, path: string, options: ImportOptions): Promise<ExitCode> {
  const { terminal } = context;
  const server = context.server();
  const format = formatOf(path, options.format);
  const rows = readRows(path, format, options.text === true);
  const tally: Tally = { rows: 0, created: 0, changed: 0, unchanged: 0, failures: [] };
  const giveId = createIdGiver(options.dataset);
  const counter = createCounter(terminal, 'rows');
  const columns = new Set<string>();
  let mapping: Mapping | undefined;
  let there = new Map<string, Fingerprint>();
  let isNew = false;
  let batch: Ready[] = [];
  try {
    for await (const row of rows) {
      tally.rows += 1;
      counter.add();
      const first = mapping === undefined;
      // Rows of JSONL may have keys that those before did not have.
      const more = Object.keys(row.values).filter((name) => !columns.has(name));
      if (first || more.length > 0) {
        for (const name of more) columns.add(name);
        mapping = mapColumns([...columns], options, format === 'jsonl');
      }
      // Not before: a file that is no such file must not leave an empty dataset behind.
      if (first) ({ there, isNew } = await lookUp(server, options));
      const ready = prepare(row, mapping!, options, giveId, tally);
      if (!ready) continue;
      const known = there.get(ready.item.id);
      if (known && isSame(ready.item, known)) {
        tally.unchanged += 1;
        continue;
      }
      const as = known ? 'changed' : 'created';
      tally[as] += 1;
      there.set(ready.item.id, fingerprintOf(ready.item));
      batch.push({ ...ready, as });
      if (batch.length === BATCH) {
        await send(server, options, batch, tally);
        batch = [];
      }
    }
    await send(server, options, batch, tally);
  } finally {
    counter.end();
  }
  report(context, options, tally, mapping, isNew);
  return tally.failures.length > 0 ? EXIT.failed : EXIT.ok;
}

async function lookUp(server: Server, options: ImportOptions) {
  const there = new Map<string, Fingerprint>();
  if (options.dryRun) {
    try {
      for await (const item of listItems(server, options.dataset)) there.set(item.id, fingerprintOf(item));
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.notFound) throw error;
    }
    return { there, isNew: false };
  }
  const isNew = await ensureDataset(server, options.dataset, options.description);
  if (!isNew) for await (const item of listItems(server, options.dataset)) there.set(item.id, fingerprintOf(item));
  return { there, isNew };
}

function prepare(row: Row, mapping: Mapping, options: ImportOptions, giveId: ReturnType<typeof createIdGiver>, tally: Tally) {
  try {
    const item = itemOf(row.values, mapping);
    if (item.input === undefined || item.input === null) throw new CliError(EXIT.failed, 'no_input', 'there is no input');
    return { line: row.line, item: giveId(options.newIds ? { ...item, id: undefined } : item) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    tally.failures.push({ line: row.line, message: error.message });
    return undefined;
  }
}

/** A batch is written whole or not at all; when it is refused, the rows that are at fault are found one by one. */
async function send(server: Server, options: ImportOptions, batch: readonly Ready[], tally: Tally): Promise<void> {
  if (batch.length === 0 || options.dryRun) return;
  try {
    await upsertItems(
      server,
      options.dataset,
      batch.map(({ item }) => asSent(item)),
    );
  } catch (error) {
    if (!(error instanceof HttpError) || !OF_THE_ITEMS.includes(error.status)) throw error;
    if (batch.length === 1) {
      tally[batch[0]!.as] -= 1;
      tally.failures.push({ line: batch[0]!.line, message: error.message, status: error.status });
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await send(server, options, batch.slice(0, half), tally);
    await send(server, options, batch.slice(half), tally);
  }
}

function report(
  { terminal, options: { json } }: Context,
  options: ImportOptions,
  tally: Tally,
  mapping: Mapping | undefined,
  isNew: boolean,
) {
  const { rows, created, changed, unchanged, failures } = tally;
  if (json) {
    const { dataset, dryRun = false } = options;
    terminal.out(
      JSON.stringify({ dataset, dryRun, rows, created, changed, unchanged, failures, mapping: mapping ?? null }, null, 2),
    );
    return;
  }
  const { style, noteStyle } = terminal;
  if (!mapping) return terminal.note('There are no rows.');
  if (options.dryRun) terminal.out(mappingText(mapping));
  const [create, change] = options.dryRun ? ['to create', 'to change'] : ['created', 'changed'];
  const parts = [`${counted(created, 'item')} ${create}`, `${changed} ${change}`, `${unchanged} unchanged`];
  terminal.out(`${style.bold(options.dataset)}${isNew ? ' (new)' : ''}: ${parts.join(', ')}`);
  if (!options.dryRun && mapping.unused.length > 0) {
    terminal.note(noteStyle.dim(`Columns that were not used: ${mapping.unused.join(', ')}. --metadata "*" keeps them.`));
  }
  for (const { line, message } of failures.slice(0, SHOWN_FAILURES))
    terminal.note(`${noteStyle.red(`line ${line}:`)} ${oneLine(message)}`);
  if (failures.length > SHOWN_FAILURES)
    terminal.note(`… and ${counted(failures.length - SHOWN_FAILURES, 'more row', 'more rows')}`);
  if (failures.some(({ status }) => status === 409)) {
    terminal.note('Ids are unique in a project. --new-ids gives the items of this dataset ids of their own.');
  }
  if (failures.length > 0)
    terminal.note(`${noteStyle.red('error:')} ${counted(failures.length, 'row')} of ${rows} could not be imported.`);
}

function mappingText(mapping: Mapping): string {
  const line = (part: string, columns: readonly string[]) =>
    columns.length > 0 ? `  ${part.padEnd(15)} ${columns.join(', ')}` : '';
  return [
    line('input', mapping.input),
    line('expectedOutput', mapping.expectedOutput),
    line('metadata', mapping.metadata),
    line('id', mapping.id === undefined ? ['(made from dataset and content)'] : [mapping.id]),
    line('not used', mapping.unused),
  ]
    .filter(Boolean)
    .join('\n');
}
