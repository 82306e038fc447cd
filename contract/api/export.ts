import { z } from 'zod';
import { filter } from '../filter/condition.ts';
import { operation } from '../operation.ts';

export const EXPORT_TABLES = ['traces', 'observations', 'scores'] as const;
export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;

const time = z.iso.datetime({ offset: true });

/** Answers with the file itself, not with JSON; columns are those of the exports to object stores. */
export const exportFacts = operation({
  id: 'exportFacts',
  method: 'GET',
  path: '/projects/{projectId}/export',
  access: 'any',
  role: 'VIEWER',
  summary: 'Download traces, observations or scores of a time range as JSON Lines or CSV, newest first',
  input: z.object({
    projectId: z.string(),
    table: z.enum(EXPORT_TABLES),
    format: z.enum(EXPORT_FORMATS).default('jsonl'),
    /** Inclusive. */
    from: time.optional(),
    /** Exclusive. */
    to: time.optional(),
    filter: filter.default([]),
  }),
  output: z.unknown(),
});
