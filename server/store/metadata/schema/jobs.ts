import { bigint, integer, text } from 'drizzle-orm/pg-core';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, time } from './namespace.ts';

/** Work that outlives a request; see `job-rows.ts`. */
export const jobs = namespace.table('jobs', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  queue: text('queue').notNull(),
  key: text('key').notNull(),
  data: jsonText('data').notNull(),
  /** When it may be taken; while it is claimed, the end of the lease. */
  dueAt: time('due_at').notNull(),
  /** Of the claim, another for each. */
  owner: text('owner'),
  claims: integer('claims').notNull().default(0),
  failures: integer('failures').notNull().default(0),
  progress: jsonText('progress'),
  error: text('error'),
  diedAt: time('died_at'),
  createdAt: createdAt(),
});
