import { z } from 'zod';
import { findColumn } from '../../../../contract/filter/columns.ts';
import { parseFilter } from '../../../../contract/filter/parse.ts';
import type { TraceSummary } from '../../../../contract/trace.ts';
import { invalidRequest, notFound } from '../../../lib/errors.ts';
import { getTrace } from '../../../query/get-trace.ts';
import { listTraces } from '../../../query/list-traces.ts';
import { readStepTexts } from '../../../query/read-step-texts.ts';
import { before, conditionsOf, since } from '../../langfuse/query-params.ts';
import type { ReadDeps } from '../../langfuse/read-routes.ts';
import { id, time } from '../fields.ts';
import { filterInput, readFilter } from '../filter-input.ts';
import { type Tool, type ToolCaller, tool } from '../tool.ts';
import { summariseTrace, withoutNothing } from '../trace/summarise-trace.ts';
import { traceUrl } from '../urls.ts';

/** Characters that a token stands for, roughly, in JSON and English. */
const CHARS_PER_TOKEN = 4;
const DEFAULT_CHARS = 24_000;

const searchInput = z.object({
  query: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Words that all occur in the input, the output or the name of one step ("quotes" keep words together), and conditions: level:ERROR user:u-1 name:~refund tags:a,b -env:dev latency:>5 cost:>=0.1 metadata.region:eu score.quality:<0.5 has:session',
    ),
  filter: filterInput.optional().describe('Conditions on columns of traces in the form of the filter grammar; beside query.'),
  fromTimestamp: time.optional().describe('Began at this time or later. Give it where you can: it makes the search fast.'),
  toTimestamp: time.optional().describe('Began before this time.'),
  orderBy: z
    .object({
      column: z.string().describe('timestamp, latency, totalCost, totalTokens, observationCount, errorCount, …'),
      order: z.enum(['asc', 'desc']),
    })
    .optional()
    .describe('Newest first unless told.'),
  limit: z.number().int().min(1).max(100).default(20).describe('Rows of a page.'),
  cursor: z.string().optional().describe('meta.cursor of the page before.'),
});
type SearchInput = z.output<typeof searchInput>;

const getInput = z.object({
  traceId: id('trace'),
  maxTokens: z
    .number()
    .int()
    .min(750)
    .max(100_000)
    .optional()
    .describe('Size of the answer in tokens, roughly. 6000 unless told.'),
  maxChars: z
    .number()
    .int()
    .min(3000)
    .max(400_000)
    .optional()
    .describe('Size of the answer in characters, instead of maxTokens.'),
});

/** Our own reads of traces, in sizes that fit a model's context. */
export function traceTools({ store }: Pick<ReadDeps, 'store'>): Tool[] {
  return [
    tool({
      name: 'searchTraces',
      description:
        'Find traces (runs of an application) by words and conditions. Rows are short: latency in seconds, cost in US dollars, counts of steps and errors, the beginning of input and output. Go on with getTrace.',
      effect: 'reads',
      expensive: true,
      input: searchInput,
      async run(asked, caller) {
        const { conditions, search } = readQuery(asked);
        const { data, nextCursor } = await listTraces(
          store,
          caller.projectId,
          { filter: conditions, search },
          { orderBy: orderOf(asked.orderBy), cursor: asked.cursor, limit: asked.limit },
        );
        return { data: data.map((trace) => rowOf(trace, caller)), meta: nextCursor === null ? {} : { cursor: nextCursor } };
      },
    }),
    tool({
      name: 'getTrace',
      description:
        'Get one trace in a size that you choose: facts, scores, errors first, where time and money went, an outline of its steps, and inputs and outputs as far as there is room. What was cut is marked, with the call that gets it. Works for traces of any size.',
      effect: 'reads',
      expensive: true,
      input: getInput,
      async run({ traceId, maxTokens, maxChars }, caller) {
        const trace = await getTrace(store, caller.projectId, traceId);
        if (!trace) throw notFound(`Trace ${traceId} not found within authorized project`);
        const chars = Math.min(
          maxChars ?? Number.POSITIVE_INFINITY,
          maxTokens === undefined ? Number.POSITIVE_INFINITY : maxTokens * CHARS_PER_TOKEN,
        );
        return summariseTrace(trace, traceUrl(caller, traceId), Number.isFinite(chars) ? chars : DEFAULT_CHARS, (ids, most) =>
          readStepTexts(store, caller.projectId, traceId, ids, most),
        );
      },
    }),
  ];
}

function readQuery(asked: SearchInput) {
  const parsed = parseFilter('traces', asked.query ?? '');
  if (parsed.errors.length > 0) throw invalidRequest(`query: ${parsed.errors.map(({ message }) => message).join(' ')}`);
  const given = [...parsed.conditions, ...readFilter('traces', asked.filter)];
  const range = [since('timestamp', asked.fromTimestamp), before('timestamp', asked.toTimestamp)];
  return {
    conditions: [...conditionsOf('traces', given, []), ...range.filter((condition) => condition !== undefined)],
    search: parsed.search,
  };
}

function orderOf(orderBy: SearchInput['orderBy']) {
  if (!orderBy) return undefined;
  const column = findColumn('traces', orderBy.column);
  if (!column?.sortable) throw invalidRequest(`orderBy.column: Traces cannot be ordered by "${orderBy.column}".`);
  return { column: column.id, direction: orderBy.order };
}

/** What says nothing is left out: rows are read by models. */
const rowOf = (trace: TraceSummary, caller: ToolCaller) => {
  const { bookmarked, public: isPublic, warningCount, errorCount, level, scores, ...rest } = trace;
  return {
    ...withoutNothing(rest),
    ...(level !== 'DEFAULT' && { level }),
    ...(errorCount > 0 && { errorCount }),
    ...(warningCount > 0 && { warningCount }),
    ...(bookmarked && { bookmarked }),
    ...(isPublic && { public: isPublic }),
    ...(scores.length > 0 && {
      scores: Object.fromEntries(scores.map(({ name, mean, values }) => [name, mean ?? values.join(', ')])),
    }),
    url: traceUrl(caller, trace.id),
  };
};
