import { bigint, boolean, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { AUTOMATION_STATUSES, EVENT_ACTIONS, EXECUTION_STATUSES, TRIGGER_SOURCES } from '../../../../contract/automation.ts';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** What happens on events of a project. */
export const automations = namespace.table('automations', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  status: text('status', { enum: AUTOMATION_STATUSES }).notNull(),
  disabledReason: text('disabled_reason'),
  disabledAt: time('disabled_at'),
  consecutiveFailures: integer('consecutive_failures').notNull().default(0),
  source: text('source', { enum: TRIGGER_SOURCES }).notNull(),
  eventActions: text('event_actions', { enum: EVENT_ACTIONS }).array().notNull(),
  filter: jsonText('filter').notNull(),
  /** As it is shown: without secrets. */
  action: jsonText('action').notNull(),
  /** Encrypted. */
  secrets: text('secrets').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Events on their way to a receiver, and the log of them. */
export const automationExecutions = namespace.table('automation_executions', {
  /** The order in which they are delivered. */
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  automationId: text('automation_id')
    .notNull()
    .references(() => automations.id, { onDelete: 'cascade' }),
  status: text('status', { enum: EXECUTION_STATUSES }).notNull(),
  test: boolean('test').notNull(),
  type: text('type').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  /** JSON text as it is sent. */
  payload: text('payload').notNull(),
  attemptCount: integer('attempt_count').notNull().default(0),
  /** While an attempt runs: when it counts as lost. Null when finished. */
  nextAttemptAt: time('next_attempt_at'),
  error: text('error'),
  createdAt: createdAt(),
  finishedAt: time('finished_at'),
});

export const automationAttempts = namespace.table(
  'automation_attempts',
  {
    executionId: text('execution_id')
      .notNull()
      .references(() => automationExecutions.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    startedAt: time('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    responseStatus: integer('response_status'),
    responseBody: text('response_body'),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.executionId, table.attempt] })],
);
