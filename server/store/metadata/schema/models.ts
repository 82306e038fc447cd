import { primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, time } from './namespace.ts';
import { projects } from './projects.ts';

/** Models with prices that a project set itself. */
export const models = namespace.table(
  'models',
  {
    /** Given here, or chosen by a caller: then another project may have the same. */
    id: text('id').notNull(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    matchPattern: text('match_pattern').notNull(),
    startDate: time('start_date'),
    unit: text('unit').notNull(),
    tokenizerId: text('tokenizer_id', { enum: ['openai', 'claude'] }),
    tokenizerConfig: jsonText('tokenizer_config'),
    /** List of price tiers by priority. */
    tiers: jsonText('tiers').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] }), unique().on(table.projectId, table.name)],
);
