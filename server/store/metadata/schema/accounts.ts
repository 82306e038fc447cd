import { boolean, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { users } from './users.ts';

/** One way in which a person signs in. `providerId` `credential`: by `password` (a salted scrypt hash), `accountId` = the user's id. */
export const accounts = namespace.table(
  'accounts',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    /** The password was handed over by somebody else; only good for choosing another. */
    oneTime: boolean('one_time').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.providerId, table.accountId)],
);
