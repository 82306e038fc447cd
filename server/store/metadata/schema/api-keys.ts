import { text } from 'drizzle-orm/pg-core';
import { ORGANISATION_KEY_ROLES } from '../../../../contract/operation.ts';
import { createdAt, namespace, time } from './namespace.ts';
import { organisations } from './organisations.ts';
import { projects } from './projects.ts';

export const apiKeys = namespace.table('api_keys', {
  id: text('id').primaryKey(),
  organisationId: text('organisation_id')
    .notNull()
    .references(() => organisations.id, { onDelete: 'cascade' }),
  /** Null for an organisation's own key. */
  projectId: text('project_id').references(() => projects.id, { onDelete: 'cascade' }),
  publicKey: text('public_key').notNull().unique(),
  /** HMAC-SHA256 of the secret key under the server's secret, hex. */
  secretHash: text('secret_hash').notNull().unique(),
  displaySecretKey: text('display_secret_key').notNull(),
  note: text('note'),
  /** What an organisation's own key may do; null for keys of projects. */
  role: text('role', { enum: ORGANISATION_KEY_ROLES }),
  /** The person who made an organisation's own key, whose rights it follows; null: the administrator of the instance. */
  madeBy: text('made_by'),
  createdAt: createdAt(),
  /** Null: it does not end by itself. */
  expiresAt: time('expires_at'),
  lastUsedAt: time('last_used_at'),
  revokedAt: time('revoked_at'),
});
