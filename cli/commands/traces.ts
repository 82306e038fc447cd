import type { Command } from 'commander';
import * as api from '../../contract/api/traces.ts';
import { findColumn } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { ObservationDetail } from '../../contract/observation.ts';
import type { TraceSummary } from '../../contract/trace.ts';
import { usageError } from '../cli-error.ts';
import { callOperation } from '../client/own-api.ts';
import type { CommandModule, Context, Run, Server } from '../command.ts';
import { addScopeOptions, type ListScope, positive, readScope, type ScopeOptions } from '../list-scope.ts';
import { counted, formatClock, formatCost, formatCount, formatSeconds } from '../terminal/format.ts';
import { renderTable } from '../terminal/table.ts';
import { cut, oneLine, widthOf } from '../terminal/text.ts';
import { followTraces } from '../traces/follow.ts';
import { showTrace } from '../traces/show-trace.ts';
import { paintOf, traceColumns } from '../traces/trace-columns.ts';

export const traces: CommandModule = {
  register(program, run) {
    const noun = program.command('traces').description('list, read and follow traces');
    registerList(noun, run);
    registerGet(noun, run);
    registerTail(noun, run);
  },
};

function registerList(noun: Command, run: Run) {
  addScopeOptions(noun.command('list').alias('ls').description('list traces, newest first'))
    .option('--limit <n>', 'at most so many', positive, 50)
    .option('--sort <column>', 'by this column, highest first: latency, cost, tokens, name:asc, …')
    .addHelpText(
      'after',
      `
Examples:
  telltale traces list --since 2h --level ERROR
  telltale traces list --user u-42 --search "refund" --limit 200 --json
  telltale traces list --since 1d --sort cost --filter "latency:>5 -tag:internal"`,
    )
    .action(
      run(
        async (
          { terminal, options: { json }, now, server }: Context,
          options: ScopeOptions & { limit: number; sort?: string },
        ) => {
          const scope = readScope('traces', options, now());
          const found = await listTraces(server(), scope, options.limit, readSort(options.sort));
          if (json) return terminal.out(JSON.stringify(found.data, null, 2));
          if (found.data.length === 0) return terminal.note('No traces.');
          for (const line of renderTable(found.data, traceColumns(terminal.style), terminal.style, terminal.width))
            terminal.out(line);
          if (found.more && terminal.isTerminal) {
            terminal.note(terminal.noteStyle.dim(`There are more than ${counted(options.limit, 'trace')}; see --limit.`));
          }
        },
      ),
    );
}

function registerGet(noun: Command, run: Run) {
  noun
    .command('get <traceId>')
    .description('show a trace with its steps')
    .option('--io', 'with the input and output of the trace')
    .addHelpText(
      'after',
      `
Examples:
  telltale traces get 4bf92f3577b34da6a3ce929d0e0e4736 --io
  telltale traces get 4bf92f3577b34da6a3ce929d0e0e4736 --json | jq '.observations[].output'   with --json, steps are whole`,
    )
    .action(
      run(async ({ terminal, options: { json }, server }: Context, options: { io?: boolean }, traceId: string) => {
        const { http, projectId } = server();
        const id = { projectId: await projectId(), traceId };
        const trace = await callOperation(http, api.getTrace, id);
        if (!json) {
          for (const line of showTrace(trace, terminal.style, terminal.width, options.io === true)) terminal.out(line);
          return;
        }
        const observations: ObservationDetail[] = [];
        for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
          const page = await callOperation(http, api.listTraceObservations, { ...id, limit: 200, cursor });
          observations.push(...page.data);
          cursor = page.nextCursor ?? undefined;
        }
        terminal.out(JSON.stringify({ ...trace, observations }, null, 2));
      }),
    );
}

interface TailOptions extends ScopeOptions {
  last: number;
  limit?: number;
}

function registerTail(noun: Command, run: Run) {
  addScopeOptions(noun.command('tail').description('follow traces as they come in; Ctrl-C ends it'))
    .option('--last <n>', 'begin with so many that are there already', (value) => (value === '0' ? 0 : positive(value)), 10)
    .option('--limit <n>', 'end after so many traces', positive)
    .addHelpText(
      'after',
      `
A trace is shown when its first steps can be read, and again, marked with ↻, when more of it has come.
With --json, each is one line of JSON.

Examples:
  telltale traces tail --level ERROR,WARNING
  telltale traces tail --last 0 --json | jq -r '.name'`,
    )
    .action(run((context: Context, options: TailOptions) => tail(context, options)));
}

/** News of one trace come in several pieces; it is asked for when there was none for so long, or at the latest after MOST_PATIENCE_MS. */
const PATIENCE_MS = 300;
const MOST_PATIENCE_MS = 1500;

async function tail(context: Context, options: TailOptions): Promise<void> {
  const { terminal } = context;
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const server = context.server();
  const scope = readScope('traces', options, context.now());
  if (options.until !== undefined) throw usageError('--until has no meaning here: tail goes on until it is ended.');
  const shown = new Map<string, string>();
  const show = (trace: TraceSummary) => {
    const state = JSON.stringify(trace);
    const before = shown.get(trace.id);
    if (before === state) return;
    shown.set(trace.id, state);
    terminal.out(context.options.json ? state : tailLine(trace, before !== undefined, context));
  };
  const full = () => options.limit !== undefined && shown.size >= options.limit;
  const showAll = (found: TraceSummary[]) => {
    for (const trace of found.toReversed()) if (!full()) show(trace);
  };

  const waiting = new Set<string>();
  let firstNews = 0;
  let opened = context.now();
  const ask = async () => {
    const traceIds = [...waiting];
    waiting.clear();
    for (let i = 0; i < traceIds.length; i += 100) {
      const ids: FilterCondition = { type: 'stringOptions', column: 'id', operator: 'any of', value: traceIds.slice(i, i + 100) };
      showAll((await listTraces(server, { ...scope, filter: [...scope.filter, ids] }, 100)).data);
    }
  };

  const news = followTraces(server, signal);
  let next = news.next();
  try {
    while (!full()) {
      const patience = Math.min(PATIENCE_MS, Math.max(0, firstNews + MOST_PATIENCE_MS - Date.now()));
      const arrived = waiting.size === 0 ? await next : await Promise.race([next, after(patience)]);
      if (arrived === 'later') {
        await ask();
        continue;
      }
      if (arrived.done) return;
      next = news.next();
      if (arrived.value.kind === 'traces') {
        if (waiting.size === 0) firstNews = Date.now();
        for (const id of arrived.value.traceIds) waiting.add(id);
      } else if (arrived.value.again) {
        terminal.note(terminal.noteStyle.dim('The connection was lost and is back.'));
        const from = new Date(opened).toISOString();
        showAll((await listTraces(server, { ...scope, from: scope.from && scope.from > from ? scope.from : from }, 500)).data);
      } else if (options.last > 0) {
        showAll((await listTraces(server, scope, options.last)).data);
        if (terminal.isTerminal) terminal.note(terminal.noteStyle.dim('Waiting for traces …'));
      }
      if (arrived.value.kind === 'open') opened = context.now();
    }
  } finally {
    next.catch(() => undefined);
    enough.abort();
  }
}

const after = (ms: number) => new Promise<'later'>((done) => void setTimeout(done, ms, 'later'));

function tailLine(trace: TraceSummary, again: boolean, { terminal: { style, width } }: Context): string {
  const numbers = [
    formatSeconds(trace.latency).padStart(8),
    formatCost(trace.totalCost).padStart(9),
    `${formatCount(trace.totalTokens)} tok`.padStart(11),
  ].join(' ');
  const room = Math.max(16, Math.min(40, width - numbers.length - trace.id.length - 18));
  const name = cut(oneLine(trace.name ?? '–'), room);
  const mark = again ? '↻' : trace.level === 'ERROR' ? '✗' : trace.level === 'WARNING' ? '!' : ' ';
  const paint = paintOf(style)(trace) ?? ((text: string) => text);
  const padding = ' '.repeat(room - widthOf(name));
  return `${style.dim(formatClock(trace.timestamp))} ${paint(mark)} ${paint(name)}${padding} ${numbers}  ${style.dim(trace.id)}`;
}

/** Traces in their order, from as many pages as it takes. */
async function listTraces(
  { http, projectId }: Server,
  scope: ListScope,
  limit: number,
  orderBy?: { column: string; direction: 'asc' | 'desc' },
): Promise<{ data: TraceSummary[]; more: boolean }> {
  const data: TraceSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await callOperation(http, api.listTraces, {
      projectId: await projectId(),
      ...scope,
      filter: scope.filter.length > 0 ? scope.filter : undefined,
      orderBy,
      cursor,
      limit: Math.min(500, limit - data.length),
    });
    data.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && data.length < limit);
  return { data, more: cursor !== undefined };
}

function readSort(sort: string | undefined) {
  if (sort === undefined) return undefined;
  const [name = '', direction = 'desc'] = sort.split(':');
  const column = findColumn('traces', name);
  if (!column?.sortable) throw usageError(`--sort ${sort}: traces cannot be sorted by "${name}".`);
  if (direction !== 'asc' && direction !== 'desc') throw usageError(`--sort ${sort}: after the colon stands asc or desc.`);
  return { column: column.id, direction } as const;
}
