import { randomUUID } from 'node:crypto';
import { and, asc, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { MembershipRole, OrganisationKeyRole } from '../../../contract/operation.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Crypto, equalInConstantTime } from '../../lib/crypto.ts';
import { conflict, invalidRequest, notFound, unavailable } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { invalidCredentials, readAuthorization } from './authorization.ts';
import type { KeyIdentity } from './types.ts';

const { apiKeys, memberships, projects } = tables;

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
  expiresAt: Date | null;
  createdAt: Date;
}

/** What is known of a key beside its pair. */
export interface KeyFacts {
  /** What people call it. */
  note: string | null;
  /** From when on it does not work any more; null: never by itself. */
  expiresAt?: Date | null;
}

export const newKeyPair = (): KeyPair => ({ publicKey: `pk-lf-${randomUUID()}`, secretKey: `sk-lf-${randomUUID()}` });

/** Enough of a secret to know it again: `sk-lf-…abcd`. */
export const displaySecret = (secretKey: string): string => `sk-lf-…${secretKey.length >= 12 ? secretKey.slice(-4) : ''}`;

/** For whom a key acts: a project, or its organisation itself with the rights of `role` (ADMIN unless told). */
export type KeyOwner =
  | { organisationId: string; projectId: string }
  | { organisationId: string; projectId: null; role?: OrganisationKeyRole; madeBy?: string };

/** A project, or an organisation's own. */
export type KeysOf = { projectId: string } | { organisationId: string };

const keysOf = (owner: KeysOf) =>
  and(
    'projectId' in owner
      ? eq(apiKeys.projectId, owner.projectId)
      : and(eq(apiKeys.organisationId, owner.organisationId), isNull(apiKeys.projectId)),
    isNull(apiKeys.revokedAt),
  );

/** Joins what the maker of an organisation's key may do in it now. */
const ofItsMaker = and(eq(memberships.userId, apiKeys.madeBy), eq(memberships.organisationId, apiKeys.organisationId));

/** The key's role, or its maker's where that is lower; null below ADMIN. */
const lower = (own: OrganisationKeyRole, makers: MembershipRole): OrganisationKeyRole | null =>
  makers === 'OWNER' ? own : makers === 'ADMIN' ? 'ADMIN' : null;

export interface Keys {
  /** @throws AppError 401; 503 when the database does not answer. */
  authenticate(authorization: string | undefined): Promise<KeyIdentity>;
  /** @throws AppError 400 for an end that is past, 409 when another key has the public or the secret key of `pair` */
  create(owner: KeyOwner, facts: KeyFacts, pair?: KeyPair): Promise<CreatedKey>;
  /** Keys of a project, or of an organisation itself, that are not revoked, oldest first. */
  list(owner: KeysOf): Promise<(typeof apiKeys.$inferSelect)[]>;
  /** @throws AppError 404 when the owner has no such key or it is revoked already. */
  revoke(owner: KeysOf, keyId: string): Promise<void>;
  /** Forgets all that is cached, after a change of keys made elsewhere (a project deleted, say). */
  forget(): void;
  /** Waits for what is written in the background. */
  settle(): Promise<void>;
}

/** A key that is known, and when it ends (ms; Infinity: never). */
interface Found {
  identity: KeyIdentity;
  ends: number;
}

/**
 * @param options.cacheMs how long a found key may be used without asking the database again. Infinite where this process is the only one
 * that changes keys; else the time within which a key revoked by another process stops working here.
 */
export function createKeys(options: { db: MetadataDb; crypto: Crypto; log: Logger; clock: Clock; cacheMs: number }): Keys {
  const { db, crypto, log, clock, cacheMs } = options;
  const found = new Map<string, Found & { until: number }>();
  const missed = new Map<string, number>();
  const asking = new Map<string, Promise<Found | null>>();
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

  async function ask(where: ReturnType<typeof eq>, secretHash: string | null): Promise<Found | null> {
    const [row] = await db
      .select({ key: apiKeys, projectDeletedAt: projects.deletedAt, makersRole: memberships.role })
      .from(apiKeys)
      .leftJoin(projects, eq(projects.id, apiKeys.projectId))
      .leftJoin(memberships, ofItsMaker)
      .where(and(where, isNull(apiKeys.revokedAt)));
    if (!row || row.projectDeletedAt) return null;
    const { key } = row;
    // Who lost their rights keeps none in a key: it is good for what its maker may do now, and for nothing below an ADMIN.
    const role = key.madeBy === null ? (key.role ?? 'ADMIN') : lower(key.role ?? 'ADMIN', row.makersRole ?? 'NONE');
    if (role === null) return null;
    if (secretHash === null) {
      // A public key alone acts for a project, never for an organisation (contract §0.1).
      if (key.projectId === null) return null;
    } else if (!equalInConstantTime(key.secretHash, secretHash)) return null;
    const identity: KeyIdentity = {
      keyId: key.id,
      publicKey: key.publicKey,
      organisationId: key.organisationId,
      projectId: key.projectId,
      ...(key.projectId === null ? { role } : {}),
      scope: secretHash === null ? 'scores' : key.projectId === null ? 'organisation' : 'project',
    };
    return { identity, ends: key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY };
  }

  async function look(cacheKey: string, question: () => Promise<Found | null>): Promise<Found | null> {
    const now = clock.now();
    const hit = found.get(cacheKey);
    if (hit && now < hit.until) return hit;
    const miss = missed.get(cacheKey);
    if (miss !== undefined && now < miss) return null;
    const asked = asking.get(cacheKey);
    if (asked) return asked;
    const asOf = generation;
    const answer = question().then((known) => {
      if (asOf !== generation) return known;
      if (known) found.set(cacheKey, { ...known, until: now + cacheMs });
      else {
        found.delete(cacheKey);
        missed.delete(cacheKey);
        missed.set(cacheKey, now + MISS_MS);
        if (missed.size > MAX_MISSES) missed.delete(missed.keys().next().value!);
      }
      return known;
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
      let known: Found | null;
      try {
        if (given.secretKey === null) {
          known = await look(`public:${crypto.keyedHash(given.publicKey)}`, () =>
            ask(eq(apiKeys.publicKey, given.publicKey), null),
          );
        } else {
          const secretHash = crypto.keyedHash(given.secretKey);
          known = await look(`secret:${secretHash}`, () => ask(eq(apiKeys.secretHash, secretHash), secretHash));
        }
      } catch (error) {
        throw unavailable('Service Unavailable', 1, error);
      }
      if (!known || clock.now() >= known.ends) throw invalidCredentials();
      const { identity } = known;
      if (identity.publicKey !== given.publicKey && !mismatched.has(identity.keyId)) {
        // The secret decides (contract §0.1); a public key that does not go with it is most likely a mix-up of two projects.
        mismatched.add(identity.keyId);
        log.warn({ publicKey: identity.publicKey }, 'a caller sends the secret of this key with another public key');
      }
      markUsed(identity.keyId);
      return identity;
    },

    async create(owner, { note, expiresAt = null }, pair = newKeyPair()) {
      if (expiresAt && expiresAt.getTime() <= clock.now()) throw invalidRequest('expiresAt must be in the future.');
      const row = {
        id: newId(),
        ...owner,
        publicKey: pair.publicKey,
        secretHash: crypto.keyedHash(pair.secretKey),
        displaySecretKey: displaySecret(pair.secretKey),
        note,
        expiresAt,
        createdAt: new Date(clock.now()),
      };
      await db.transaction(async (tx) => {
        // A revoked pair may be made anew by the organisation that had it, and by nobody else.
        const same = or(eq(apiKeys.publicKey, row.publicKey), eq(apiKeys.secretHash, row.secretHash));
        await tx.delete(apiKeys).where(and(same, eq(apiKeys.organisationId, owner.organisationId), isNotNull(apiKeys.revokedAt)));
        const made = await tx.insert(apiKeys).values(row).onConflictDoNothing().returning({ id: apiKeys.id });
        if (made.length === 0) throw conflict('An API key with this public or secret key already exists.');
      });
      forget();
      return { ...pair, id: row.id, displaySecretKey: row.displaySecretKey, note, expiresAt, createdAt: row.createdAt };
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
