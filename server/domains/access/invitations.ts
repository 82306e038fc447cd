import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import { conflict, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { requireAtLeast } from './roles.ts';

/*
 * Whoever has an account already comes into an organisation by following a link, never because somebody said so (docs/adr/016): an
 * e-mail address is not proof of who holds the account that carries it. A row outlives its acceptance, because identity providers
 * know the person by its id from then on.
 */

const { invitations, memberships, organisations } = tables;

export type InvitationRow = typeof invitations.$inferSelect;

/** How long a link can be followed. */
export const INVITATION_MS = 7 * 24 * 3600_000;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const pending = and(isNull(invitations.acceptedBy), eq(invitations.withdrawn, false));

/** Those that nobody has followed yet, the earliest first. */
export async function listInvitations(db: MetadataDb, organisationId: string): Promise<InvitationRow[]> {
  return db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organisationId, organisationId), pending))
    .orderBy(asc(invitations.createdAt), asc(invitations.email));
}

/** An invitation of the organisation in whatever state, or null. */
export async function findInvitation(db: MetadataDb, organisationId: string, id: string): Promise<InvitationRow | null> {
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organisationId, organisationId), eq(invitations.id, id)));
  return row ?? null;
}

export const isPending = (row: InvitationRow): boolean => row.acceptedBy === null && !row.withdrawn;

/**
 * Invites an address, without a link yet. One that was withdrawn, or whose person is no member any longer, is open again under its id.
 * @throws AppError 409 when it is open already, or its person is a member
 */
export async function invite(
  tx: MetadataDb,
  given: { organisationId: string; email: string; name: string; role: MembershipRole; withdrawn?: boolean; now: number },
): Promise<InvitationRow> {
  const { organisationId, name, role, withdrawn = false } = given;
  const email = given.email.toLowerCase();
  const opened = { name, role, withdrawn, acceptedBy: null, tokenHash: null, expiresAt: new Date(given.now + INVITATION_MS) };
  const [row] = await tx
    .insert(invitations)
    .values({ id: newId(), organisationId, email, ...opened })
    .onConflictDoUpdate({
      target: [invitations.organisationId, invitations.email],
      set: opened,
      setWhere: sql`${invitations.withdrawn} or (${invitations.acceptedBy} is not null and not ${stillMember})`,
    })
    .returning();
  if (!row) throw conflict(`${email} is a member or invited already.`);
  return row;
}

/** Whether whoever accepted an invitation has been a member since. */
const stillMember = sql`exists (select 1 from ${memberships} where ${memberships.organisationId} = ${invitations.organisationId} and ${memberships.userId} = ${invitations.acceptedBy})`;

/**
 * Makes the link of an open invitation anew: the one of before does not work any longer.
 * @returns what the link holds: 256 bits that are kept nowhere
 * @throws AppError 403 for a role above the caller's, 404
 */
export async function renewToken(
  db: MetadataDb,
  given: { organisationId: string; invitationId: string; by: Role; now: number },
): Promise<{ row: InvitationRow; token: string }> {
  return db.transaction(async (tx) => {
    const open = await openInvitation(tx, given);
    const token = randomBytes(32).toString('base64url');
    const [row] = await tx
      .update(invitations)
      .set({ tokenHash: hashOf(token), expiresAt: new Date(given.now + INVITATION_MS) })
      .where(eq(invitations.id, open.id))
      .returning();
    return { row: row!, token };
  });
}

/** Takes an open invitation back; its link does not work any longer. @throws AppError 403 for a role above the caller's, 404 */
export async function withdraw(
  db: MetadataDb,
  given: { organisationId: string; invitationId: string; by: Role },
): Promise<InvitationRow> {
  return db.transaction(async (tx) => {
    const open = await openInvitation(tx, given);
    await tx.update(invitations).set({ withdrawn: true, tokenHash: null }).where(eq(invitations.id, open.id));
    return open;
  });
}

/** Changes what an open invitation gives. @throws AppError 403 for roles above the caller's, 404 */
export async function changeInvitation(
  tx: MetadataDb,
  given: { organisationId: string; invitationId: string; by: Role; role: MembershipRole },
): Promise<InvitationRow> {
  const open = await openInvitation(tx, given);
  requireAtLeast(given.by, given.role);
  const [row] = await tx.update(invitations).set({ role: given.role }).where(eq(invitations.id, open.id)).returning();
  return row!;
}

async function openInvitation(tx: MetadataDb, given: { organisationId: string; invitationId: string; by: Role }) {
  const [row] = await tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.organisationId, given.organisationId), eq(invitations.id, given.invitationId), pending))
    .for('update');
  if (!row) throw notFound('There is no such open invitation.');
  requireAtLeast(given.by, row.role);
  return row;
}

/** What a link leads to. @throws AppError 404 when it was used, taken back, made anew, or is too old */
export async function readToken(db: MetadataDb, token: string, now: number) {
  const [row] = await db
    .select({ invitation: invitations, organisation: { id: organisations.id, name: organisations.name } })
    .from(invitations)
    .innerJoin(organisations, eq(organisations.id, invitations.organisationId))
    .where(and(eq(invitations.tokenHash, hashOf(token)), pending));
  if (!row || row.invitation.expiresAt.getTime() <= now) throw linkGone();
  return row;
}

const linkGone = () => notFound('This invitation is not open any longer. Ask whoever sent it for a new link.');

/**
 * The person follows a link and becomes a member. Whoever holds it is meant, with whichever account they are signed in: a link goes to
 * a person, and an account of the invited address may be a stranger's.
 * @throws AppError 404 as `readToken`, 409 for who is a member already
 */
export async function acceptInvitation(
  db: MetadataDb,
  given: { token: string; userId: string; now: number },
): Promise<{ id: string; name: string }> {
  return db.transaction(async (tx) => {
    const { organisation, invitation } = await readToken(tx, given.token, given.now);
    const taken = await tx
      .update(invitations)
      .set({ acceptedBy: given.userId, tokenHash: null })
      .where(and(eq(invitations.id, invitation.id), eq(invitations.tokenHash, hashOf(given.token)), pending))
      .returning({ id: invitations.id });
    if (taken.length === 0) throw linkGone();
    const made = await tx
      .insert(memberships)
      .values({ organisationId: organisation.id, userId: given.userId, role: invitation.role })
      .onConflictDoNothing()
      .returning({ userId: memberships.userId });
    if (made.length === 0) throw conflict('You are a member of this organisation already.');
    return organisation;
  });
}
