import { and, asc, eq } from 'drizzle-orm';
import type { Role } from '../../../contract/operation.ts';
import { conflict, forbidden, invalidRequest, notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { createUser, findUser, hashed, newPassword } from './people.ts';
import { includesRole } from './roles.ts';

const { memberships, organisations, users } = tables;

export interface Member {
  userId: string;
  email: string;
  name: string;
  role: Role;
  createdAt: string;
}

const columns = {
  userId: users.id,
  email: users.email,
  name: users.name,
  role: memberships.role,
  createdAt: memberships.createdAt,
};
const shown = (row: Omit<Member, 'createdAt'> & { createdAt: Date }): Member => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

/** Members of an organisation, the earliest first. */
export async function listMembers(db: MetadataDb, organisationId: string): Promise<Member[]> {
  const rows = await db
    .select(columns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.organisationId, organisationId))
    .orderBy(asc(memberships.createdAt), asc(users.email));
  return rows.map(shown);
}

/**
 * Adds a person by e-mail; makes the account when there is none and returns its password, which is kept nowhere else.
 * @throws AppError 403 when `by` may not give this role, 409 when the person is a member already.
 */
export async function addMember(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string | undefined; role: Role; by: Role },
): Promise<{ member: Member; oneTimePassword: string | null }> {
  requireAtLeast(given.by, given.role);
  const oneTimePassword = (await findUser(db, given.email)) ? null : newPassword();
  const passwordHash = oneTimePassword === null ? null : await hashed(oneTimePassword);
  return db.transaction(async (tx) => {
    let created = false;
    let user = await findUser(tx, given.email);
    if (!user && passwordHash !== null) {
      const name = given.name || given.email.split('@')[0]!;
      user = await createUser(tx, { email: given.email, name, passwordHash });
      created = user !== null;
      user ??= await findUser(tx, given.email);
    }
    if (!user) throw conflict('The account of this e-mail address was removed a moment ago. Try again.');
    const [row] = await tx
      .insert(memberships)
      .values({ organisationId: given.organisationId, userId: user.id, role: given.role })
      .onConflictDoNothing()
      .returning();
    if (!row) throw conflict(`${user.email} is a member already.`);
    return {
      member: shown({ userId: user.id, email: user.email, name: user.name, role: row.role, createdAt: row.createdAt }),
      oneTimePassword: created ? oneTimePassword : null,
    };
  });
}

/** Changes a role. @throws AppError 400 for the last OWNER, 403 for roles above the caller's, 404 when there is no such member. */
export async function updateMember(
  db: MetadataDb,
  given: { organisationId: string; userId: string; role: Role; by: Role },
): Promise<Member> {
  return db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    requireAtLeast(given.by, given.role);
    if (given.role !== 'OWNER') await requireOtherOwner(tx, given.organisationId, member);
    await tx.update(memberships).set({ role: given.role }).where(membership(given));
    return shown({ ...member, role: given.role });
  });
}

/** Removes a member; the account stays. Same errors as `updateMember`. */
export async function removeMember(db: MetadataDb, given: { organisationId: string; userId: string; by: Role }): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await memberForChange(tx, given);
    await requireOtherOwner(tx, given.organisationId, member);
    await tx.delete(memberships).where(membership(given));
  });
}

const membership = (given: { organisationId: string; userId: string }) =>
  and(eq(memberships.organisationId, given.organisationId), eq(memberships.userId, given.userId));

/** The member, with the organisation locked so that two changes at once cannot both spare the other's OWNER. */
async function memberForChange(tx: MetadataDb, given: { organisationId: string; userId: string; by: Role }) {
  await tx.select({ id: organisations.id }).from(organisations).where(eq(organisations.id, given.organisationId)).for('update');
  const [member] = await tx
    .select(columns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(membership(given));
  if (!member) throw notFound('This organisation has no such member.');
  requireAtLeast(given.by, member.role);
  return member;
}

function requireAtLeast(by: Role, role: Role) {
  if (!includesRole(by, role)) throw forbidden(`Only an ${role} can do this: nobody changes or gives a role above their own.`);
}

async function requireOtherOwner(tx: MetadataDb, organisationId: string, member: { role: Role }) {
  if (member.role !== 'OWNER') return;
  const owners = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.role, 'OWNER')));
  if (owners.length <= 1) throw invalidRequest('This is the last OWNER of the organisation. Make somebody else OWNER first.');
}
