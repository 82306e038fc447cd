import { bigint, boolean, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

export const datasets = namespace.table(
  'datasets',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description'),
    metadata: jsonText('metadata'),
    /** JSON Schemas (draft 2020-12) that the items keep to. */
    inputSchema: jsonText('input_schema'),
    expectedOutputSchema: jsonText('expected_output_schema'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.projectId, table.name)],
);

/** What an item said from `validFrom` until `validTo` (null: still). */
export const datasetItemVersions = namespace.table('dataset_item_versions', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  projectId: text('project_id').notNull(),
  id: text('id').notNull(),
  datasetId: text('dataset_id')
    .notNull()
    .references(() => datasets.id, { onDelete: 'cascade' }),
  validFrom: time('valid_from').notNull(),
  validTo: time('valid_to'),
  isDeleted: boolean('is_deleted').notNull().default(false),
  status: text('status', { enum: ['ACTIVE', 'ARCHIVED'] }).notNull(),
  input: jsonText('input').notNull(),
  expectedOutput: jsonText('expected_output'),
  metadata: jsonText('metadata'),
  sourceTraceId: text('source_trace_id'),
  sourceObservationId: text('source_observation_id'),
  /** When the item was first written. */
  createdAt: time('created_at').notNull(),
});

export const datasetRuns = namespace.table(
  'dataset_runs',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    datasetId: text('dataset_id')
      .notNull()
      .references(() => datasets.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description'),
    metadata: jsonText('metadata'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.datasetId, table.name)],
);

export const datasetRunItems = namespace.table(
  'dataset_run_items',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    runId: text('run_id')
      .notNull()
      .references(() => datasetRuns.id, { onDelete: 'cascade' }),
    datasetItemId: text('dataset_item_id').notNull(),
    traceId: text('trace_id').notNull(),
    /** Empty for a link to a whole trace. */
    observationId: text('observation_id').notNull().default(''),
    /** When what is linked began; the time of the link while nothing of it had come. */
    startedAt: time('started_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.runId, table.datasetItemId, table.traceId, table.observationId)],
);

/** Runs that were deleted: steps still name them, no list shows them. */
export const deletedDatasetRuns = namespace.table(
  'deleted_dataset_runs',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    runId: text('run_id').notNull(),
    deletedAt: time('deleted_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.runId] })],
);
