import { z } from 'zod';
import { filter } from '../filter/condition.ts';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';
import { score, scoreDataType } from '../score.ts';

const projectId = z.string();
const id = z.string().min(1).max(800);

/** Newest first; `from` inclusive, `to` exclusive; `nextCursor` is null on the last page. */
export const listScores = operation({
  id: 'listScores',
  method: 'GET',
  path: '/projects/{projectId}/scores',
  access: 'any',
  role: 'VIEWER',
  summary: 'List scores, newest first',
  input: z.object({
    projectId,
    from: timestamp.optional(),
    to: timestamp.optional(),
    filter: filter.default([]),
    datasetRunId: z.string().optional(),
    configId: z.string().optional(),
    queueId: z.string().optional(),
    cursor: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  output: z.object({ data: z.array(score), nextCursor: z.string().nullable() }),
});

export const getScore = operation({
  id: 'getScore',
  method: 'GET',
  path: '/projects/{projectId}/scores/{scoreId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a score',
  input: z.object({ projectId, scoreId: z.string() }),
  output: score,
});

/**
 * Writes a score; one of the same `id` is changed. Exactly one of `traceId`, `sessionId` and `datasetRunId`; `observationId` only with
 * `traceId`. A signed-in person becomes its author. Without `dataType` it is that of the config, else a number makes it NUMERIC and a
 * text CATEGORICAL. The answer is sent when the score can be read.
 */
export const createScore = operation({
  id: 'createScore',
  method: 'POST',
  path: '/projects/{projectId}/scores',
  access: 'any',
  role: 'MEMBER',
  summary: 'Write a score',
  input: z.object({
    projectId,
    id: id.optional(),
    traceId: id.optional(),
    sessionId: id.optional(),
    datasetRunId: id.optional(),
    observationId: id.optional(),
    name: z.string().optional(),
    value: z.union([z.number(), z.string()]),
    dataType: scoreDataType.optional(),
    comment: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    environment: z.string().optional(),
    configId: z.string().optional(),
    queueId: z.string().optional(),
  }),
  output: score,
});

export const deleteScore = operation({
  id: 'deleteScore',
  method: 'DELETE',
  path: '/projects/{projectId}/scores/{scoreId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a score',
  input: z.object({ projectId, scoreId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});
