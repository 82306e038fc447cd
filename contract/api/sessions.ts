import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';

const projectId = z.string();

/** A session begins with the first trace or step that carries its id. */
const session = z.object({ id: z.string(), createdAt: timestamp, environment: z.string() });

/** `from` inclusive, `to` exclusive, of when it began. */
export const listSessions = operation({
  id: 'listSessions',
  method: 'GET',
  path: '/projects/{projectId}/sessions',
  access: 'any',
  role: 'VIEWER',
  summary: 'List sessions, newest first',
  input: z.object({
    projectId,
    from: timestamp.optional(),
    to: timestamp.optional(),
    environment: z.array(z.string()).min(1).optional(),
    page: z.coerce.number().int().min(1).default(1),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(session), totalCount: z.number().int() }),
});

/** Ids of its traces are oldest first; `listTraces` with a condition on `sessionId` gives them. */
export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: '/projects/{projectId}/sessions/{sessionId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a session with the ids of its traces',
  input: z.object({ projectId, sessionId: z.string() }),
  output: session.extend({ traceIds: z.array(z.string()) }),
});
