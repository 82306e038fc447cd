import type { ApiKeyRow, CreatedKey } from '../../domains/access/index.ts';

/** `ApiKeySummary` and `OrganizationApiKey` of the contract's Appendix A. Keys do not expire. */
export const keySummary = (key: ApiKeyRow) => ({
  id: key.id,
  createdAt: key.createdAt.toISOString(),
  expiresAt: null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  note: key.note,
  publicKey: key.publicKey,
  displaySecretKey: key.displaySecretKey,
});

/** `ApiKeyResponse`: the only answer that holds a secret. */
export const createdKeyBody = (key: CreatedKey) => ({
  id: key.id,
  createdAt: key.createdAt.toISOString(),
  publicKey: key.publicKey,
  secretKey: key.secretKey,
  displaySecretKey: key.displaySecretKey,
  note: key.note,
});
