import { eq } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { createAttempts } from './attempts.ts';
import { type InvitationRow, invite, renewToken } from './invitations.ts';

const { organisations } = tables;

/** Sends a message of plain text. Absent where no mail server is configured. */
export type SendMail = (message: { to: string; subject: string; text: string }) => Promise<void>;

/** An invitation with its link, which is shown this once. */
export interface Invited {
  invitation: InvitationRow;
  link: string;
  /** Whether the link is on its way by mail as well. */
  mailed: boolean;
}

export interface InvitationLinks {
  /** Makes the link of an open invitation anew, and mails it. @throws AppError 403, 404 */
  renew(given: { organisationId: string; invitationId: string; by: Role }): Promise<Invited>;
  /** Invites an address, whether or not it has an account. @throws AppError 403, 409 */
  invite(given: { organisationId: string; email: string; name: string; role: MembershipRole; by: Role }): Promise<Invited>;
  /** Waits for mail that is on its way. */
  settle(): Promise<void>;
}

/** Mails from one organisation within an hour: enough for a department, too few to make a server a nuisance. */
const MAX_MAILS = 100;

export function createInvitationLinks(options: {
  db: MetadataDb;
  clock: Clock;
  log: Logger;
  /** Where people reach the pages. */
  publicUrl(): string;
  sendMail: SendMail | undefined;
}): InvitationLinks {
  const { db, clock, log, sendMail } = options;
  const mails = createAttempts({ max: MAX_MAILS, windowMs: 3600_000, clock });
  const background = new Set<Promise<unknown>>();

  async function mail(invitation: InvitationRow, link: string): Promise<boolean> {
    if (!sendMail || mails.take(invitation.organisationId) > 0) return false;
    const [place] = await db
      .select({ name: organisations.name })
      .from(organisations)
      .where(eq(organisations.id, invitation.organisationId));
    const text = [
      `You are invited to ${oneLine(place?.name ?? 'an organisation')} on Telltale.`,
      `To accept, open this link and sign in, or make an account:`,
      link,
      `It can be used once, until ${invitation.expiresAt.toISOString().slice(0, 10)}. If you expected no invitation, do nothing.`,
    ].join('\n\n');
    const subject = `Invitation to ${oneLine(place?.name ?? 'an organisation')}`;
    const sending = sendMail({ to: invitation.email, subject, text })
      .catch((error: unknown) => log.warn({ err: error, invitationId: invitation.id }, 'an invitation could not be mailed'))
      .finally(() => background.delete(sending));
    background.add(sending);
    return true;
  }

  async function renew(given: { organisationId: string; invitationId: string; by: Role }): Promise<Invited> {
    const { row, token } = await renewToken(db, { ...given, now: clock.now() });
    // Behind `#`, so that it reaches no server and no log on the way.
    const link = `${options.publicUrl()}/invitation#${token}`;
    return { invitation: row, link, mailed: await mail(row, link) };
  }

  return {
    renew,
    async invite({ by, ...given }) {
      const { id, organisationId } = await invite(db, { ...given, now: clock.now() });
      return renew({ organisationId, invitationId: id, by });
    },
    async settle() {
      await Promise.all(background);
    },
  };
}

/** A name that people chose, as part of a line of a mail. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
