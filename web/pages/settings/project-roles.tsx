import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteProjectMember, listProjectMembers, putProjectMember } from '../../../contract/api/project-members.ts';
import { formatCount } from '../../../contract/format.ts';
import type { MembershipRole, OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES, rolesToGive } from '../../lib/roles.ts';
import { mayAs, meQuery, type Project, useMe } from '../../lib/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SearchInput } from '../../ui/input.tsx';
import { Section } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { toast } from '../../ui/toaster.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

type Member = OutputOf<typeof listProjectMembers>['data'][number];

/** From so many on, there is a box to search in. */
const SEARCHED_FROM = 10;
/** As many rows as are shown at once; more are found by searching. */
const MOST = 200;

/** Who may do what in one project: roles that differ from those of the organisation. */
export function ProjectRoles({ project }: { project: Project }) {
  const me = useMe();
  const queries = useQueryClient();
  const [search, setSearch] = useState('');
  const mayChange = mayAs(project.role, 'ADMIN');
  const members = useQuery(queryOf(listProjectMembers, { projectId: project.id }));
  const change = useMutation({
    mutationFn: async ({ userId, role }: { userId: string; role: MembershipRole | 'AS_IN_ORGANISATION' }) => {
      const input = { projectId: project.id, userId };
      if (role === 'AS_IN_ORGANISATION') await call(deleteProjectMember, input);
      else await call(putProjectMember, { ...input, role });
    },
    onSuccess: () => toast.success('The role in this project is changed'),
    onError: (error) => toast.error('The role was not changed', { description: error.message }),
    onSettled: (_, __, { userId }) => {
      void queries.invalidateQueries({ queryKey: [listProjectMembers.id] });
      if (userId === me.user.id) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const all = members.data?.data ?? [];
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ name, email }) => words.every((word) => `${name} ${email}`.toLowerCase().includes(word)));
  return (
    <Section
      title={`Roles in ${project.name}`}
      description="A role given here holds in this project alone, in place of that of the organisation. “No access” closes the project."
    >
      {all.length > SEARCHED_FROM && (
        <div className="mb-3 flex items-center gap-3">
          <SearchInput label="Search the people" placeholder="Search" className="w-64" value={search} onValueChange={setSearch} />
          <p className="text-muted" role="status">
            {formatCount(found.length)} of {formatCount(all.length)}
            {found.length > MOST && `, the first ${MOST} are shown`}
          </p>
        </div>
      )}
      {members.isPending ? (
        <TableSkeleton rows={3} />
      ) : members.isError ? (
        <ErrorState title="The roles could not be loaded" error={members.error} onRetry={() => void members.refetch()} />
      ) : (
        <Table aria-label="Roles in this project">
          <TableHead>
            <tr>
              <TableHeader>Name</TableHeader>
              <TableHeader>E-mail</TableHeader>
              <TableHeader>In the organisation</TableHeader>
              <TableHeader className="w-60">In this project</TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {found.slice(0, MOST).map((member) => (
              <TableRow key={member.userId}>
                <TableCell className="max-w-52 font-medium">
                  <span className="flex items-center gap-2">
                    <span className="truncate">{member.name || member.email}</span>
                    {member.userId === me.user.id && <Badge size="sm">You</Badge>}
                  </span>
                </TableCell>
                <TableCell className="max-w-64 truncate text-muted">{member.email}</TableCell>
                <TableCell className="text-muted">{ROLE_NAMES[member.organisationRole]}</TableCell>
                <TableCell>
                  {mayChange && member.userId !== me.user.id && mayAs(project.role, member.organisationRole) ? (
                    <RolePicker
                      member={member}
                      own={project.role}
                      disabled={change.isPending && change.variables.userId === member.userId}
                      onChange={(role) => change.mutate({ userId: member.userId, role })}
                    />
                  ) : member.projectRole === null ? (
                    <span className="text-muted">As in the organisation</span>
                  ) : (
                    ROLE_NAMES[member.projectRole]
                  )}
                </TableCell>
              </TableRow>
            ))}
            {found.length === 0 && (
              <TableRow>
                <TableCell colSpan={4} className="text-center text-muted">
                  Nobody has that name.
                </TableCell>
              </TableRow>
            )}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}

function RolePicker({
  member,
  own,
  disabled,
  onChange,
}: {
  member: Member;
  own: MembershipRole;
  disabled: boolean;
  onChange(role: MembershipRole | 'AS_IN_ORGANISATION'): void;
}) {
  return (
    <Select
      size="sm"
      className="w-48"
      label={`Role of ${member.name || member.email} in this project`}
      disabled={disabled}
      value={member.projectRole ?? 'AS_IN_ORGANISATION'}
      options={[
        {
          value: 'AS_IN_ORGANISATION',
          label: 'As in the organisation',
          hint: `There: ${ROLE_NAMES[member.organisationRole]}`,
        },
        ...rolesToGive(own).map((option) => (option.value === 'NONE' ? { ...option, hint: 'Closes this project' } : option)),
      ]}
      onValueChange={(role) => role !== (member.projectRole ?? 'AS_IN_ORGANISATION') && onChange(role)}
    />
  );
}
