import { Argument } from 'commander';
import { usageError } from '../cli-error.ts';
import type { CommandModule, Context } from '../command.ts';
import { openResumableFile } from '../export/resumable-file.ts';
import { COLUMNS, EXPORTED, type Exported, exportPage } from '../export/rows.ts';
import { addScopeOptions, positive, readScope, type ScopeOptions } from '../list-scope.ts';
import { formatOf, ROW_FORMATS } from '../rows/format.ts';
import { rowPrinter } from '../rows/write-rows.ts';
import { createCounter } from '../terminal/counter.ts';
import { counted } from '../terminal/format.ts';

interface ExportOptions extends ScopeOptions {
  output?: string;
  format?: string;
  limit?: number;
  resume?: boolean;
  overwrite?: boolean;
}

export const exportRows: CommandModule = {
  register(program, run) {
    const command = program
      .command('export')
      .description('write traces, observations or scores as JSONL or CSV, newest first')
      .addArgument(new Argument('<what>', 'what to write').choices(EXPORTED))
      .option('-o, --output <file>', 'into this file instead of standard output')
      .option('--format <format>', `${ROW_FORMATS.join(', ')}; else by the name of the file, else jsonl`)
      .option('--limit <n>', 'at most so many rows', positive)
      .option('--resume', 'go on with an export into that file that was cut off')
      .option('--overwrite', 'in place of a file that is there');
    addScopeOptions(command)
      .addHelpText(
        'after',
        `
What comes in while it runs is not in it. A file has its name only when it is whole.

Examples:
  telltale export traces --since 7d --output week.jsonl
  telltale export observations --since 2026-03-01 --until 2026-04-01 --level ERROR --output march.csv
  telltale export scores --name quality | jq -s 'map(.value) | add / length'
  telltale export traces --output all.jsonl --resume`,
      )
      .action(run((context: Context, options: ExportOptions, what: Exported) => exportAll(context, what, options)));
  },
};

async function exportAll(context: Context, what: Exported, options: ExportOptions): Promise<void> {
  const { terminal, now } = context;
  const {
    output: path,
    format: asked,
    limit = Number.POSITIVE_INFINITY,
    resume = false,
    overwrite = false,
    ...narrowed
  } = options;
  const format = formatOf(path, asked, 'jsonl');
  const toFile = path !== undefined && path !== '-';
  if (resume && !toFile) throw usageError('--resume needs --output with the file to go on with.');
  const scope = readScope(what, narrowed, now());
  if (what === 'scores' && scope.search)
    throw usageError('Scores cannot be searched for words. Use --filter, like "name:~quality".');
  const server = context.server();
  const projectId = await server.projectId();
  const printer = rowPrinter(format, COLUMNS[what]);
  const request = JSON.stringify([server.http.host, projectId, what, format, options.limit ?? null, narrowed]);
  const file = toFile ? await openResumableFile(path, { request, resume, overwrite }) : undefined;
  const before = file?.progress;
  // Times like 2h are those of the beginning also when it is gone on with.
  const from = before ? (before.from ?? undefined) : scope.from;
  const to = before?.to ?? scope.to ?? new Date(now()).toISOString();
  const counter = createCounter(terminal, what);
  counter.add(before?.rows ?? 0);
  try {
    let cursor = before?.cursor ?? undefined;
    let text = before ? '' : printer.head();
    for (let more = !(before && before.cursor === null); more; ) {
      const page = await exportPage(server, what, { ...scope, from, to }, cursor);
      const rows = page.rows.slice(0, limit - counter.count);
      text += rows.map((row) => printer.row(row)).join('');
      counter.add(rows.length);
      more = page.next !== null && counter.count < limit;
      cursor = page.next ?? undefined;
      if (file) {
        await file.append(text, { request, from: from ?? null, to, cursor: more ? page.next : null, rows: counter.count });
      } else await terminal.write(text);
      text = '';
    }
    await file?.finish();
  } catch (error) {
    await file?.close();
    throw error;
  } finally {
    counter.end();
  }
  if (toFile && context.options.json) return terminal.out(JSON.stringify({ rows: counter.count, file: path, format }, null, 2));
  terminal.note(terminal.noteStyle.dim(`${counted(counter.count, 'row')}${toFile ? ` in ${path}` : ''}`));
}
