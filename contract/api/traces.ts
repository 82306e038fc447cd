import { z } from 'zod';
import { filter } from '../filter/condition.ts';
import { observationDetail, observationSummary, timestamp } from '../observation.ts';
import { operation } from '../operation.ts';
import { traceDetail, traceSummary } from '../trace.ts';

const project = { projectId: z.string() };

/** What a list is narrowed to: time range (from inclusive, to exclusive), conditions, words looked for in inputs and outputs. */
export const listScope = z.object({
  ...project,
  from: timestamp.optional(),
  to: timestamp.optional(),
  filter: filter.default([]),
  /** Full-text search: all words must occur in the input or the output of one step (or in id or name). */
  search: z.string().max(1000).optional(),
});

const sort = z.object({ column: z.string(), direction: z.enum(['asc', 'desc']) });
const page = {
  orderBy: sort.optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
};

/** Newest first unless `orderBy` says otherwise; `nextCursor` is null on the last page. */
export const listTraces = operation({
  id: 'listTraces',
  method: 'GET',
  path: '/projects/{projectId}/traces',
  access: 'any',
  role: 'VIEWER',
  summary: 'List traces',
  input: listScope.extend(page),
  output: z.object({ data: z.array(traceSummary), nextCursor: z.string().nullable() }),
});

export const listObservations = operation({
  id: 'listObservations',
  method: 'GET',
  path: '/projects/{projectId}/observations',
  access: 'any',
  role: 'VIEWER',
  summary: 'List observations',
  input: listScope.extend(page),
  output: z.object({ data: z.array(observationSummary), nextCursor: z.string().nullable() }),
});

/** Which of the two lists a facet or histogram is about. */
export const listKind = z.enum(['traces', 'observations']);

/**
 * Values of the given columns with the number of traces (or observations) that have them, under the same scope. A column's own
 * conditions do not narrow its own values, so that a second value can be ticked. At most 100 values a column, most frequent first.
 */
export const listFacets = operation({
  id: 'listFacets',
  method: 'GET',
  path: '/projects/{projectId}/facets',
  access: 'any',
  role: 'VIEWER',
  summary: 'Count the values of columns',
  input: listScope.extend({ list: listKind, columns: z.array(z.string()).min(1).max(20) }),
  output: z.object({
    facets: z.array(z.object({ column: z.string(), values: z.array(z.object({ value: z.string(), count: z.number() })) })),
    total: z.number(),
  }),
});

/** Counts over time, gaps filled with zeros; the bucket width is chosen so that there are at most `buckets`. */
export const getHistogram = operation({
  id: 'getHistogram',
  method: 'GET',
  path: '/projects/{projectId}/histogram',
  access: 'any',
  role: 'VIEWER',
  summary: 'Count over time',
  input: listScope.extend({ list: listKind, buckets: z.coerce.number().int().min(5).max(500).default(60) }),
  output: z.object({
    /** Width of a bucket in seconds. */
    step: z.number(),
    buckets: z.array(z.object({ time: timestamp, count: z.number(), errors: z.number() })),
  }),
});

export const getTrace = operation({
  id: 'getTrace',
  method: 'GET',
  path: '/projects/{projectId}/traces/{traceId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a trace with the skeleton of its steps',
  input: z.object({ ...project, traceId: z.string() }),
  output: traceDetail,
});

export const getObservation = operation({
  id: 'getObservation',
  method: 'GET',
  path: '/projects/{projectId}/traces/{traceId}/observations/{observationId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get one step whole',
  input: z.object({ ...project, traceId: z.string(), observationId: z.string() }),
  output: observationDetail,
});

/** Steps whole, in start order, for the log view; `cursor` continues. */
export const listTraceObservations = operation({
  id: 'listTraceObservations',
  method: 'GET',
  path: '/projects/{projectId}/traces/{traceId}/observations',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get the steps of a trace whole, a page at a time',
  input: z.object({
    ...project,
    traceId: z.string(),
    cursor: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  output: z.object({ data: z.array(observationDetail), nextCursor: z.string().nullable() }),
});

export const updateTrace = operation({
  id: 'updateTrace',
  method: 'PATCH',
  path: '/projects/{projectId}/traces/{traceId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Bookmark a trace, make it public, change its tags',
  input: z.object({
    ...project,
    traceId: z.string(),
    bookmarked: z.boolean().optional(),
    public: z.boolean().optional(),
    tags: z.array(z.string().min(1).max(200)).max(100).optional(),
  }),
  output: z.object({ ok: z.literal(true) }),
});

/** Hidden as soon as the call returns, with their observations and scores. */
export const deleteTraces = operation({
  id: 'deleteTraces',
  method: 'POST',
  path: '/projects/{projectId}/traces/delete',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete traces',
  input: z.object({ ...project, traceIds: z.array(z.string()).min(1).max(1000) }),
  output: z.object({ deleted: z.number() }),
});

/**
 * Server-sent events at `GET /api/v1/projects/{projectId}/traces/tail`: one `trace` event (data: JSON `{traceIds: string[]}`) whenever
 * rows of these traces became queryable, and a comment line every 15 s. Not an operation because it is a stream.
 */
export const TAIL_PATH = '/projects/{projectId}/traces/tail';
