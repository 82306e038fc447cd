import { bigint, date, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import type { SamplingSettings } from '../../../../contract/sampling.ts';
import { jsonText } from './json-text.ts';
import { namespace, time } from './namespace.ts';
import { projects } from './projects.ts';

const projectId = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** Every change of a project's rules of sampling; the highest version holds. */
export const samplingVersions = namespace.table(
  'sampling_versions',
  {
    projectId: projectId(),
    version: integer('version').notNull(),
    settings: jsonText('settings').$type<SamplingSettings>().notNull(),
    changedBy: text('changed_by').notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.version] })],
);

/** Up to which writing (µs) a project's traces were decided on. */
export const samplingProgress = namespace.table('sampling_progress', {
  projectId: projectId().primaryKey(),
  decidedUntil: bigint('decided_until', { mode: 'number' }).notNull(),
});

/** What the rules did, by UTC day, rule and public key. */
export const samplingCounts = namespace.table(
  'sampling_counts',
  {
    projectId: projectId(),
    day: date('day', { mode: 'string' }).notNull(),
    rule: text('rule').notNull(),
    publicKey: text('public_key').notNull(),
    kept: bigint('kept', { mode: 'number' }).notNull(),
    dropped: bigint('dropped', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.day, table.rule, table.publicKey] })],
);
