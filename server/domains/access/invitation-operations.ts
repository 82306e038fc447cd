import * as declared from '../../../contract/api/access.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { MetadataDb } from '../../store/metadata/index.ts';
import type { InvitationLinks, Invited } from './invitation-links.ts';
import { acceptInvitation, type InvitationRow, listInvitations, readToken, withdraw } from './invitations.ts';
import type { Keys } from './keys.ts';
import { leaveOrganisation } from './members.ts';
import { listOwnMemberships } from './organisations.ts';

const done = { ok: true } as const;

const shownInvitation = ({ id, email, name, role, createdAt, expiresAt, tokenHash }: InvitationRow) => ({
  ...{ id, email, name, role },
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  hasLink: tokenHash !== null,
});

export const shownLink = ({ invitation, link, mailed }: Invited) => ({ ...shownInvitation(invitation), link, mailed });

/** Invitations and leaving. Role and scope were checked by the surface. */
export function invitationOperations(deps: {
  db: MetadataDb;
  clock: Clock;
  links: InvitationLinks;
  keys: Pick<Keys, 'forget'>;
}): Implemented[] {
  const { db, clock, links, keys } = deps;
  return [
    implement(declared.listInvitations, async ({ organisationId }) => ({
      data: (await listInvitations(db, organisationId)).map(shownInvitation),
    })),
    implement(declared.renewInvitation, async (input, caller) => shownLink(await links.renew({ ...input, by: caller.role }))),
    implement(declared.withdrawInvitation, async (input, caller) => {
      await withdraw(db, { ...input, by: caller.role });
      return done;
    }),
    implement(declared.readInvitation, async ({ token }) => {
      const { organisation, invitation } = await readToken(db, token, clock.now());
      const { email, role, expiresAt } = invitation;
      return { organisation: { name: organisation.name }, email, role, expiresAt: expiresAt.toISOString() };
    }),
    implement(declared.acceptInvitation, async ({ token }, caller) => ({
      organisation: await acceptInvitation(db, { token, userId: caller.userId!, now: clock.now() }),
    })),
    implement(declared.listOwnMemberships, async (_input, caller) => ({ data: await listOwnMemberships(db, caller.userId!) })),
    implement(declared.leaveOrganisation, async ({ id }, caller) => {
      await leaveOrganisation(db, { organisationId: id, userId: caller.userId! });
      keys.forget();
      return done;
    }),
  ];
}
