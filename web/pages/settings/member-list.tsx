import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { addMember, giveFirstPassword, listMembers, removeMember, updateMember } from '../../../contract/api/access.ts';
import type { MembershipRole, OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, meQuery, type Organisation, useMe } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog, DialogClose } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Section } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { ROLE_NAMES, rolesToGive } from './roles.ts';
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
                    {reachable && (
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
      <ConfirmDialog
        open={removing !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        danger
        title={removing?.userId === me.user.id ? `Leave ${organisation.name}?` : `Remove ${removing?.name || removing?.email}?`}
        description={`All projects of ${organisation.name} are closed to ${removing?.userId === me.user.id ? 'you' : 'them'} at once. The account itself stays.`}
        action={removing?.userId === me.user.id ? 'Leave' : 'Remove'}
        onConfirm={async () => {
          if (!removing) return;
          await call(removeMember, { organisationId: organisation.id, userId: removing.userId });
          if (removing.userId === me.user.id) {
            // Nothing of this organisation may be shown any longer: start over.
            window.location.assign('/');
            return;
          }
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
        <HandedOver password={password ?? ''} />
      </Dialog>
    </>
  );
}

/** A password that is shown once, in a dialog. */
function HandedOver({ password }: { password: string }) {
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 select-all truncate text-md">{password}</code>
        <CopyButton text={password} label="Copy the password" />
      </div>
      <div className="flex justify-end">
        <DialogClose asChild>
          <Button variant="primary" size="md">
            Done
          </Button>
        </DialogClose>
      </div>
    </div>
  );
}

function AddMember({ organisation }: { organisation: Organisation }) {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<MembershipRole>('MEMBER');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [added, setAdded] = useState<OutputOf<typeof addMember>>();
  const queries = useQueryClient();
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) return;
    setEmail('');
    setName('');
    setRole('MEMBER');
    setError(undefined);
    setAdded(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const result = await call(addMember, {
        organisationId: organisation.id,
        email: email.trim(),
        name: name.trim() || undefined,
        role,
      });
      void queries.invalidateQueries({ queryKey: [listMembers.id] });
      if (result.oneTimePassword === null) {
        toast.success(`${result.member.email} is a member now`);
        setOpen(false);
      } else {
        setAdded(result);
      }
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      sticky={added !== undefined}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden /> Add a member
        </Button>
      }
      title={added ? 'An account was made' : `Add a member to ${organisation.name}`}
      description={
        added
          ? `${added.member.email} had no account here. Hand this password over; it is shown this once, and is only good for choosing another.`
          : undefined
      }
    >
      {added ? (
        <HandedOver password={added.oneTimePassword ?? ''} />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <Field label="E-mail" hint="Somebody without an account gets one with a password that you hand over.">
            {(control) => (
              <Input
                {...control}
                type="email"
                required
                autoComplete="off"
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label="Name" hint="Used when an account is made. May stay empty.">
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                autoComplete="off"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Role">
            {(control) => (
              <Select
                id={control.id}
                value={role}
                onValueChange={(next) => setRole(next)}
                options={rolesToGive(organisation.role)}
              />
            )}
          </Field>
          <DialogFormEnd problem={error} busy={busy}>
            Add
          </DialogFormEnd>
        </form>
      )}
    </Dialog>
  );
}
