import { pgSchema, timestamp } from 'drizzle-orm/pg-core';

/**
 * All our tables live in a schema of their own, so that a database which already serves something else (an existing compose file's
 * PostgreSQL, say) can be used as it is.
 */
export const namespace = pgSchema('telltale');

/** A point in time, ms precision, read and written as `Date`. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
export const createdAt = () => time('created_at').notNull().defaultNow();
export const updatedAt = () => time('updated_at').notNull().defaultNow();
