import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import { AppError, conflict, notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type InvitationRow, invite } from './invitations.ts';
import { createUser, findUser, hashed, newPassword, setFirstPassword } from './people.ts';
import { requireAtLeast } from './roles.ts';

const { accounts, invitations, memberships, organisations, users } = tables;

export interface Member {
  userId: string;
  email: string;
  name: string;
  role: MembershipRole;
  /** False: the account was made by SCIM, and nobody can sign in with it yet. */
  hasPassword: boolean;
  createdAt: string;
}

/** An organisation keeps at least one OWNER. */
export class LastOwnerError extends AppError {
  constructor() {
    super(400, 'InvalidRequestError', 'This is the last OWNER of the organisation. Make somebody else OWNER first.');
  }
}

/** Whether the account of a row of `users` can sign in. */
function hasPassword() {
  return sql<boolean>`exists (select 1 from ${accounts} where ${accounts.userId} = ${users.id} and ${accounts.password} is not null)`;
}

const columns = {
  userId: users.id,
  email: users.email,
  name: users.name,
  role: memberships.role,
  hasPassword: hasPassword(),
  createdAt: memberships.createdAt,
};
export const shownMember = (row: Omit<Member, 'createdAt'> & { createdAt: Date }): Member => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

/** Members of an organisation, the earliest first; those of one e-mail address (at most one) when it is given. */
export async function listMembers(db: MetadataDb, organisationId: string, email?: string): Promise<Member[]> {
  const rows = await db
    .select(columns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(eq(memberships.organisationId, organisationId), email === undefined ? undefined : eq(users.email, email.toLowerCase())),
    )
    .orderBy(asc(memberships.createdAt), asc(users.email));
  return rows.map(shownMember);
}

/** @throws AppError 404 when the organisation has no such member */
export async function getMember(db: MetadataDb, organisationId: string, userId: string): Promise<Member> {
  const [row] = await selectMember(db, { organisationId, userId });
  if (!row) throw notFound('User not found in this organisation.');
  return shownMember(row);
}

/** What came of adding somebody: a member (with the password of an account that was made for it), or an invitation. */
export type Added = { member: Member; oneTimePassword: string | null } | { invitation: InvitationRow };

/**
 * Adds a person by e-mail. Without an account they get one, whose password is returned and kept nowhere else. With an account that this
 * organisation did not make they are invited: whoever holds it has to agree, and may not be who is meant.
 * @throws AppError 403 when `by` may not give this role, 409 when the person is a member or invited already.
 */
export async function addMember(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string | undefined; role: MembershipRole; by: Role; now: number },
): Promise<Added> {
  requireAtLeast(given.by, given.role);
  const oneTimePassword = (await findUser(db, given.email)) ? null : newPassword();
  const passwordHash = oneTimePassword === null ? null : await hashed(oneTimePassword);
  const name = given.name || given.email.split('@')[0]!;
  return db.transaction(async (tx) => {
    let created = false;
    let user = await findUser(tx, given.email);
    if (!user && passwordHash !== null) {
      user = await createUser(tx, { ...given, name, passwordHash, oneTime: true, homeOrganisationId: given.organisationId });
      created = user !== null;
      user ??= await findUser(tx, given.email);
    }
    if (user && (await needsConsent(tx, given.organisationId, user))) return { invitation: await invite(tx, { ...given, name }) };
    const member = await join(tx, given, user);
    return { member, oneTimePassword: created ? oneTimePassword : null };
  });
}

/** Whether somebody has to agree before they are a member: who is none, and whose account is not of this organisation's making. */
export async function needsConsent(db: MetadataDb, organisationId: string, user: typeof users.$inferSelect): Promise<boolean> {
  if (user.homeOrganisationId === organisationId) return false;
  return (await db.$count(memberships, membership({ organisationId, userId: user.id }))) === 0;
}

export const accountGone = () => conflict('The account of this e-mail address was removed a moment ago. Try again.');

/** Makes the membership of a person. @throws AppError 409 when there is one */
export async function join(
  tx: MetadataDb,
  given: { organisationId: string; role: MembershipRole },
  user: typeof users.$inferSelect | null,
): Promise<Member> {
  if (!user) throw accountGone();
  const { organisationId, role } = given;
  const [row] = await tx.insert(memberships).values({ organisationId, userId: user.id, role }).onConflictDoNothing().returning();
  if (!row) throw conflict(`${user.email} already exists as a member.`);
  return getMember(tx, organisationId, user.id);
}

/** Changes a role. @throws LastOwnerError (400); AppError 403 for roles above the caller's, 404 when there is no such member. */
export async function updateMember(
  db: MetadataDb,
  given: { organisationId: string; userId: string; role: MembershipRole; by: Role },
): Promise<Member> {
  return db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    if (!member) throw noSuchMember();
    requireAtLeast(given.by, member.role);
    return changeRole(tx, given, member, given.role);
  });
}

/** Removes a member; the account stays. Same errors as `updateMember`. */
export async function removeMember(db: MetadataDb, given: { organisationId: string; userId: string; by: Role }): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    if (!member) throw noSuchMember();
    requireAtLeast(given.by, member.role);
    await requireOtherOwner(tx, given.organisationId, member);
    await tx.delete(memberships).where(membership(given));
  });
}

/**
 * A person goes by themselves. From here on this organisation has to ask them like anybody else, also where it made their account.
 * @throws LastOwnerError; AppError 404 for who is no member
 */
export async function leaveOrganisation(db: MetadataDb, given: { organisationId: string; userId: string }): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    if (!member) throw notFound('You are no member of this organisation.');
    await requireOtherOwner(tx, given.organisationId, member);
    await tx.delete(memberships).where(membership(given));
    const { userId, organisationId } = given;
    await tx
      .update(users)
      .set({ homeOrganisationId: null })
      .where(and(eq(users.id, userId), eq(users.homeOrganisationId, organisationId)));
    await tx
      .update(invitations)
      .set({ withdrawn: true, acceptedBy: null })
      .where(and(eq(invitations.organisationId, organisationId), eq(invitations.acceptedBy, userId)));
  });
}

const membership = (given: { organisationId: string; userId: string }) =>
  and(eq(memberships.organisationId, given.organisationId), eq(memberships.userId, given.userId));

/**
 * Gives an account that was made without a password its first one, which is kept nowhere else. Only where this organisation made it
 * and it belongs to no other: else whoever administers this one would get into the others.
 * @throws AppError 403 for members above the caller, 404 when there is no such member, 409 when it has a password or belongs elsewhere too
 */
export async function giveFirstPassword(
  db: MetadataDb,
  given: { organisationId: string; userId: string; by: Role },
): Promise<{ oneTimePassword: string }> {
  const oneTimePassword = newPassword();
  const passwordHash = await hashed(oneTimePassword);
  return db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    if (!member) throw noSuchMember();
    requireAtLeast(given.by, member.role);
    // Held, so that it does not join another organisation meanwhile.
    const [account] = await tx
      .select({ home: users.homeOrganisationId })
      .from(users)
      .where(eq(users.id, given.userId))
      .for('update');
    if (account?.home !== given.organisationId) throw conflict('Only the organisation that made an account gives it a password.');
    const elsewhere = and(eq(memberships.userId, given.userId), ne(memberships.organisationId, given.organisationId));
    if ((await tx.$count(memberships, elsewhere)) > 0) {
      throw conflict('This account belongs to another organisation too, and nobody may get into that by a password made here.');
    }
    if (!(await setFirstPassword(tx, given.userId, passwordHash, true))) throw conflict('This person has a password already.');
    return { oneTimePassword };
  });
}

const noSuchMember = () => notFound('This organisation has no such member.');

const selectMember = (db: MetadataDb, given: { organisationId: string; userId: string }) =>
  db.select(columns).from(memberships).innerJoin(users, eq(users.id, memberships.userId)).where(membership(given));

/** The member, with the organisation locked so that two changes at once cannot both spare the other's OWNER. */
export async function memberForChange(tx: MetadataDb, given: { organisationId: string; userId: string }) {
  await tx.select({ id: organisations.id }).from(organisations).where(eq(organisations.id, given.organisationId)).for('update');
  const [member] = await selectMember(tx, given);
  return member;
}

type MemberRow = Awaited<ReturnType<typeof selectMember>>[number];

export async function changeRole(
  tx: MetadataDb,
  given: { organisationId: string; userId: string; by: Role },
  member: MemberRow,
  role: MembershipRole,
): Promise<Member> {
  requireAtLeast(given.by, role);
  if (role !== 'OWNER') await requireOtherOwner(tx, given.organisationId, member);
  await tx.update(memberships).set({ role }).where(membership(given));
  return shownMember({ ...member, role });
}

async function requireOtherOwner(tx: MetadataDb, organisationId: string, member: { role: MembershipRole }) {
  if (member.role !== 'OWNER') return;
  const owners = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.role, 'OWNER')));
  if (owners.length <= 1) throw new LastOwnerError();
}
