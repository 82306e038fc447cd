import { bigint, boolean, text, unique } from 'drizzle-orm/pg-core';
import { LLM_ADAPTERS } from '../../../../contract/llm-connection.ts';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** Ways to models of providers. */
export const llmConnections = namespace.table(
  'llm_connections',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull(),
    adapter: text('adapter', { enum: LLM_ADAPTERS }).notNull(),
    /** Encrypted. */
    secretKey: text('secret_key').notNull(),
    displaySecretKey: text('display_secret_key').notNull(),
    baseUrl: text('base_url'),
    customModels: text('custom_models').array().notNull(),
    withDefaultModels: boolean('with_default_models').notNull(),
    /** Encrypted JSON text of names and values. */
    extraHeaders: text('extra_headers').notNull(),
    extraHeaderKeys: text('extra_header_keys').array().notNull(),
    config: jsonText('config'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.projectId, table.provider)],
);
