import { jsonb, text } from 'drizzle-orm/pg-core';
import { namespace, updatedAt } from './namespace.ts';

/** Small facts about the installation, one value a key. */
export const settings = namespace.table('settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
  updatedAt: updatedAt(),
});
