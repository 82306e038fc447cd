import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';

const project = { projectId: z.string() };
const path = '/projects/{projectId}/slack';

export const getSlackConnection = operation({
  id: 'getSlackConnection',
  method: 'GET',
  path,
  access: 'any',
  role: 'MEMBER',
  summary: 'Get the Slack workspace that a project is connected to',
  input: z.object(project),
  output: z.object({
    /** Whether whoever runs the server has set up a Slack app. */
    configured: z.boolean(),
    workspace: z.object({ teamId: z.string(), teamName: z.string(), connectedAt: timestamp }).nullable(),
  }),
});

export const deleteSlackConnection = operation({
  id: 'deleteSlackConnection',
  method: 'DELETE',
  path,
  access: 'any',
  role: 'MEMBER',
  summary: 'Disconnect a project from its Slack workspace',
  input: z.object(project),
  output: z.object({ ok: z.literal(true) }),
});
