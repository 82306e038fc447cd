import type { ApiKeyRow, CreatedKey } from '../../domains/access/index.ts';

/** `ApiKeySummary` and `OrganizationApiKey` of the contract's Appendix A; newer clients say `name` for what was `note`. */
export const keySummary = (key: ApiKeyRow) => ({
  id: key.id,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  name: key.note,
  note: key.note,
  publicKey: key.publicKey,
  displaySecretKey: key.displaySecretKey,
});

/** `ApiKeyResponse`: the only answer that holds a secret. */
export const createdKeyBody = (key: CreatedKey) => ({
  id: key.id,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  publicKey: key.publicKey,
  secretKey: key.secretKey,
  displaySecretKey: key.displaySecretKey,
  name: key.note,
  note: key.note,
});
