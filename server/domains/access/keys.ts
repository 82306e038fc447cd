import { randomUUID } from 'node:crypto';
import { and, asc, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { OrganisationKeyRole } from '../../../contract/operation.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Crypto, equalInConstantTime } from '../../lib/crypto.ts';
import { conflict, notFound, unavailable } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { invalidCredentials, readAuthorization } from './authorization.ts';
import type { KeyIdentity } from './types.ts';

const { apiKeys, projects } = tables;

/** How long a look-up that found nothing is remembered, and how many are: guessing costs the guesser, not the database. */
const MISS_MS = 5_000;
const MAX_MISSES = 10_000;
/** `last_used_at` is written at most this often per key. */
const USED_MS = 60_000;

export interface KeyPair {
  publicKey: string;
  secretKey: string;
}

/** The key of the new row shown once: `secretKey` is in no table. */
export interface CreatedKey extends KeyPair {
  id: string;
  displaySecretKey: string;
  note: string | null;
  createdAt: Date;
}

export const newKeyPair = (): KeyPair => ({ publicKey: `pk-lf-${randomUUID()}`, secretKey: `sk-lf-${randomUUID()}` });

/** Enough of a secret to know it again: `sk-lf-…abcd`. */
export const displaySecret = (secretKey: string): string => `sk-lf-…${secretKey.length >= 12 ? secretKey.slice(-4) : ''}`;

/** For whom a key acts: a project, or its organisation itself with the rights of `role` (ADMIN unless told). */
export type KeyOwner =
  | { organisationId: string; projectId: string }
  | { organisationId: string; projectId: null; role?: OrganisationKeyRole };

/** A project, or an organisation's own. */
export type KeysOf = { projectId: string } | { organisationId: string };

const keysOf = (owner: KeysOf) =>
  and(
    'projectId' in owner
      ? eq(apiKeys.projectId, owner.projectId)
      : and(eq(apiKeys.organisationId, owner.organisationId), isNull(apiKeys.projectId)),
    isNull(apiKeys.revokedAt),
  );

export interface Keys {
  /** @throws AppError 401; 503 when the database does not answer. */
  authenticate(authorization: string | undefined): Promise<KeyIdentity>;
  /** @throws AppError 409 when another key has the public or the secret key of `pair` */
  create(owner: KeyOwner, note: string | null, pair?: KeyPair): Promise<CreatedKey>;
  /** Keys of a project, or of an organisation itself, that are not revoked, oldest first. */
  list(owner: KeysOf): Promise<(typeof apiKeys.$inferSelect)[]>;
  /** @throws AppError 404 when the owner has no such key or it is revoked already. */
  revoke(owner: KeysOf, keyId: string): Promise<void>;
  /** Forgets all that is cached, after a change of keys made elsewhere (a project deleted, say). */
  forget(): void;
  /** Waits for what is written in the background. */
  settle(): Promise<void>;
}

/**
 * @param options.cacheMs how long a found key may be used without asking the database again. Infinite where this process is the only one
 * that changes keys; else the time within which a key revoked by another process stops working here.
 */
export function createKeys(options: { db: MetadataDb; crypto: Crypto; log: Logger; clock: Clock; cacheMs: number }): Keys {
  const { db, crypto, log, clock, cacheMs } = options;
  const found = new Map<string, { identity: KeyIdentity; until: number }>();
  const missed = new Map<string, number>();
  const asking = new Map<string, Promise<KeyIdentity | null>>();
  const used = new Map<string, number>();
  const mismatched = new Set<string>();
  const background = new Set<Promise<unknown>>();
  /** Grows with every change, so that an answer asked for before the change is not cached after it. */
  let generation = 0;

  function forget() {
    generation += 1;
    found.clear();
    missed.clear();
    asking.clear();
  }

  async function ask(where: ReturnType<typeof eq>, secretHash: string | null): Promise<KeyIdentity | null> {
    const [row] = await db
      .select({ key: apiKeys, projectDeletedAt: projects.deletedAt })
      .from(apiKeys)
      .leftJoin(projects, eq(projects.id, apiKeys.projectId))
      .where(and(where, isNull(apiKeys.revokedAt)));
    if (!row || row.projectDeletedAt) return null;
    const { key } = row;
    if (secretHash === null) {
      // A public key alone acts for a project, never for an organisation (contract §0.1).
      if (key.projectId === null) return null;
    } else if (!equalInConstantTime(key.secretHash, secretHash)) return null;
    return {
      keyId: key.id,
      publicKey: key.publicKey,
      organisationId: key.organisationId,
      projectId: key.projectId,
      ...(key.projectId === null ? { role: key.role ?? 'ADMIN' } : {}),
      scope: secretHash === null ? 'scores' : key.projectId === null ? 'organisation' : 'project',
    };
  }

  async function look(cacheKey: string, question: () => Promise<KeyIdentity | null>): Promise<KeyIdentity | null> {
    const now = clock.now();
    const hit = found.get(cacheKey);
    if (hit && now < hit.until) return hit.identity;
    const miss = missed.get(cacheKey);
    if (miss !== undefined && now < miss) return null;
    const asked = asking.get(cacheKey);
    if (asked) return asked;
    const asOf = generation;
    const answer = question().then((identity) => {
      if (asOf !== generation) return identity;
      if (identity) found.set(cacheKey, { identity, until: now + cacheMs });
      else {
        found.delete(cacheKey);
        missed.delete(cacheKey);
        missed.set(cacheKey, now + MISS_MS);
        if (missed.size > MAX_MISSES) missed.delete(missed.keys().next().value!);
      }
      return identity;
    });
    asking.set(cacheKey, answer);
    const done = () => {
      if (asking.get(cacheKey) === answer) asking.delete(cacheKey);
    };
    answer.then(done, done);
    return answer;
  }

  function markUsed(keyId: string) {
    const now = clock.now();
    if (now - (used.get(keyId) ?? Number.NEGATIVE_INFINITY) < USED_MS) return;
    used.set(keyId, now);
    const at = new Date(now);
    const write = db
      .update(apiKeys)
      .set({ lastUsedAt: at })
      .where(and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, at))))
      .then(
        () => {},
        (error: unknown) => log.warn({ err: error, keyId }, 'last use of an API key was not written'),
      )
      .finally(() => background.delete(write));
    background.add(write);
  }

  return {
    async authenticate(authorization) {
      const given = readAuthorization(authorization);
      let identity: KeyIdentity | null;
      try {
        if (given.secretKey === null) {
          identity = await look(`public:${crypto.keyedHash(given.publicKey)}`, () =>
            ask(eq(apiKeys.publicKey, given.publicKey), null),
          );
        } else {
          const secretHash = crypto.keyedHash(given.secretKey);
          identity = await look(`secret:${secretHash}`, () => ask(eq(apiKeys.secretHash, secretHash), secretHash));
        }
      } catch (error) {
        throw unavailable('Service Unavailable', 1, error);
      }
      if (!identity) throw invalidCredentials();
      if (identity.publicKey !== given.publicKey && !mismatched.has(identity.keyId)) {
        // The secret decides (contract §0.1); a public key that does not go with it is most likely a mix-up of two projects.
        mismatched.add(identity.keyId);
        log.warn({ publicKey: identity.publicKey }, 'a caller sends the secret of this key with another public key');
      }
      markUsed(identity.keyId);
      return identity;
    },

    async create(owner, note, pair = newKeyPair()) {
      const row = {
        id: newId(),
        ...owner,
        publicKey: pair.publicKey,
        secretHash: crypto.keyedHash(pair.secretKey),
        displaySecretKey: displaySecret(pair.secretKey),
        note,
        createdAt: new Date(clock.now()),
      };
      await db.transaction(async (tx) => {
        // A revoked pair may be made anew by the organisation that had it, and by nobody else.
        const same = or(eq(apiKeys.publicKey, row.publicKey), eq(apiKeys.secretHash, row.secretHash));
        await tx.delete(apiKeys).where(and(same, eq(apiKeys.organisationId, owner.organisationId), isNotNull(apiKeys.revokedAt)));
        const made = await tx.insert(apiKeys).values(row).onConflictDoNothing().returning({ id: apiKeys.id });
        if (made.length === 0) throw conflict('Another API key has this public or secret key.');
      });
      forget();
      return { ...pair, id: row.id, displaySecretKey: row.displaySecretKey, note, createdAt: row.createdAt };
    },

    list: (owner) => db.select().from(apiKeys).where(keysOf(owner)).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id)),

    async revoke(owner, keyId) {
      const rows = await db
        .update(apiKeys)
        .set({ revokedAt: new Date(clock.now()) })
        .where(and(eq(apiKeys.id, keyId), keysOf(owner)))
        .returning({ id: apiKeys.id });
      forget();
      if (rows.length === 0) throw notFound('API key not found');
    },

    forget,
    async settle() {
      await Promise.all(background);
    },
  };
}
