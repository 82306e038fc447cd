import { bigint, boolean, doublePrecision, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { RULE_TARGETS } from '../../../../contract/evaluation-rule.ts';
import { EVALUATOR_TYPES } from '../../../../contract/evaluator.ts';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** How something is judged. */
export const evaluators = namespace.table(
  'evaluators',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Several may have it. */
    name: text('name').notNull(),
    type: text('type', { enum: EVALUATOR_TYPES }).notNull(),
    description: text('description'),
    /** The newest. */
    version: integer('version').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index().on(table.projectId, table.name)],
);

export const evaluatorVersions = namespace.table(
  'evaluator_versions',
  {
    evaluatorId: text('evaluator_id')
      .notNull()
      .references(() => evaluators.id, { onDelete: 'cascade' }),
    version: integer('version').notNull(),
    /** Prompt and output definition with model and mapping, or source code. */
    definition: jsonText('definition').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.evaluatorId, table.version] })],
);

/** What is judged, and by which evaluators. */
export const evaluationRules = namespace.table(
  'evaluation_rules',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Several may have it. */
    name: text('name').notNull(),
    target: text('target', { enum: RULE_TARGETS }).notNull(),
    enabled: boolean('enabled').notNull(),
    sampling: doublePrecision('sampling').notNull(),
    filter: jsonText('filter').notNull(),
    /** Why running it was given up; a change of the rule tries again. */
    pausedReason: text('paused_reason'),
    pausedMessage: text('paused_message'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index().on(table.projectId, table.name)],
);

export const evaluationRuleEvaluators = namespace.table(
  'evaluation_rule_evaluators',
  {
    ruleId: text('rule_id')
      .notNull()
      .references(() => evaluationRules.id, { onDelete: 'cascade' }),
    evaluatorId: text('evaluator_id')
      .notNull()
      .references(() => evaluators.id),
    position: integer('position').notNull(),
    /** Null: the evaluator's own. */
    mapping: jsonText('mapping'),
  },
  (table) => [primaryKey({ columns: [table.ruleId, table.evaluatorId] })],
);
