import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import { AppError, conflict, forbidden, notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { createUser, findUser, hashed, newPassword, setFirstPassword } from './people.ts';
import { includesRole } from './roles.ts';

const { accounts, memberships, organisations, users } = tables;

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
const shown = (row: Omit<Member, 'createdAt'> & { createdAt: Date }): Member => ({
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
  return rows.map(shown);
}

/** @throws AppError 404 when the organisation has no such member */
export async function getMember(db: MetadataDb, organisationId: string, userId: string): Promise<Member> {
  const [row] = await selectMember(db, { organisationId, userId });
  if (!row) throw notFound('User not found in this organisation.');
  return shown(row);
}

/**
 * Gives a person a role: a member that of `role`, somebody else a membership. Without a role a member keeps theirs, and anybody else
 * gets NONE.
 * @throws AppError 403 when `by` may not do this, 404 when nobody has this id, LastOwnerError
 */
export async function setMember(
  db: MetadataDb,
  given: { organisationId: string; userId: string; role: MembershipRole | undefined; by: Role },
): Promise<Member> {
  return db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    if (member) {
      requireAtLeast(given.by, member.role);
      return given.role === undefined ? shown(member) : changeRole(tx, given, member, given.role);
    }
    const role = given.role ?? 'NONE';
    requireAtLeast(given.by, role);
    const { organisationId, userId } = given;
    if ((await tx.$count(users, eq(users.id, userId))) === 0) throw notFound('User not found');
    await tx.insert(memberships).values({ organisationId, userId, role });
    return getMember(tx, organisationId, userId);
  });
}

/**
 * Makes a person a member by e-mail, with an account that has no password yet when there is none.
 * @throws AppError 403 when `by` may not give this role, 409 when the person is a member already
 */
export async function provisionMember(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string; role: MembershipRole; by: Role },
): Promise<Member> {
  requireAtLeast(given.by, given.role);
  return db.transaction(async (tx) => {
    const created = await createUser(tx, { email: given.email, name: given.name, passwordHash: null });
    const user = created ?? (await findUser(tx, given.email));
    return join(tx, given, user);
  });
}

/** As `provisionMember`, for somebody who is not to have access now: there is an account, and no membership. */
export async function provisionAccount(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string },
): Promise<Member> {
  const created = await createUser(db, { ...given, passwordHash: null });
  const user = created ?? (await findUser(db, given.email));
  if (!user) throw accountGone();
  const { id: userId, email, name, createdAt } = user;
  return shown({ userId, email, name, role: 'NONE', hasPassword: created === null, createdAt });
}

/**
 * Adds a person by e-mail; makes the account when there is none and returns its password, which is kept nowhere else.
 * @throws AppError 403 when `by` may not give this role, 409 when the person is a member already.
 */
export async function addMember(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string | undefined; role: MembershipRole; by: Role },
): Promise<{ member: Member; oneTimePassword: string | null }> {
  requireAtLeast(given.by, given.role);
  const oneTimePassword = (await findUser(db, given.email)) ? null : newPassword();
  const passwordHash = oneTimePassword === null ? null : await hashed(oneTimePassword);
  return db.transaction(async (tx) => {
    let created = false;
    let user = await findUser(tx, given.email);
    if (!user && passwordHash !== null) {
      const name = given.name || given.email.split('@')[0]!;
      user = await createUser(tx, { email: given.email, name, passwordHash, oneTime: true });
      created = user !== null;
      user ??= await findUser(tx, given.email);
    }
    const member = await join(tx, given, user);
    return { member, oneTimePassword: created ? oneTimePassword : null };
  });
}

const accountGone = () => conflict('The account of this e-mail address was removed a moment ago. Try again.');

/** Makes the membership of a person. @throws AppError 409 when there is one */
async function join(
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

const membership = (given: { organisationId: string; userId: string }) =>
  and(eq(memberships.organisationId, given.organisationId), eq(memberships.userId, given.userId));

/**
 * Gives an account that was made without a password its first one, which is kept nowhere else. Only where it belongs to no other
 * organisation: else whoever administers this one would get into the others.
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
    await tx.select({ id: users.id }).from(users).where(eq(users.id, given.userId)).for('update');
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
async function memberForChange(tx: MetadataDb, given: { organisationId: string; userId: string }) {
  await tx.select({ id: organisations.id }).from(organisations).where(eq(organisations.id, given.organisationId)).for('update');
  const [member] = await selectMember(tx, given);
  return member;
}

type MemberRow = Awaited<ReturnType<typeof selectMember>>[number];

async function changeRole(
  tx: MetadataDb,
  given: { organisationId: string; userId: string; by: Role },
  member: MemberRow,
  role: MembershipRole,
): Promise<Member> {
  requireAtLeast(given.by, role);
  if (role !== 'OWNER') await requireOtherOwner(tx, given.organisationId, member);
  await tx.update(memberships).set({ role }).where(membership(given));
  return shown({ ...member, role });
}

/** @throws AppError 403 */
export function requireAtLeast(by: Role, role: MembershipRole) {
  if (!includesRole(by, role)) throw forbidden(`Only an ${role} can do this: nobody changes or gives a role above their own.`);
}

async function requireOtherOwner(tx: MetadataDb, organisationId: string, member: { role: MembershipRole }) {
  if (member.role !== 'OWNER') return;
  const owners = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.role, 'OWNER')));
  if (owners.length <= 1) throw new LastOwnerError();
}
