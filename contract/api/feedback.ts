import { z } from 'zod';
import { feedback, submitFeedbackInput } from '../feedback.ts';
import { operation } from '../operation.ts';

const projectId = z.string();

export const submitFeedback = operation({
  id: 'submitFeedback',
  method: 'POST',
  path: '/projects/{projectId}/feedback',
  access: 'any',
  role: 'VIEWER',
  summary: 'Say what is good or bad about a part of this server',
  input: submitFeedbackInput.extend({ projectId }),
  output: z.object({ id: z.string() }),
});

export const listFeedback = operation({
  id: 'listFeedback',
  method: 'GET',
  path: '/projects/{projectId}/feedback',
  access: 'any',
  role: 'VIEWER',
  summary: 'List feedback that was given with the keys of a project, newest first',
  input: z.object({
    projectId,
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(feedback), totalCount: z.number().int() }),
});
