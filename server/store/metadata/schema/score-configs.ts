import { boolean, doublePrecision, jsonb, text } from 'drizzle-orm/pg-core';
import { SCORE_CONFIG_DATA_TYPES, type ScoreCategory } from '../../../../contract/score-config.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** What scores must look like. */
export const scoreConfigs = namespace.table('score_configs', {
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  dataType: text('data_type', { enum: SCORE_CONFIG_DATA_TYPES }).notNull(),
  isArchived: boolean('is_archived').notNull().default(false),
  minValue: doublePrecision('min_value'),
  maxValue: doublePrecision('max_value'),
  categories: jsonb('categories').$type<ScoreCategory[]>(),
  description: text('description'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
