import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { giveFirstPassword, leaveOrganisation, listMembers, removeMember, updateMember } from '../../../contract/api/access.ts';
import type { MembershipRole, OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES, rolesToGive } from '../../lib/roles.ts';
import { mayAs, meQuery, type Organisation, useMe } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Section } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { AddMember } from './add-member.tsx';
import { HandedOver } from './handed-over.tsx';
import { InvitationList } from './invitation-list.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

type Member = OutputOf<typeof listMembers>['data'][number];

/** Who belongs to an organisation and what they may do in all of its projects. */
export function MemberList({ organisation }: { organisation: Organisation }) {
  const me = useMe();
  const queries = useQueryClient();
  const mayChange = mayAs(organisation.role, 'ADMIN');
  const members = useQuery(queryOf(listMembers, { organisationId: organisation.id }));
  const [removing, setRemoving] = useState<Member>();
  const changeRole = useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: MembershipRole }) =>
      call(updateMember, { organisationId: organisation.id, userId, role }),
    onSuccess: (changed) => toast.success(`${changed.name || changed.email} now has the role “${ROLE_NAMES[changed.role]}”`),
    onError: (error) => toast.error('The role was not changed', { description: error.message }),
    onSettled: (_, __, { userId }) => {
      void queries.invalidateQueries({ queryKey: [listMembers.id] });
      if (userId === me.user.id) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  return (
    <Section
      title="Members"
      description={`People of ${organisation.name}. A role holds in all of its projects, unless a project gives another.`}
      actions={mayChange && <AddMember organisation={organisation} />}
    >
      {members.isPending ? (
        <TableSkeleton rows={3} />
      ) : members.isError ? (
        <ErrorState title="The members could not be loaded" error={members.error} onRetry={() => void members.refetch()} />
      ) : (
        <Table aria-label="Members">
          <TableHead>
            <tr>
              <TableHeader>Name</TableHeader>
              <TableHeader>E-mail</TableHeader>
              <TableHeader>Role</TableHeader>
              <TableHeader>Since</TableHeader>
              <TableHeader>
                <span className="sr-only">Actions</span>
              </TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {members.data.data.map((member) => {
              const isMe = member.userId === me.user.id;
              // Whoever stands higher is out of reach.
              const reachable = mayChange && mayAs(organisation.role, member.role);
              const shown = member.name || member.email;
              return (
                <TableRow key={member.userId}>
                  <TableCell className="font-medium">
                    <span className="flex items-center gap-2">
                      {shown} {isMe && <Badge size="sm">You</Badge>}
                    </span>
                  </TableCell>
                  <TableCell className="text-muted">{member.email}</TableCell>
                  <TableCell>
                    {reachable ? (
                      <Select
                        size="sm"
                        className="w-28"
                        label={`Role of ${shown}`}
                        value={member.role}
                        options={rolesToGive(organisation.role)}
                        onValueChange={(role) => changeRole.mutate({ userId: member.userId, role })}
                      />
                    ) : (
                      ROLE_NAMES[member.role]
                    )}
                  </TableCell>
                  <TableCell className="text-muted">
                    <Timestamp time={member.createdAt} as="ago" />
                  </TableCell>
                  <TableCell className="whitespace-nowrap text-right">
                    {reachable && !member.hasPassword && <FirstPassword organisationId={organisation.id} member={member} />}
                    {(reachable || isMe) && (
                      <Button
                        variant="danger-quiet"
                        size="xs"
                        aria-label={isMe ? 'Leave the organisation' : `Remove ${shown}`}
                        onClick={() => setRemoving(member)}
                      >
                        {isMe ? 'Leave' : 'Remove'}
                      </Button>
                    )}
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      )}
      {mayChange && <InvitationList organisation={organisation} />}
      <ConfirmDialog
        open={removing !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        danger
        title={removing?.userId === me.user.id ? `Leave ${organisation.name}?` : `Remove ${removing?.name || removing?.email}?`}
        description={`All projects of ${organisation.name} are closed to ${removing?.userId === me.user.id ? 'you' : 'them'} at once. The account itself stays.`}
        action={removing?.userId === me.user.id ? 'Leave' : 'Remove'}
        onConfirm={async () => {
          if (!removing) return;
          if (removing.userId === me.user.id) {
            await call(leaveOrganisation, { id: organisation.id });
            // Nothing of this organisation may be shown any longer: start over.
            window.location.assign('/');
            return;
          }
          await call(removeMember, { organisationId: organisation.id, userId: removing.userId });
          await queries.invalidateQueries({ queryKey: [listMembers.id] });
          toast.success('Removed');
        }}
      />
    </Section>
  );
}

/** Lets somebody whose account was made by SCIM sign in: makes a password and shows it once. */
function FirstPassword({ organisationId, member }: { organisationId: string; member: Member }) {
  const [password, setPassword] = useState<string>();
  const queries = useQueryClient();
  const give = useMutation({
    mutationFn: () => call(giveFirstPassword, { organisationId, userId: member.userId }),
    onSuccess: ({ oneTimePassword }) => setPassword(oneTimePassword),
    onError: (error) => toast.error('No password was made', { description: error.message }),
  });
  return (
    <>
      <Button size="xs" busy={give.isPending} onClick={() => give.mutate()} aria-label={`Give ${member.email} a password`}>
        Give a password
      </Button>
      <Dialog
        open={password !== undefined}
        onOpenChange={(open) => {
          if (open) return;
          setPassword(undefined);
          void queries.invalidateQueries({ queryKey: [listMembers.id] });
        }}
        sticky
        title="A password was made"
        description={`Hand it over to ${member.email}; it is shown this once, and is only good for choosing another.`}
      >
        <HandedOver text={password ?? ''} what="password" />
      </Dialog>
    </>
  );
}
