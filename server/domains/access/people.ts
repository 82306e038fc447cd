import { randomBytes } from 'node:crypto';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { accounts, sessions, users } = tables;

/** A password that is only meant to be handed over: 96 bits. */
export const newPassword = (): string => randomBytes(12).toString('base64url');

export async function findUser(db: MetadataDb, email: string) {
  const [row] = await db.select().from(users).where(eq(users.email, email.toLowerCase()));
  return row ?? null;
}

/** The password's hash, made outside of any transaction because it takes its time on purpose. */
export const hashed = (password: string): Promise<string> => hashPassword(password);

/**
 * Makes an account that signs in with e-mail and password; without a password it cannot sign in yet. Null when the e-mail is taken.
 * `oneTime`: the password is handed over, and only good for choosing another. `homeOrganisationId`: on whose behalf it is made.
 */
export async function createUser(
  db: MetadataDb,
  person: { email: string; name: string; passwordHash: string | null; oneTime?: boolean; homeOrganisationId?: string },
) {
  const email = person.email.toLowerCase();
  const { name, homeOrganisationId = null } = person;
  const [user] = await db
    .insert(users)
    .values({ id: newId(), email, name, homeOrganisationId })
    .onConflictDoNothing()
    .returning();
  if (!user) return null;
  if (person.passwordHash === null) return user;
  await setFirstPassword(db, user.id, person.passwordHash, person.oneTime ?? false);
  return user;
}

/** Gives an account that cannot sign in its first password. False when it has one. */
export async function setFirstPassword(db: MetadataDb, userId: string, passwordHash: string, oneTime: boolean): Promise<boolean> {
  const made = await db
    .insert(accounts)
    .values({ id: newId(), userId, accountId: userId, providerId: 'credential', password: passwordHash, oneTime })
    .onConflictDoNothing()
    .returning({ id: accounts.id });
  return made.length > 0;
}

const credential = (userId: string) => and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential'));

export async function hasPassword(db: MetadataDb, userId: string, password: string): Promise<boolean> {
  const [row] = await db.select({ password: accounts.password }).from(accounts).where(credential(userId));
  return row?.password ? verifyPassword({ hash: row.password, password }) : false;
}

/** Sets the password and signs the person out everywhere. */
export async function setPassword(db: MetadataDb, userId: string, passwordHash: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.update(accounts).set({ password: passwordHash, oneTime: false, updatedAt: new Date() }).where(credential(userId));
    await tx.delete(sessions).where(eq(sessions.userId, userId));
  });
}

/** Whether the person signs in with a password that was handed over, and has to choose their own before anything else. */
export async function hasOneTimePassword(db: MetadataDb, userId: string): Promise<boolean> {
  const [row] = await db.select({ oneTime: accounts.oneTime }).from(accounts).where(credential(userId));
  return row?.oneTime ?? false;
}

/** The person has chosen a password. */
export async function markPasswordOwn(db: MetadataDb, userId: string): Promise<void> {
  await db.update(accounts).set({ oneTime: false }).where(credential(userId));
}
