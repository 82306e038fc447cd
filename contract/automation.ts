import { z } from 'zod';
import { filterCondition } from './filter/condition.ts';
import { timestamp } from './observation.ts';
import { prompt } from './prompt.ts';
import { storable } from './storable.ts';

/** What an automation can listen to. Monitors and notifications of a project join it with their own payloads (contract §7). */
export const TRIGGER_SOURCES = ['prompt'] as const;
export const EVENT_ACTIONS = ['created', 'updated', 'deleted'] as const;
export const eventAction = z.enum(EVENT_ACTIONS);
export type EventAction = z.infer<typeof eventAction>;

export const ACTION_TYPES = ['WEBHOOK', 'SLACK', 'GITHUB_DISPATCH'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** `PAUSED` by a person, `DISABLED` by the server after failures; `ACTIVE` puts either back to work. */
export const AUTOMATION_STATUSES = ['ACTIVE', 'PAUSED', 'DISABLED'] as const;
/** `PENDING` until it was delivered or given up; `CANCELLED` when its automation was disabled before its turn. */
export const EXECUTION_STATUSES = ['PENDING', 'COMPLETED', 'ERROR', 'CANCELLED'] as const;
export const executionStatus = z.enum(EXECUTION_STATUSES);
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Deliveries are tried this often, and this many failed executions in a row disable an automation (contract §7.1). */
export const MAX_ATTEMPTS = 4;
export const MAX_CONSECUTIVE_FAILURES = 5;

/** Columns that a trigger can be narrowed by, with the conditions that each takes, by source. */
export const TRIGGER_COLUMNS: Record<(typeof TRIGGER_SOURCES)[number], Record<string, readonly string[]>> = {
  prompt: {
    name: ['string', 'stringOptions'],
    type: ['stringOptions'],
    version: ['number'],
    labels: ['arrayOptions'],
    tags: ['arrayOptions'],
  },
};
const PROMPT_COLUMNS = TRIGGER_COLUMNS.prompt;

/** Conditions on the prompt version, AND-ed, in the filter language of everything else (contract §5.6). None: all prompts. */
export const promptFilter = z
  .array(filterCondition)
  .max(20)
  .superRefine((conditions, context) => {
    conditions.forEach((condition, index) => {
      const fitting = PROMPT_COLUMNS[condition.column];
      const problem = !fitting
        ? `unknown column; prompts have ${Object.keys(PROMPT_COLUMNS).join(', ')}`
        : !fitting.includes(condition.type)
          ? `this column takes a condition of type ${fitting.join(', ')}, not ${condition.type}`
          : condition.operator === 'matches'
            ? 'cannot be used here'
            : null;
      if (problem === null) return;
      const field = !fitting ? 'column' : !fitting.includes(condition.type) ? 'type' : 'operator';
      context.addIssue({ code: 'custom', path: [index, field], message: problem });
    });
  });

export const trigger = z.object({
  source: z.enum(TRIGGER_SOURCES),
  eventActions: z
    .array(eventAction)
    .min(1, 'at least one event')
    .transform((actions) => EVENT_ACTIONS.filter((action) => actions.includes(action))),
  filter: promptFilter.default([]),
});
export type Trigger = z.output<typeof trigger>;

/** An address that requests are sent to. What stands before an @ in it would be sent as a password and shown in lists: refused. */
const address = storable
  .trim()
  .max(2000)
  .superRefine((text, context) => {
    const parsed = URL.canParse(text) ? new URL(text) : null;
    const problem =
      !parsed || !/^https?:$/.test(parsed.protocol)
        ? 'must be an address that starts with https:// or http://'
        : parsed.username !== '' || parsed.password !== ''
          ? 'must not hold a user name or password; send them as a secret header'
          : null;
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

/** Headers that we set ourselves (contract §7.1) or that belong to the connection. */
const OWN_HEADERS = new Set([
  'content-type',
  'user-agent',
  'x-langfuse-signature',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-connection',
]);

const headerName = z
  .string()
  .trim()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'may hold letters, digits and - _ . only')
  .refine((name) => !OWN_HEADERS.has(name.toLowerCase()), 'is set by the server and cannot be overridden');
const headerValue = z
  .string()
  .max(4000)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of Latin characters');

const headersInput = z
  .array(
    z.object({
      name: headerName,
      /** May be left out for a secret one that is stored already. */
      value: headerValue.optional(),
      /** Stored encrypted and never shown again. */
      secret: z.boolean().default(false),
    }),
  )
  .max(20)
  .superRefine((headers, context) => {
    const seen = new Set<string>();
    headers.forEach(({ name, value, secret }, index) => {
      if (seen.has(name.toLowerCase())) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there twice' });
      seen.add(name.toLowerCase());
      if (value === undefined && !secret) context.addIssue({ code: 'custom', path: [index, 'value'], message: 'is missing' });
    });
  });

/** What an automation does. A secret that is left out of a change stays as it is, unless the address changes. */
export const actionInput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('WEBHOOK'), url: address, headers: headersInput.default([]) }),
  z
    .object({
      type: z.literal('SLACK'),
      /** Of an incoming webhook of Slack. Whoever knows it can post: stored encrypted. */
      url: address.optional(),
      /** Id or name of a channel of the workspace that the project is connected to; instead of `url`. */
      channel: storable.trim().min(1).max(200).optional(),
    })
    .refine(({ url, channel }) => url === undefined || channel === undefined, {
      path: ['channel'],
      message: 'either an address or a channel, not both',
    }),
  z.object({
    type: z.literal('GITHUB_DISPATCH'),
    /** `https://api.github.com/repos/<owner>/<repository>/dispatches`. */
    url: address,
    /** What the workflow listens to: `on: repository_dispatch: types: [<event type>]`. */
    eventType: storable.trim().min(1).max(100),
    /** A token that may write the repository's contents. Stored encrypted and never shown again. */
    token: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .regex(/^[\x21-\x7e]+$/, 'must be one word')
      .optional(),
  }),
]);
export type ActionInput = z.output<typeof actionInput>;

/** An action as it is shown: secrets by their last characters only. */
export const action = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('WEBHOOK'),
    url: z.string(),
    /** `value` is null for secret ones. */
    headers: z.array(z.object({ name: z.string(), value: z.string().nullable(), secret: z.boolean() })),
    displaySigningSecret: z.string(),
  }),
  z.object({ type: z.literal('SLACK'), displayUrl: z.string().nullable(), channel: z.string().nullable() }),
  z.object({ type: z.literal('GITHUB_DISPATCH'), url: z.string(), eventType: z.string(), displayToken: z.string() }),
]);
export type Action = z.infer<typeof action>;

export const automationName = storable.trim().min(1).max(100);

export const automation = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  status: z.enum(AUTOMATION_STATUSES),
  /** Why the server disabled it; null otherwise. */
  disabledReason: z.string().nullable(),
  disabledAt: timestamp.nullable(),
  /** Executions that failed since the last success. */
  consecutiveFailures: z.number().int(),
  trigger: z.object({
    source: z.enum(TRIGGER_SOURCES),
    eventActions: z.array(eventAction),
    filter: z.array(filterCondition),
  }),
  action,
  lastExecution: z.object({ status: executionStatus, createdAt: timestamp }).nullable(),
  /** Id of a person, or `API`. */
  createdBy: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Automation = z.infer<typeof automation>;

/** One request that was made for an execution. */
export const attempt = z.object({
  /** From 1. */
  attempt: z.number().int(),
  startedAt: timestamp,
  durationMs: z.number().int(),
  /** HTTP status; null when there was no answer. */
  responseStatus: z.number().int().nullable(),
  /** The beginning of the answer, at most 1000 characters. */
  responseBody: z.string().nullable(),
  /** Why it counts as failed; null for a success. */
  error: z.string().nullable(),
});
export type Attempt = z.infer<typeof attempt>;

/** One event on its way to one receiver. Its id is the `id` of the payload. */
export const execution = z.object({
  id: z.string(),
  automationId: z.string(),
  status: executionStatus,
  /** Sent by hand; such ones are tried once and change nothing about their automation. */
  test: z.boolean(),
  event: z.object({
    type: z.string(),
    action: z.string(),
    /** What it is about, in words: `support/answer, version 3`. */
    subject: z.string(),
  }),
  error: z.string().nullable(),
  attempts: z.array(attempt),
  /** When it is tried next; null when it is finished. */
  nextAttemptAt: timestamp.nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type Execution = z.infer<typeof execution>;

/** An execution with the payload that is delivered. */
export const executionDetail = execution.extend({ payload: z.unknown() });

/** A prompt version was made, changed its labels or tags, or went (contract §7.2). */
export const promptVersionPayload = z.object({
  /** Of the execution: the same on every attempt. */
  id: z.string(),
  timestamp,
  type: z.literal('prompt-version'),
  apiVersion: z.literal('v1'),
  action: eventAction,
  /** Who did it; absent when it was done with an API key. */
  user: z.object({ name: z.string(), email: z.string() }).optional(),
  prompt: prompt.omit({ resolutionGraph: true }),
});
export type PromptVersionPayload = z.infer<typeof promptVersionPayload>;

/**
 * What is delivered. `monitor-alert` and `project-notification` (contract §7.2) join here with what emits them; each channel has one
 * renderer for each `type`, which the compiler then asks for.
 */
export const payload = z.discriminatedUnion('type', [promptVersionPayload]);
export type Payload = z.infer<typeof payload>;
