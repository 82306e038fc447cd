import { z } from 'zod';
import { actionInput, automation, automationName, execution, executionDetail, executionStatus, trigger } from '../automation.ts';
import { operation } from '../operation.ts';

const project = { projectId: z.string() };
const one = { ...project, automationId: z.string() };
const page = z.number().int().min(1).max(1_000_000).default(1);
const limit = z.number().int().min(1).max(100).default(50);

/** Addresses of receivers often hold secrets of theirs, so viewers do not read them. */
const role = 'MEMBER';
const path = '/projects/{projectId}/automations';

/** Signs webhooks; null for actions that are not signed. It is in this answer and in no other. */
const signingSecret = z.string().nullable();

export const listAutomations = operation({
  id: 'listAutomations',
  method: 'GET',
  path,
  access: 'any',
  role,
  summary: 'List automations, newest first',
  input: z.object({ ...project, page, limit }),
  output: z.object({ data: z.array(automation), totalCount: z.number().int() }),
});

export const getAutomation = operation({
  id: 'getAutomation',
  method: 'GET',
  path: `${path}/{automationId}`,
  access: 'any',
  role,
  summary: 'Get an automation',
  input: z.object(one),
  output: automation,
});

export const createAutomation = operation({
  id: 'createAutomation',
  method: 'POST',
  path,
  access: 'any',
  role,
  summary: 'Create an automation: a webhook, a Slack message or a GitHub dispatch on events',
  input: z.object({ ...project, name: automationName, trigger, action: actionInput }),
  output: z.object({ automation, signingSecret }),
});

export const updateAutomation = operation({
  id: 'updateAutomation',
  method: 'PATCH',
  path: `${path}/{automationId}`,
  access: 'any',
  role,
  summary: 'Change, pause or enable an automation',
  input: z.object({
    ...one,
    name: automationName.optional(),
    status: z.enum(['ACTIVE', 'PAUSED']).optional(),
    trigger: trigger.optional(),
    action: actionInput.optional(),
  }),
  output: automation,
});

export const deleteAutomation = operation({
  id: 'deleteAutomation',
  method: 'DELETE',
  path: `${path}/{automationId}`,
  access: 'any',
  role,
  summary: 'Delete an automation with its delivery log',
  input: z.object(one),
  output: z.object({ ok: z.literal(true) }),
});

export const regenerateSigningSecret = operation({
  id: 'regenerateSigningSecret',
  method: 'POST',
  path: `${path}/{automationId}/signing-secret`,
  access: 'any',
  role,
  summary: 'Give a webhook a new signing secret; the old one is no longer used',
  input: z.object(one),
  output: z.object({ signingSecret: z.string() }),
});

export const testAutomation = operation({
  id: 'testAutomation',
  method: 'POST',
  path: `${path}/{automationId}/test`,
  access: 'any',
  role,
  summary: 'Send an example event now, once, and tell how it went',
  input: z.object(one),
  output: execution,
});

export const listExecutions = operation({
  id: 'listExecutions',
  method: 'GET',
  path: `${path}/{automationId}/executions`,
  access: 'any',
  role,
  summary: 'The delivery log of an automation, newest first',
  input: z.object({ ...one, status: executionStatus.optional(), page, limit }),
  output: z.object({ data: z.array(execution), totalCount: z.number().int() }),
});

export const getExecution = operation({
  id: 'getExecution',
  method: 'GET',
  path: `${path}/{automationId}/executions/{executionId}`,
  access: 'any',
  role,
  summary: 'Get an execution with the payload that is delivered',
  input: z.object({ ...one, executionId: z.string() }),
  output: executionDetail,
});
