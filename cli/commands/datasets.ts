import type { Command } from 'commander';
import type { Dataset } from '../../contract/dataset.ts';
import { countItems, getDataset, listDatasets, listItems } from '../client/datasets.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { CommandModule, Context, Run } from '../command.ts';
import { type ImportOptions, importItems } from '../dataset-files/import.ts';
import { repeated } from '../list-scope.ts';
import { formatOf, ROW_FORMATS } from '../rows/format.ts';
import { openOutput } from '../rows/output.ts';
import { rowPrinter } from '../rows/write-rows.ts';
import { createCounter } from '../terminal/counter.ts';
import { counted, formatCount, formatMoment } from '../terminal/format.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { parseTime } from '../time.ts';

export const datasets: CommandModule = {
  register(program, run) {
    const noun = program.command('datasets').description('list datasets, bring items in and out');
    registerList(noun, run);
    registerImport(noun, run);
    registerExport(noun, run);
  },
};

function registerList(noun: Command, run: Run) {
  noun
    .command('list')
    .alias('ls')
    .description('list datasets, newest first')
    .action(
      run(async (context: Context) => {
        const { terminal } = context;
        const server = context.server();
        const found = await listDatasets(server);
        const rows = await inParallel(found, 8, async (dataset) => ({
          ...dataset,
          itemCount: await countItems(server, dataset.name),
        }));
        if (context.options.json) return terminal.out(JSON.stringify(rows, null, 2));
        if (rows.length === 0) return terminal.note('No datasets.');
        const { dim } = terminal.style;
        const columns: Column<Dataset & { itemCount: number }>[] = [
          { title: 'NAME', value: ({ name }) => name, shrinkTo: 16 },
          { title: 'ITEMS', value: ({ itemCount }) => formatCount(itemCount), align: 'right' },
          { title: 'UPDATED', value: ({ updatedAt }) => formatMoment(updatedAt), paint: () => dim },
          { title: 'DESCRIPTION', value: ({ description }) => description ?? '', optional: true, shrinkTo: 16 },
        ];
        for (const line of renderTable(rows, columns, terminal.style, terminal.width)) terminal.out(line);
      }),
    );
}

function registerImport(noun: Command, run: Run) {
  noun
    .command('import <file>')
    .description('bring rows of a CSV, TSV or JSONL file into a dataset; - reads standard input')
    .requiredOption('--dataset <name>', 'the dataset; made when there is none of that name')
    .option('--description <text>', 'of the dataset')
    .option('--input <columns>', 'columns that are the input; several make an object', repeated)
    .option('--expected-output <columns>', 'columns that are the expected output', repeated)
    .option('--metadata <columns>', 'columns that are the metadata; "*": all that are left', repeated)
    .option('--id <column>', 'column with the id of the item')
    .option('--new-ids', 'leave the ids of the file, for a copy of a dataset in the same project')
    .option('--text', 'take cells of CSV as texts, also where they are JSON')
    .option('--format <format>', `${ROW_FORMATS.join(', ')}; else by the name of the file`)
    .option('--dry-run', 'show what would be done, and do nothing')
    .addHelpText(
      'after',
      `
Columns called input, expectedOutput (expected_output), metadata, id, status, sourceTraceId and sourceObservationId need no options.
Imported twice, the same file makes the same items: by their ids, or by ids made from their content.

Examples:
  telltale datasets import qa.csv --dataset qa --input question,context --expected-output answer --metadata "*"
  telltale datasets import items.jsonl --dataset regression --dry-run
  jq -c '.[]' items.json | telltale datasets import - --format jsonl --dataset regression`,
    )
    .action(run((context: Context, options: ImportOptions, path: string) => importItems(context, path, options)));
}

interface ExportOptions {
  output?: string;
  format?: string;
  version?: string;
  overwrite?: boolean;
}

const COLUMNS = [
  'id',
  'input',
  'expectedOutput',
  'metadata',
  'status',
  'sourceTraceId',
  'sourceObservationId',
  'createdAt',
  'updatedAt',
];

function registerExport(noun: Command, run: Run) {
  noun
    .command('export <dataset>')
    .description('write the active items of a dataset, last written first')
    .option('-o, --output <file>', 'into this file instead of standard output')
    .option('--format <format>', `${ROW_FORMATS.join(', ')}; else by the name of the file, else jsonl`)
    .option('--version <time>', 'as it was then: 2h, 2026-03-01, 2026-03-01T14:30:00Z')
    .option('--overwrite', 'in place of a file that is there')
    .addHelpText(
      'after',
      `
Examples:
  telltale datasets export qa --output qa.csv
  telltale datasets export qa | jq -c '{id, input}'`,
    )
    .action(
      run(async (context: Context, options: ExportOptions, name: string) => {
        const { terminal } = context;
        const server = context.server();
        const printer = rowPrinter(formatOf(options.output, options.format, 'jsonl'), COLUMNS);
        const version =
          options.version === undefined ? undefined : parseTime(options.version, '--version', context.now()).toISOString();
        await getDataset(server, name);
        const output = openOutput(options.output, terminal, options.overwrite === true);
        const counter = createCounter(terminal, 'items');
        try {
          await output.write(printer.head());
          for await (const item of listItems(server, name, version)) {
            await output.write(
              printer.row(Object.fromEntries(COLUMNS.map((column) => [column, item[column as keyof typeof item]]))),
            );
            counter.add();
          }
          await output.finish();
        } finally {
          counter.end();
        }
        terminal.note(
          terminal.noteStyle.dim(`${counted(counter.count, 'item')}${options.output ? ` in ${options.output}` : ''}`),
        );
      }),
    );
}
