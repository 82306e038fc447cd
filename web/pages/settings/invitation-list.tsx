import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { listInvitations, renewInvitation, withdrawInvitation } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { mayAs, type Organisation } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { HandedOver } from './handed-over.tsx';

type Invitation = OutputOf<typeof listInvitations>['data'][number];
type Link = OutputOf<typeof renewInvitation>;

/** What whoever made a link is told to do with it. */
export const linkHint = ({ email, mailed }: Pick<Link, 'email' | 'mailed'>): string =>
  `${email} has an account and becomes a member by this link. ${mailed ? 'It is on its way by mail; you may hand it over too' : 'Hand it over'}: it is shown this once, works once, and for a week.`;

/** Who is invited and has not followed the link yet. Nothing is shown where nobody is. */
export function InvitationList({ organisation }: { organisation: Organisation }) {
  const queries = useQueryClient();
  const invitations = useQuery(queryOf(listInvitations, { organisationId: organisation.id }));
  const [made, setMade] = useState<Link>();
  const [withdrawing, setWithdrawing] = useState<Invitation>();
  const readAgain = () => queries.invalidateQueries({ queryKey: [listInvitations.id] });
  const renew = useMutation({
    mutationFn: (invitationId: string) => call(renewInvitation, { organisationId: organisation.id, invitationId }),
    onSuccess: setMade,
    onError: (error) => toast.error('No link was made', { description: error.message }),
    onSettled: readAgain,
  });
  if (invitations.isError) {
    return (
      <ErrorState
        title="The invitations could not be loaded"
        error={invitations.error}
        onRetry={() => void invitations.refetch()}
      />
    );
  }
  if (!invitations.data?.data.length) return null;
  return (
    <div className="mt-6">
      <h3 className="mb-2 font-medium">Open invitations</h3>
      <Table aria-label="Open invitations">
        <TableHead>
          <tr>
            <TableHeader>E-mail</TableHeader>
            <TableHeader>Role</TableHeader>
            <TableHeader>Link</TableHeader>
            <TableHeader>
              <span className="sr-only">Actions</span>
            </TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {invitations.data.data.map((invitation) => (
            <TableRow key={invitation.id}>
              <TableCell className="font-medium">{invitation.email}</TableCell>
              <TableCell>{ROLE_NAMES[invitation.role]}</TableCell>
              <TableCell className="text-muted">
                {!invitation.hasLink ? (
                  'None yet'
                ) : Date.parse(invitation.expiresAt) < Date.now() ? (
                  'Too old'
                ) : (
                  <>
                    Good until <Timestamp time={invitation.expiresAt} />
                  </>
                )}
              </TableCell>
              <TableCell className="whitespace-nowrap text-right">
                {mayAs(organisation.role, invitation.role) && (
                  <>
                    <Button
                      size="xs"
                      busy={renew.isPending && renew.variables === invitation.id}
                      aria-label={`Make a new link for ${invitation.email}`}
                      onClick={() => renew.mutate(invitation.id)}
                    >
                      New link
                    </Button>
                    <Button
                      variant="danger-quiet"
                      size="xs"
                      aria-label={`Take the invitation of ${invitation.email} back`}
                      onClick={() => setWithdrawing(invitation)}
                    >
                      Take back
                    </Button>
                  </>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Dialog
        open={made !== undefined}
        onOpenChange={(open) => !open && setMade(undefined)}
        sticky
        title="A link was made"
        description={made && linkHint(made)}
      >
        <HandedOver text={made?.link ?? ''} what="link" />
      </Dialog>
      <ConfirmDialog
        open={withdrawing !== undefined}
        onOpenChange={(open) => !open && setWithdrawing(undefined)}
        danger
        title={`Take the invitation of ${withdrawing?.email} back?`}
        description="The link does not work any longer."
        action="Take back"
        onConfirm={async () => {
          if (!withdrawing) return;
          await call(withdrawInvitation, { organisationId: organisation.id, invitationId: withdrawing.id });
          await readAgain();
          toast.success('The invitation is taken back');
        }}
      />
    </div>
  );
}
