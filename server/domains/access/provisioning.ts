import { and, asc, eq, isNotNull } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import { notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import {
  changeInvitation,
  findInvitation,
  type InvitationRow,
  invite,
  isPending,
  listInvitations,
  withdraw,
} from './invitations.ts';
import {
  accountGone,
  changeRole,
  getMember,
  join,
  listMembers,
  type Member,
  memberForChange,
  needsConsent,
  removeMember,
} from './members.ts';
import { createUser, findUser } from './people.ts';
import { requireAtLeast } from './roles.ts';

/*
 * Members as an organisation's key manages them (SCIM and the routes of memberships). An address that has an account elsewhere looks
 * the same as one that has none: both are "made", with the name that was given and an id of their own. Behind the id of the former is
 * an invitation, and once somebody followed its link, that person; nothing of their account (id, address, name) is told.
 */

const { invitations, memberships, users } = tables;

const invited = (row: InvitationRow): Member => ({
  userId: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  hasPassword: false,
  createdAt: row.createdAt.toISOString(),
});

interface Person {
  userId: string;
  email: string;
  name: string;
}

/** A member who came by an invitation, under its id and with what was said then. */
const known = <P extends Person>(member: P, row: InvitationRow | undefined): P =>
  row ? { ...member, userId: row.id, email: row.email, name: row.name } : member;

const unknown = () => notFound('User not found in this organisation.');

async function invitationOf(db: MetadataDb, organisationId: string, userId: string): Promise<InvitationRow | undefined> {
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organisationId, organisationId), eq(invitations.acceptedBy, userId)))
    .orderBy(asc(invitations.createdAt))
    .limit(1);
  return row;
}

/** Members and who is invited, the earliest first; those of one address (at most one) when it is given. */
export async function listKnown(db: MetadataDb, organisationId: string, email?: string): Promise<Member[]> {
  const members = await asKnown(db, organisationId, await listMembers(db, organisationId));
  const all = [...members, ...(await listInvitations(db, organisationId)).map(invited)];
  return email === undefined ? all : all.filter((member) => member.email === email.toLowerCase());
}

/** Members as the organisation's key knows them. */
export async function asKnown<P extends Person>(db: MetadataDb, organisationId: string, members: readonly P[]): Promise<P[]> {
  const accepted = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organisationId, organisationId), isNotNull(invitations.acceptedBy)));
  const byPerson = new Map(accepted.map((row) => [row.acceptedBy, row]));
  return members.map((member) => known(member, byPerson.get(member.userId)));
}

/** The person behind an id: a member's own, or that of the invitation they came by. */
export async function personOf(db: MetadataDb, organisationId: string, id: string): Promise<string> {
  return (await findInvitation(db, organisationId, id))?.acceptedBy ?? id;
}

/** @throws AppError 404 when the organisation has no such member and nobody invited */
export async function getKnown(db: MetadataDb, organisationId: string, id: string): Promise<Member> {
  const invitation = await findInvitation(db, organisationId, id);
  if (invitation && isPending(invitation)) return invited(invitation);
  const userId = invitation ? invitation.acceptedBy : id;
  if (userId === null) throw unknown();
  return known(await getMember(db, organisationId, userId), invitation ?? (await invitationOf(db, organisationId, userId)));
}

/**
 * Gives a role: to a member, to who is invited, or to somebody whom this organisation once had and who did not leave by themselves: an
 * account of its own making is a member again, anybody else is invited again. Without a role a member keeps theirs, and anybody else
 * gets NONE.
 * @throws AppError 403 when `by` may not do this, 404 when nobody is known by this id, LastOwnerError
 */
export async function setKnown(
  db: MetadataDb,
  given: { organisationId: string; userId: string; role: MembershipRole | undefined; by: Role; now: number },
): Promise<Member> {
  const { organisationId, by } = given;
  return db.transaction(async (tx) => {
    const invitation = await findInvitation(tx, organisationId, given.userId);
    if (invitation && isPending(invitation)) {
      const role = given.role ?? invitation.role;
      return invited(await changeInvitation(tx, { organisationId, invitationId: invitation.id, by, role }));
    }
    const place = { organisationId, userId: invitation?.acceptedBy ?? given.userId };
    const member = await memberForChange(tx, place);
    if (member) {
      requireAtLeast(by, member.role);
      const changed = await changeRole(tx, { ...place, by }, member, given.role ?? member.role);
      return known(changed, invitation ?? (await invitationOf(tx, organisationId, place.userId)));
    }
    const role = given.role ?? 'NONE';
    requireAtLeast(by, role);
    if (invitation) return invited(await invite(tx, { ...invitation, role, withdrawn: false, now: given.now }));
    const [account] = await tx.select().from(users).where(eq(users.id, place.userId));
    if (!account || account.homeOrganisationId !== organisationId) throw notFound('User not found');
    await tx.insert(memberships).values({ ...place, role });
    return getMember(tx, organisationId, place.userId);
  });
}

/**
 * Makes somebody known by e-mail. `active`: as a member; else without access for now. An address without an account gets one that has no
 * password yet; one with an account of somebody else's making is invited.
 * @throws AppError 403 when `by` may not give this role, 409 when the person is a member or invited already
 */
export async function provision(
  db: MetadataDb,
  given: { organisationId: string; email: string; name: string; role: MembershipRole; active: boolean; by: Role; now: number },
): Promise<Member> {
  const { organisationId, email, name, active } = given;
  if (active) requireAtLeast(given.by, given.role);
  const role = active ? given.role : 'NONE';
  return db.transaction(async (tx) => {
    const created = await createUser(tx, { email, name, passwordHash: null, homeOrganisationId: organisationId });
    const user = created ?? (await findUser(tx, email));
    if (!user) throw accountGone();
    if (await needsConsent(tx, organisationId, user)) return invited(await invite(tx, { ...given, role, withdrawn: !active }));
    if (active) return join(tx, { organisationId, role }, user);
    const createdAt = user.createdAt.toISOString();
    return { userId: user.id, email: user.email, name: user.name, role, hasPassword: created === null, createdAt };
  });
}

/** Ends a membership, or takes an invitation back; the account stays. @throws AppError 403, 404, LastOwnerError */
export async function removeKnown(db: MetadataDb, given: { organisationId: string; userId: string; by: Role }): Promise<void> {
  const { organisationId, by } = given;
  const invitation = await findInvitation(db, organisationId, given.userId);
  if (invitation && isPending(invitation)) {
    await withdraw(db, { organisationId, invitationId: invitation.id, by });
    return;
  }
  await removeMember(db, { organisationId, userId: invitation?.acceptedBy ?? given.userId, by });
}

/** Whether the organisation once made or invited somebody of this id, who need not be known any longer. */
export async function wasKnown(db: MetadataDb, organisationId: string, id: string): Promise<boolean> {
  if (await findInvitation(db, organisationId, id)) return true;
  return (await db.$count(users, and(eq(users.id, id), eq(users.homeOrganisationId, organisationId)))) > 0;
}
